"""`ReportMask`: a report in which every field has been redacted by its policy.

From a `Report`, by the tables of `policy`. What the fields of the capture's own words said is
looked for in the sentences as well, in which it may be repeated.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from msgspec.structs import replace

from netdiag.language import _
from netdiag.redaction.addresses import AddressMap
from netdiag.redaction.products import public_name
from netdiag.redaction.reports.excerpts import mask_excerpt
from netdiag.redaction.reports.fields import Masks, redacted, texts
from netdiag.redaction.reports.policy import Policy
from netdiag.redaction.reports.said import mask_said
from netdiag.redaction.reports.symptoms import mask_symptom
from netdiag.redaction.sentences import Sentences
from netdiag.redaction.words import Words, filler
from netdiag.report.model import Report

_SUFFIXES = re.compile(r"(?:\.(?:pcap|pcapng|cap|dmp|log|txt|dump|gz|zst|lz4|xz|bz2))+$")
_DETAILS = {
    "duplicate-file": "holds the same packets as another one; not counted again",
    "file-not-read": "files beside the captures can't be read; skipped",
    "not-a-capture": "files beside the captures are none; skipped",
    "trailing-bytes": "the compressed data is followed by other bytes; analysed up to there",
    "unreadable-file": "can't be read to its end; analysed up to there",
}
"""Details that name files or quote errors or bytes, without them."""

_QUOTED = (100, 120)
"""Where sentences cut what they quote (`netdiag.report.build`)."""

OTHER_FAMILIES = ("mysql", "postgresql", "redis", "memcached")
"""Protocols in which a side does not introduce itself by a field of HTTP."""

_SHORTEST_QUOTE = 6
"""Shorter words are not looked for in sentences: they may be words of the sentence."""


class ReportMask:
    """Redacts the reports of one redaction."""

    def __init__(self, addresses: AddressMap, words: Words, sentences: Sentences) -> None:
        """Prepare it with the stand-ins of a redaction."""
        self._addresses = addresses
        self._words = words
        self._sentences = sentences

    def report(self, report: Report) -> Report:
        """The report that may be shown, which says so."""
        known: dict[str, str] = {}
        sentence = self._sentences.own
        masks: Masks = {
            Policy.KEPT: lambda text, _: text,
            Policy.HOST: lambda text, _: self._addresses.host(text),
            Policy.ENDPOINT: lambda text, _: self._endpoint(text),
            Policy.PATH: lambda text, _: known[text],
            Policy.SERVER_NAME: lambda text, owner: _server_name(text, owner.protocol),
            Policy.CLIENT_NAME: lambda text, _: _client_name(text),
            Policy.SAID: lambda text, _: mask_said(text, self._words),
            Policy.SENTENCE: lambda text, _: sentence(text, known),
            Policy.EXCERPT: lambda text, _: mask_excerpt(text, self._addresses),
            Policy.SYMPTOM: lambda text, _: mask_symptom(text, self._addresses),
            Policy.UNKNOWN: lambda text, _: filler(len(text)).decode(),
            Policy.DETAIL: lambda text, owner: _DETAILS.get(owner.code) or sentence(text, known),
        }
        for i, capture in enumerate(report.captures):
            _learn_path(known, capture.path, f"capture-{i + 1}")
        for i, file in enumerate(() if report.log is None else report.log.files):
            _learn_path(known, file.path, f"log-{i + 1}")
        for policy, text, owner in texts(report):
            if policy in (Policy.SAID, Policy.SERVER_NAME, Policy.CLIENT_NAME):
                shown_as = masks[policy](text, owner)
                _learn(known, text, shown_as)
                if policy is Policy.SERVER_NAME:
                    _learn_first_word(known, text, shown_as)
        shown: Report = redacted(report, masks)
        said = _(
            "This report is redacted: addresses, names and paths are stand-ins, and whatever else "
            "might tell of somebody is masked."
        )
        return replace(shown, redacted=True, limits=(*shown.limits, said))

    def _endpoint(self, text: str) -> str:
        host, _colon, port = text.rpartition(":")
        host = self._addresses.host(host.strip("[]"))
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _server_name(text: str, protocol: str) -> str:
    return public_name(text, "server", protocol if protocol in OTHER_FAMILIES else "http")


def _client_name(text: str) -> str:
    """A client has no protocol of its own: the family that knows the name tells most of it."""
    names = [public_name(text, "client", family) for family in ("http", *OTHER_FAMILIES)]
    return min(names, key=lambda name: name.count("x"))


def _learn(known: dict[str, str], text: str, shown: str) -> None:
    """Remember what a field says as something that sentences may quote, whole or cut."""
    behind = text.partition(": ")[2], shown.partition(": ")[2]
    for original, stand_in in ((text, shown), behind):
        if original == stand_in or len(original) < _SHORTEST_QUOTE:
            continue
        known.setdefault(original, stand_in)
        for length in _QUOTED:
            known.setdefault(original[:length], stand_in[:length])


def _learn_first_word(known: dict[str, str], text: str, shown: str) -> None:
    """Remember a server's name without what stands behind it, as sentences call a proxy."""
    word = text.split("/", 1)[0].split(" ", 1)[0]
    is_name = len(word) > 1 and any(map(str.isalpha, word))
    if is_name and shown[: len(word)] != word:
        known.setdefault(word, shown[: len(word)])


def _learn_path(known: dict[str, str], path: str, name: str) -> None:
    """A file's name without whatever it tells; its endings say how to read it."""
    last = PurePath(path).name
    ending = _SUFFIXES.search(last)
    known[path] = "-" if path == "-" else f"{name}{ending.group() if ending else ''}"
    if len(last) >= _SHORTEST_QUOTE:
        known.setdefault(last, known[path])
