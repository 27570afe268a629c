"""Lines of logs: addresses get their stand-ins, and only words that netdiag itself uses are shown.

Which those are is told by what `netdiag.diagnosis.products` says that logs say of a failure: names
of exceptions, their fixed texts. Whatever else is in a line may be anybody's.
"""

from __future__ import annotations

import re
from functools import cache

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.store import load
from netdiag.redaction.addresses import AddressMap
from netdiag.redaction.words import filler

_WORD = re.compile(r"[^\s:;,\"'()\[\]{}<>=/]+")
_LEVELS = frozenset(("TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL"))
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")


def mask_excerpt(line: str, addresses: AddressMap) -> str:
    """A line in which every word that isn't known to be harmless is filled."""

    def shown(found: re.Match[str]) -> str:
        word = found.group()
        if word in _vocabulary():
            return word
        if _ADDRESS.fullmatch(word):
            try:
                return addresses.host(word)
            except ValueError:
                pass
        return filler(len(word)).decode()

    return _WORD.sub(shown, line)


@cache
def _vocabulary() -> frozenset[str]:
    texts = [text for slug in PRODUCTS for text in load(slug).symptoms.values()]
    words = {word for text in texts for word in _WORD.findall(text)}
    return frozenset(word for word in words if not word.isdigit()) | _LEVELS
