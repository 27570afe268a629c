"""The shelf of protocols: what of a segment's payload is framing, and may be shown.

An entry is a `mask` that returns the masked payload, as long as it was, or None where it isn't
that protocol. They are asked in the order of `netdiag.exchanges.protocols`; what none of them
knows is filled whole. To add one: the module, its place in `MASKS`, its test, planted secrets.
"""

from __future__ import annotations

from netdiag.redaction.payloads import http1, http2, lines, mysql, postgresql, redis, tls
from netdiag.redaction.words import Words, filler

MASKS = (
    http1.mask,
    tls.mask,
    http2.mask,
    redis.mask,
    postgresql.mask,
    mysql.mask,
    lines.mask,
)

_LINE_END = b"\r\n"
_MOST_LINE_ENDS = 3


class PayloadMask:
    """Masks the payloads of one redaction."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def mask(self, payload: bytes, length: int) -> bytes:
        """The payload that may be shown, as long as what was captured of it.

        Args:
            payload: what was captured, at least one byte.
            length: how long it was on the wire.
        """
        for mask in MASKS:
            masked = mask(payload, length, self._words)
            if masked is not None:
                break
        else:
            masked = filler(len(payload))
        return _with_line_ends(payload, masked) if len(payload) >= length else masked


def _with_line_ends(payload: bytes, masked: bytes) -> bytes:
    """Keep the line ends that close a payload, as they do heads, chunks and commands."""
    kept = 0
    while kept < 2 * _MOST_LINE_ENDS and payload.endswith(_LINE_END, 0, len(payload) - kept):
        kept += 2
    return masked[: len(masked) - kept] + payload[len(payload) - kept :]
