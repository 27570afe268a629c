"""The protocols: payloads of any bytes, looked at by all of them in order, and by one alone.

An input is a run of payloads, each behind three bytes: its captured length (16 bits) and how many
bytes more were on the wire; of the first one that byte says, too, which protocol is asked alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netdiag.decode.marks import Mark, Marks, Payloads
from netdiag.exchanges import mark_payloads
from netdiag.exchanges.protocols import PROTOCOLS, mark_in_steps
from netdiag.exchanges.protocols.leads import Leads
from tests.decode.building import records
from tests.fuzz.seeds import payloads
from tests.native.twins import same_columns

MOST_BYTES = 1024
MOST_PAYLOADS = 12
KNOWN = frozenset(mark.value for mark in Mark)


def seeds() -> Iterator[bytes]:
    """Recorded payloads of every protocol, one by one and four at a time."""
    found = [payload[:700] for payload in payloads()]
    yield from (written(payload) for payload in found)
    short = [payload[:200] for payload in found]
    for i in range(0, len(short) - 4, 7):
        yield b"".join(written(payload, i % 3) for payload in short[i : i + 4])


def written(payload: bytes, more: int = 0) -> bytes:
    """One payload of an input."""
    return len(payload).to_bytes(2, "big") + bytes([more]) + payload


def check(data: bytes) -> None:
    """Every mark is one, what is kept was captured, and the compiled loop says the same."""
    found: list[tuple[bytes, int]] = []
    while len(data) > 3 and len(found) < MOST_PAYLOADS:
        size = max(int.from_bytes(data[:2], "big"), 1)
        found.append((data[3 : 3 + size], data[2]))
        data = data[3 + size :]
    if not found:
        return
    block = records([payload for payload, _ in found])
    captured = block.rows.captured
    length = captured + np.array([more for _, more in found])
    shown = Payloads(block.data, block.rows.start, captured, length)
    fast = mark_payloads(shown)
    same_columns(fast, mark_in_steps(shown))
    _check(fast, captured)
    mark, keep = np.zeros(len(found), np.uint8), np.zeros(len(found), np.int64)
    leads = Leads.of(shown)
    alone = Marks(mark, np.zeros(len(found), np.uint32), leads.last_four(), keep)
    PROTOCOLS[found[0][1] % len(PROTOCOLS)].mark(leads, alone)
    _check(alone, captured)


def _check(marks: Marks, captured: np.ndarray) -> None:
    assert KNOWN.issuperset(marks.mark.tolist())
    kept = zip(marks.keep.tolist(), captured.tolist(), strict=True)
    assert all(0 <= keep <= most for keep, most in kept)
