"""What a client's log says, as reports quote it: a product's own text, with what was put into it.

The texts are those of `netdiag.diagnosis.products`; hosts get their stand-ins, and of a server's
last words only well-known ones are shown. Anything that is none of these texts is filled.
"""

from __future__ import annotations

import re
from functools import cache

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.store import load
from netdiag.redaction.addresses import AddressMap
from netdiag.redaction.payloads.farewells import mask_farewell
from netdiag.redaction.words import filler

_PLACE = re.compile(r"<(host|port|said)>")
_FILLED_WITH = {"host": r"[\[\]0-9A-Fa-f:.]+", "port": r"\d{1,5}", "said": r".*"}


def mask_symptom(text: str, addresses: AddressMap) -> str:
    """The symptom that may be shown, as long as it was but for its addresses."""
    for pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is None:
            continue
        shown, at = [], 0
        for name, span in ((name, found.span(name)) for name in _named(found)):
            shown += [text[at : span[0]], _shown(name, text[slice(*span)], addresses)]
            at = span[1]
        return "".join(shown) + text[at:]
    return filler(len(text)).decode()


def _named(found: re.Match[str]) -> list[str]:
    """The names of a match's groups, in the order of their places."""
    return sorted(found.groupdict(), key=found.start)


def _shown(name: str, value: str, addresses: AddressMap) -> str:
    if name.startswith("host"):
        try:
            host = addresses.host(value.strip("[]"))
        except ValueError:
            return filler(len(value)).decode()
        return f"[{host}]" if value.startswith("[") else host
    if name.startswith("said"):
        known = mask_farewell(value.encode("utf-8", "replace"))
        return value if known == value.encode("utf-8", "replace") else filler(len(value)).decode()
    return value


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Of every text with a place in it, and of every other; those that say most come first."""
    texts = {text for slug in PRODUCTS for text in load(slug).symptoms.values()}
    ordered = sorted(texts, key=lambda text: (len(_PLACE.sub("", text)), text), reverse=True)
    return tuple(_pattern(text) for text in ordered)


def _pattern(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)
    pattern = re.escape(parts[0])
    for i in range(1, len(parts), 2):
        pattern += f"(?P<{parts[i]}{i}>{_FILLED_WITH[parts[i]]}){re.escape(parts[i + 1])}"
    return re.compile(pattern, re.DOTALL)
