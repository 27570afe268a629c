"""The language that reports are written in: English, or what a catalogue turns English into.

From gettext catalogues (``catalogues/LANGUAGE/LC_MESSAGES/netdiag.po``, compiled to ``.mo``) whose
messages are the English sentences themselves. The language holds for the current context, between
entering and leaving `speaking`; outside it is English. Which words a report uses is left to
`report`; extracting them and compiling the catalogues to ``python -m tests.catalogue``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations, translation
from pathlib import Path

DOMAIN = "netdiag"
CATALOGUES = Path(__file__).parent / "catalogues"
ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh_CN")
"""Names as POSIX locales have them, without the encoding."""

_spoken: ContextVar[tuple[str, NullTranslations]] = ContextVar(
    "spoken",
    default=(ENGLISH, NullTranslations()),
)
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def _(message: str) -> str:
    """Translate a whole sentence; names in braces are filled in by the caller afterwards."""
    return _spoken.get()[1].gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """Translate the form of a sentence that the number asks for."""
    return _spoken.get()[1].ngettext(one, many, n)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a constant for the catalogues; it is translated where it is used."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - N_ for a constant with a plural
    """Mark a constant with its plural, for ``ngettext(*pair, n)`` where it is used."""
    return one, many


def current() -> str:
    """The language of this context, one of `LANGUAGES`."""
    return _spoken.get()[0]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write in this language until the context is left.

    Raises:
        ValueError: there is no catalogue for it.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}; there are {', '.join(LANGUAGES)}")
    words = NullTranslations()
    if language != ENGLISH:
        words = translation(DOMAIN, CATALOGUES, [language])
    token = _spoken.set((language, words))
    try:
        yield
    finally:
        _spoken.reset(token)


def preferred(environment: Mapping[str, str] = os.environ) -> str:
    """The language that the locale asks for, English where there is no catalogue for it.

    The first of LC_ALL, LC_MESSAGES and LANG that is set counts (POSIX.1-2017, Base Definitions,
    section 8.2); LANGUAGE, a list, comes before them unless the locale is C (GNU gettext manual,
    section 2.3.3). Traditional Chinese is not Simplified Chinese.
    """
    locale = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "C")
    if locale.split(".")[0] in {"C", "POSIX"}:
        return ENGLISH
    for wanted in [*filter(None, environment.get("LANGUAGE", "").split(":")), locale]:
        name = wanted.split(".")[0].split("@")[0].replace("-", "_")
        if name.split("_")[0] == ENGLISH:
            return ENGLISH
        if name in _SIMPLIFIED_CHINESE:
            return "zh_CN"
    return ENGLISH


_SIMPLIFIED_CHINESE = {"zh", "zh_CN", "zh_SG", "zh_Hans", "zh_Hans_CN", "zh_Hans_SG"}

__all__ = [
    "CATALOGUES",
    "DOMAIN",
    "ENGLISH",
    "LANGUAGES",
    "NN_",
    "N_",
    "_",
    "current",
    "ngettext",
    "preferred",
    "speaking",
]
