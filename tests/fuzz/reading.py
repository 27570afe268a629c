"""What must be true of a reader, whatever the bytes are."""

from __future__ import annotations

from tests.capture.building import Read, read
from tests.native.twins import without_native

LARGE_BLOCK_BYTES, SMALL_BLOCK_BYTES = 4096, 200
"""Not the usual four megabytes, which cost a millisecond to clear."""
DAMAGE = frozenset({"damaged-file", "truncated-file"})


def check_reader(data: bytes) -> None:
    """The same packets and oddities with and without the compiler, in one block and in small ones.

    Where to read on behind damage is a guess from what is in the block, so that without damage
    alone all blocks have to agree. `read` itself checks that every packet lies in its block.
    """
    whole = read(data, LARGE_BLOCK_BYTES)
    parts = read(data, SMALL_BLOCK_BYTES, most=150)
    assert len(whole.packets) <= len(data)
    assert sum(len(packet.data) for packet in whole.packets) <= len(data)
    damaged = DAMAGE.intersection((*whole.codes, *parts.codes))
    with without_native():
        if damaged:
            assert _said(whole) == _said(read(data, LARGE_BLOCK_BYTES))
        assert _said(parts) == _said(read(data, SMALL_BLOCK_BYTES, most=150))
    assert damaged or _said(whole) == _said(parts)


def _said(one: Read) -> tuple[object, ...]:
    # Sorted: which of two codes is met first depends on where blocks end.
    problems = sorted((problem.code, problem.frame or 0, problem.count) for problem in one.problems)
    return one.frames, one.packets, problems, one.snap_length, one.nanoseconds
