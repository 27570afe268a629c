"""Payloads as a block holds them, and what the shelf says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netdiag.capture.records import PADDING_BYTES
from netdiag.decode.marks import Mark, Payloads
from netdiag.exchanges import mark_payloads


@dataclass(frozen=True)
class Marked:
    """What was said of one payload."""

    mark: Mark
    detail: int
    tail: int
    keep: int


def payloads_of(payloads: Sequence[bytes], captured: int | None = None) -> Payloads:
    """Payloads with garbage between them; only `captured` bytes of each are in the capture."""
    data, start = b"\xff" * 7, []
    kept = [payload[:captured] for payload in payloads]
    for payload in kept:
        start.append(len(data))
        data += payload + b"\xff" * 9
    return Payloads(
        data=np.frombuffer(data + bytes(PADDING_BYTES), np.uint8),
        start=np.array(start, np.int64),
        captured=np.array([len(payload) for payload in kept], np.int64),
        length=np.array([len(payload) for payload in payloads], np.int64),
    )


def mark_all(payloads: Sequence[bytes], captured: int | None = None) -> list[Marked]:
    marks = mark_payloads(payloads_of(payloads, captured))
    columns = (marks.mark, marks.detail, marks.tail, marks.keep)
    return [
        Marked(Mark(mark), detail, tail, keep)
        for mark, detail, tail, keep in zip(*(c.tolist() for c in columns), strict=True)
    ]


def mark_one(payload: bytes, captured: int | None = None) -> Marked:
    return mark_all([payload], captured)[0]
