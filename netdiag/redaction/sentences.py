"""`Sentences`: text in which everything that names somebody or something is replaced.

Addresses get the stand-ins that they have in frames; host names, paths and queries get those of
words; cookies and credentials are filled. A sentence has no fields, so this is a net for what a
text may hold: what has a field of its own is redacted by its meaning (`netdiag.redaction.reports`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from netdiag.exchanges.protocols.http1 import METHODS
from netdiag.redaction.addresses import AddressMap
from netdiag.redaction.payloads.http1 import mask_start_line, mask_target
from netdiag.redaction.words import Words

_METHOD = "|".join(method.decode().strip() for method in METHODS if method.endswith(b" "))
_SECRETS = (
    r"[\w-]*(?:password|passwd|passphrase|pwd|secret|token|api[-_]?key|session|sessid|sid|auth"
    r"|credential|user|login|account|email|phone)[\w-]*"
)
_FIELDS = r"(?:set-)?cookie2?|(?:proxy-)?authorization|x-[\w-]+"
_OCTETS = r"(?:\d{1,3}\.){3}\d{1,3}"

_SHORTEST_PART = 6
"""Shorter names may be parts of words that have nothing to do with them."""

_OWN = {
    "line": rf"\b(?:{_METHOD})\s(?:/|\*|https?://)\S*(?:\sHTTP/\d\.\d)?",
    "connect": r"\bCONNECT\s\S+(?:\sHTTP/\d\.\d)?",
    "target": r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+|(?<![\w/])/[^\s\"'<>?]*\?[^\s\"'<>]+",
    "mac": r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])",
    "ipv6": rf"(?<![\w:.])(?:[0-9A-Fa-f]{{0,4}}:){{2,7}}(?:{_OCTETS}|[0-9A-Fa-f]{{0,4}})"
    r"(?:%[\w.-]+)?(?![\w:])",
    "ipv4": rf"(?<![\w.]){_OCTETS}(?!\w|\.\d)",
}
"""What a sentence of netdiag's own may hold of a capture."""

_ANY = {
    "field": rf"(?i:\b(?:{_FIELDS})\s*:)[^\r\n]+",
    "scheme": r"(?i:\b(?:bearer|basic|digest|negotiate|ntlm)\s)\s*[\w.~+/=-]{6,}",
    **_OWN,
    "secret": rf"(?i:(?<![\w-]){_SECRETS}\s*[=:])\s*(?:\"[^\"]*\"|'[^']*'|[^\s,;&\"']+)",
    "email": r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*",
    "name": r"(?<![\w.@-])(?:[A-Za-z0-9_](?:[\w-]*\w)?\.)+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\b",
}
"""What any text may hold. Names of files and of classes look like those of hosts."""


class Sentences:
    """The net of one redaction."""

    def __init__(self, addresses: AddressMap, words: Words) -> None:
        """Prepare the net with the stand-ins of a redaction."""
        self._addresses = addresses
        self._words = words
        self._own = _alternatives(_OWN)
        self._any = _alternatives(_ANY)
        self._by_kind: dict[str, Callable[[str], str]] = {
            "line": self._line,
            "connect": self._line,
            "target": lambda text: self._as_bytes(text, lambda raw: mask_target(raw, words)),
            "mac": self._mac,
            "ipv6": self._host,
            "ipv4": self._host,
            "field": lambda text: _filled_behind(text, ":"),
            "scheme": lambda text: _filled_behind(text, " "),
            "secret": lambda text: _filled_behind(text, "=" if "=" in text else ":"),
            "email": lambda text: "@".join(map(self.word, text.split("@"))),
            "name": self.word,
        }

    def text(self, text: str) -> str:
        """Any text, whoever wrote it."""
        return self._any.sub(self._replaced, text)

    def own(self, text: str, known: Mapping[str, str]) -> str:
        """A sentence of netdiag's own, in which settings, classes and files may be named.

        Args:
            text: the sentence.
            known: what is to be replaced besides, each with its stand-in.
        """
        names = sorted(filter(None, known), key=len, reverse=True)
        if not names:
            return self._own.sub(self._replaced, text)
        shown, at = [], 0
        for found in re.finditer("|".join(map(_as_pattern, names)), text):
            shown += [self._own.sub(self._replaced, text[at : found.start()]), known[found.group()]]
            at = found.end()
        return "".join(shown) + self._own.sub(self._replaced, text[at:])

    def word(self, text: str) -> str:
        """The stand-in of one word."""
        return self._as_bytes(text, self._words.token)

    def _replaced(self, found: re.Match[str]) -> str:
        return self._by_kind[str(found.lastgroup)](found.group())

    def _line(self, text: str) -> str:
        return self._as_bytes(text, lambda raw: mask_start_line(raw, self._words))

    def _host(self, text: str) -> str:
        try:
            return self._addresses.host(text)
        except ValueError:
            return text  # a time of day, a version with too large numbers

    def _mac(self, text: str) -> str:
        separator = text[2]
        packed = bytes.fromhex(text.replace(separator, ""))
        return self._addresses.mac(packed).hex(separator)

    def _as_bytes(self, text: str, masked: Callable[[bytes], bytes]) -> str:
        """A capture's bytes were decoded as Latin-1; what isn't comes from elsewhere."""
        try:
            return masked(text.encode("latin-1")).decode("latin-1")
        except UnicodeEncodeError:
            return masked(text.encode("utf-8", "surrogatepass")).decode("latin-1")


def _alternatives(parts: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{part})" for name, part in parts.items()), re.ASCII)


def _as_pattern(name: str) -> str:
    """A name wherever it is; a short one not as a part of another word."""
    pattern = re.escape(name)
    return (
        pattern if len(name) >= _SHORTEST_PART else rf"(?<![A-Za-z0-9_]){pattern}(?![A-Za-z0-9_])"
    )


def _filled_behind(text: str, separator: str) -> str:
    before, _, after = text.partition(separator)
    return before + separator + "".join(char if char.isspace() else "x" for char in after)
