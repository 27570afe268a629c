"""`Habits`: keeps the exchanges that show how pools check their connections.

Whether a request was only a check is told by what its client does else: it goes on at once with
something else (`netdiag.diagnosis.checks`). For each such habit one pair of exchanges is enough, so
one is kept where others are set aside.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, Rows, one_of
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.exchanges.candidates import Candidates
from netdiag.exchanges.checks import AT_ONCE_NS, LONGEST, PROTOCOLS, asks_nothing, goes_on
from netdiag.exchanges.likeness import pairs
from netdiag.exchanges.role import Protocol

LEAD_BYTES = 16
TEXT, EIGHTH = 5, 12
"""Where SQL begins behind a command of MySQL or a query of PostgreSQL, and its eighth byte."""

_MARKS = (Mark.OPAQUE, Mark.REDIS_COMMAND)
_BLANKS = b" \t\n\r\v\f"


def _among(octets: bytes) -> Mask:
    """Whether each of the 256 octets is one of some."""
    among = np.zeros(256, bool)
    among[list(octets)] = True
    return among


_QUERY, _PARSE, _COMMAND = _among(b"Q"), _among(b"P"), _among(b"\x03\x0e\x16")
_FIRST = _among(_BLANKS + b"/")
_EIGHTH = _among(_BLANKS + b"\0(1);")
"""What follows on `select`, `values` or `do` in a check, or comes behind its end."""


class _Pairs(Struct, frozen=True, eq=False):
    """Requests that follow one another at once.

    Attributes:
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
        self._known: set[tuple[int, Protocol, int, bytes]] = set()

    def keep(self, found: Candidates, decided: Mask, segments: Segments, samples: Samples) -> Rows:
        """The candidates that are to be kept; int64, in no order.

        Args:
            found: candidates.
            decided: bool, which of them aren't asked about again.
            segments: the rows held.
            samples: their samples.
        """
        kept: list[int] = []
        near = _at_once(found, decided, segments)
        rows = np.flatnonzero(_may_be_checks(near.first, segments, samples))
        first, second = near.first[rows], near.second[rows]
        hosts = segments.source[first] & ~np.uint64(0xFFFF)
        for pair, length, asked, following, one, other in zip(
            pairs(hosts, segments.destination[first]).tolist(),
            segments.length[first].tolist(),
            samples.texts(segments.sample[first]),
            samples.texts(segments.sample[second]),
            near.one[rows].tolist(),
            near.other[rows].tolist(),
            strict=True,
        ):
            for protocol in _protocols_of(asked):
                key = pair, protocol, length, asked
                if key not in self._known and goes_on(protocol, asked, following):
                    kept += (one, other)
                    if other >= 0:  # else it may yet be set aside, and this one isn't asked then
                        self._known.add(key)
        return np.array([each for each in kept if each >= 0], np.int64)


def _at_once(found: Candidates, decided: Mask, segments: Segments) -> _Pairs:
    """Each candidate and the request after it; and the request before it, if that isn't one."""
    chosen = np.flatnonzero(decided & one_of(segments.mark.take(found.request), _MARKS))
    if len(chosen) == 0:
        return _Pairs(chosen, chosen, chosen, chosen)
    request, after = found.request[chosen], found.next[chosen]
    goes_on_with = np.append(after[:-1] == request[1:], False)
    other = np.where(goes_on_with, np.append(chosen[1:], -1), -1)
    idle_ns = segments.time_ns[after] - found.word_ns[chosen]
    begins = ~np.append(False, goes_on_with[:-1]) & (found.previous[chosen] >= 0)
    begins &= found.idle_ns[chosen] <= AT_ONCE_NS
    ends = idle_ns <= AT_ONCE_NS
    none = np.full(np.count_nonzero(begins), -1)
    return _Pairs(
        np.concatenate([found.previous[chosen[begins]], request[ends]]).astype(np.int64),
        np.concatenate([request[begins], after[ends]]).astype(np.int64),
        np.concatenate([none, chosen[ends]]),
        np.concatenate([chosen[begins], other[ends]]),
    )


def _may_be_checks(rows: Rows, segments: Segments, samples: Samples) -> Mask:
    """Requests whose first bytes are those of a check; bool. Most others are ruled out."""
    likely = (segments.length[rows] <= LONGEST) & (segments.sample[rows] >= 0)
    few = np.flatnonzero(likely)
    octets, lengths = samples.beginnings(segments.sample[rows[few]], LEAD_BYTES)
    octets[np.arange(LEAD_BYTES) >= lengths[:, None]] = 0
    is_sql = _QUERY[octets[:, 0]] | _COMMAND[octets[:, 4]]
    is_sql &= _FIRST[octets[:, TEXT]] | _EIGHTH[octets[:, EIGHTH]]
    is_redis = (octets[:, 0] == ord("*")) & (octets[:, 1] == ord("1"))
    likely[few] = is_sql | _PARSE[octets[:, 0]] | is_redis
    return likely


@lru_cache(maxsize=1024)  # what is asked may be hostile
def _protocols_of(asked: bytes) -> tuple[Protocol, ...]:
    return tuple(protocol for protocol in PROTOCOLS if asks_nothing(protocol, asked))
