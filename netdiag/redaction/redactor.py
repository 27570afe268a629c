"""`Redactor`: makes captures and reports fit to be shown outside, under one key.

Frames are left to `frames` and `payloads`, sentences to `sentences`, reports to `reports`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.redaction.addresses import AddressMap
from netdiag.redaction.frames import mask_frame
from netdiag.redaction.frames.walk import Walk
from netdiag.redaction.keys import KEY_BYTES, RedactionKeyError, fresh_key, purpose_key
from netdiag.redaction.payloads import PayloadMask
from netdiag.redaction.sentences import Sentences
from netdiag.redaction.words import Words

if TYPE_CHECKING:
    from netdiag.report.model import Report


class Redactor:
    """One redaction. The same key gives the same stand-ins, in frames, sentences and reports."""

    def __init__(self, key: bytes | None = None) -> None:
        """Prepare it.

        Args:
            key: 32 bytes; None for a fresh one, which nobody will ever know.

        Raises:
            RedactionKeyError: the key has another length.
        """
        key = fresh_key() if key is None else key
        if len(key) != KEY_BYTES:
            raise RedactionKeyError(f"expected a key of {KEY_BYTES} bytes, found {len(key)}")
        self._addresses = AddressMap(key)
        self._words = Words(key)
        self._payloads = PayloadMask(self._words)
        self._sentences = Sentences(self._addresses, self._words)
        self._clock_offset = int.from_bytes(purpose_key(key, "clock")[:4], "big")

    def packet(self, link_type: int, data: bytes, original_length: int) -> tuple[bytes, int]:
        """A frame that may be shown, as long as this one, and its original length.

        To be called frame by frame in the order of the capture.

        Args:
            link_type: a LINKTYPE_* number.
            data: the frame as captured, cut or not.
            original_length: how long it was on the wire.

        Raises:
            LinkTypeNotRedactableError: the columns don't know the link type.
        """
        walk = Walk(data, self._addresses, self._payloads, self._clock_offset)
        return mask_frame(walk, link_type, original_length), original_length

    def text(self, text: str) -> str:
        """A text in which addresses, host names, paths, queries and credentials are replaced."""
        return self._sentences.text(text)

    def report(self, report: Report) -> Report:
        """A report that may be shown, in every format; it says that it is redacted."""
        from netdiag.redaction.reports.mask import ReportMask  # noqa: PLC0415 - only for reports

        return ReportMask(self._addresses, self._words, self._sentences).report(report)
