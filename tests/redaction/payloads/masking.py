"""One key for the tests of payloads."""

from __future__ import annotations

from netdiag.redaction.payloads import PayloadMask
from netdiag.redaction.words import Words

WORDS = Words(bytes(range(32)))


def masked(payload: bytes, length: int | None = None) -> bytes:
    """What is shown of a payload, of which all, or `length` bytes, were on the wire."""
    shown = PayloadMask(WORDS).mask(payload, len(payload) if length is None else length)
    assert len(shown) == len(payload)
    return shown
