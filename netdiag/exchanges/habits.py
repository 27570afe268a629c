"""`Habits`: keeps the exchanges that show how pools check their connections.

Whether a request was only a check is told by what its client does else: it goes on at once with
something else (`netdiag.diagnosis.checks`). For each such habit one pair of exchanges is enough, so
one is kept where others are set aside.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask, Rows, among
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.exchanges.candidates import Candidates
from netdiag.exchanges.checks import PROTOCOLS, asks_nothing, goes_on
from netdiag.exchanges.likeness import pairs
from netdiag.exchanges.protocols import checks, redis
from netdiag.exchanges.role import Protocol
from netdiag.exchanges.table import AT_ONCE_NS

WHOLE_BYTES = 48  # a multiple of eight

_FIRST_OCTETS = np.frombuffer(b"".join(b"\xff" * n + bytes(8 - n) for n in range(9)), np.uint64)
"""Masks for the first 0 to 8 octets of eight."""


class _Pairs(Columns, frozen=True, eq=False):
    """Requests that follow one another at once.

    Columns:
        first: int64, rows held.
        second: int64, likewise.
        one: int64, the candidate that `first` is the request of, -1 if none that is decided.
        other: int64, likewise for `second`.
    """

    first: Rows
    second: Rows
    one: Rows
    other: Rows


class Habits:
    """The habits of which a pair of exchanges has been kept for good."""

    def __init__(self) -> None:
        self._known: set[int] = set()

    def keep(self, found: Candidates, chosen: Mask, segments: Segments, samples: Samples) -> Rows:
        """The candidates that are to be kept; int64, in no order.

        Args:
            found: candidates.
            chosen: bool, which of them are in turns, and aren't asked about again.
            segments: the rows held.
            samples: their samples.
        """
        near = _at_once(found, np.flatnonzero(chosen), segments)
        near = near.take(np.flatnonzero(_may_be_checks(near.first, segments)))
        names = _names(near.first, segments, samples)
        once = np.zeros(len(names), bool)
        once[np.unique(names, return_index=True)[1]] = True
        kept: list[int] = []
        for rows in (once, ~once):  # of most the first pair shows the habit, and no other is read
            new = np.flatnonzero(rows & ~among(names, np.array(sorted(self._known), np.uint64)))
            kept += self._learn(near.take(new), names[new], segments, samples)
        return np.array([each for each in kept if each >= 0], np.int64)

    def _learn(
        self, near: _Pairs, names: npt.NDArray[np.uint64], segments: Segments, samples: Samples
    ) -> list[int]:
        """Those of the candidates that show a new habit, and -1 for others."""
        kept: list[int] = []
        for name, asked, following, one, other in zip(
            names.tolist(),
            samples.texts(segments.sample[near.first]),
            samples.texts(segments.sample[near.second]),
            near.one.tolist(),
            near.other.tolist(),
            strict=True,
        ):
            if name not in self._known and _is_habit(asked, following):
                kept += (one, other)
                if other >= 0:  # else it may yet be set aside, and this one isn't asked then
                    self._known.add(name)
        return kept


def _is_habit(asked: bytes, following: bytes) -> bool:
    """Whether a client that asks these one after another has checked its connection."""
    return any(goes_on(protocol, asked, following) for protocol in _protocols_of(asked))


def _at_once(found: Candidates, chosen: Rows, segments: Segments) -> _Pairs:
    """Each candidate and the request after it; and the request before it, if that isn't one."""
    request, after = found.request[chosen], found.next[chosen]
    follows = np.append(False, after[:-1] == request[1:])
    # Each that came at once behind another, and the last of those in a row, if others go on so.
    later = np.flatnonzero(found.idle_ns[chosen] <= AT_ONCE_NS)
    later = later[found.previous[chosen[later]] >= 0]
    last = np.flatnonzero(~np.append(follows[1:], False))
    idle_ns = segments.time_ns[after[last]] - found.word_ns[chosen[last]]
    last = chosen[last[idle_ns <= AT_ONCE_NS]]
    return _Pairs(
        np.concatenate([found.previous[chosen[later]], found.request[last]]).astype(np.int64),
        np.concatenate([request[later], found.next[last]]).astype(np.int64),
        np.concatenate([np.where(follows[later], chosen[later - 1], -1), last]),
        np.concatenate([chosen[later], np.full(len(last), -1)]),
    )


def _may_be_checks(rows: Rows, segments: Segments) -> Mask:
    """Which rows are requests that a pool may check a connection with; bool."""
    mark, detail = segments.mark.take(rows), segments.detail.take(rows)
    wanted: Mask = (mark == Mark.OPAQUE) & (detail == checks.MAYBE)
    wanted |= (mark == Mark.REDIS_COMMAND) & (detail == redis.CHECK)
    return wanted


def _names(rows: Rows, segments: Segments, samples: Samples) -> npt.NDArray[np.uint64]:
    """A number for what a client asks a server, the same for the same text; uint64."""
    length = segments.length[rows]
    width = min(WHOLE_BYTES, -(-int(length.max(initial=1)) // 8) * 8)  # most checks are short
    octets, lengths = samples.beginnings(segments.sample[rows], width)
    hosts = segments.source[rows] & ~np.uint64(0xFFFF)
    number = pairs(hosts, segments.destination[rows]) ^ length
    for place, words in enumerate(octets.view(np.uint64).T):
        word = words & _FIRST_OCTETS[np.clip(lengths - 8 * place, 0, 8)]
        some = np.flatnonzero(word)
        number[some] = pairs(number[some], word[some] * np.uint64(3 + 2 * place))
    return number


@lru_cache(maxsize=1024)  # what is asked may be hostile
def _protocols_of(asked: bytes) -> tuple[Protocol, ...]:
    return tuple(protocol for protocol in PROTOCOLS if asks_nothing(protocol, asked))
