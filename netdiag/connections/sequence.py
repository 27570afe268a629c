"""Sequence numbers: the one home of arithmetic modulo 2**32 (RFC 9293, section 3.4).

Makes distances and unwrapped positions out of the 32-bit numbers on the wire; leaves to others
what the positions mean.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

MODULUS = 1 << 32
HALF = 1 << 31


def distance(start: int, end: int) -> int:
    """How far `end` lies after `start`, from -2**31 to 2**31 - 1."""
    return (end - start + HALF) % MODULUS - HALF


def covers(acknowledgment: int, sequence: int) -> bool:
    """Whether an acknowledgement number covers the octet with this sequence number."""
    return distance(sequence, acknowledgment) > 0


def distances(start: npt.NDArray[np.uint32], end: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """`distance`, row by row; int64."""
    return (end - start).view(np.int32).astype(np.int64)


def covers_each(
    acknowledgment: npt.NDArray[np.uint32], sequence: npt.NDArray[np.uint32]
) -> npt.NDArray[np.bool_]:
    """`covers`, row by row; bool."""
    covered: npt.NDArray[np.bool_] = distances(sequence, acknowledgment) > 0
    return covered


def unwrap(
    sequence: npt.NDArray[np.uint32], begins: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Positions that count on past 2**32, from 0 at the first row of every group.

    A group is a run of rows of one direction of one connection; `begins` is true on its first
    row. Consecutive rows are taken to be less than 2**31 octets apart, as any window demands
    (RFC 7323, section 2.2 allows windows of up to 2**30).
    """
    if len(sequence) == 0:
        return np.empty(0, np.int64)
    steps = np.zeros(len(sequence), np.int64)
    steps[1:] = distances(sequence[:-1], sequence[1:])
    steps[begins] = 0
    total = np.cumsum(steps)
    first = np.flatnonzero(begins)
    return total - np.repeat(total[first], np.diff(np.append(first, len(sequence))))


def highest_before(
    values: npt.NDArray[np.int64], begins: npt.NDArray[np.bool_], floor: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The greatest value on earlier rows of the same group; on a first row, the group's `floor`.

    `values` and `begins` have one element a row, `floor` one a group.

    Groups are laid out one above the other on a single axis, so that one running maximum serves
    all of them; int64 holds that for 2**31 rows of 2**32 octets each.
    """
    if len(values) == 0:
        return np.empty(0, np.int64)
    first = np.flatnonzero(begins)
    sizes = np.diff(np.append(first, len(values)))
    low = np.minimum(np.minimum.reduceat(values, first), floor)
    high = np.maximum(np.maximum.reduceat(values, first), floor)
    lift = np.zeros(len(first), np.int64)
    lift[1:] = np.cumsum(high - low + 1)[:-1]
    shift = np.repeat(lift - low, sizes)
    lifted = np.empty(len(values), np.int64)
    lifted[1:] = (values + shift)[:-1]
    lifted[first] = floor + shift[first]
    return np.maximum.accumulate(lifted) - shift
