"""Finds exchanges that may have to do with a failure elsewhere, so that their rows are kept.

Two are looked for when failures are told: the request that a client sent again on another
connection (`netdiag.diagnosis.retries`), and the exchange of a proxy with its own client, during
which the request behind the proxy failed (`netdiag.diagnosis.proxies`). Which requests fail is not
yet known; more is kept here than will be asked for, never less.
"""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Columns, Mask, Rows, distinct
from netdiag.connections import Connections, Traffic
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag
from netdiag.exchanges.table import Exchanges
from netdiag.native import native

OPEN_NS = 1_000_000_000
"""Requests that wait for no longer than this when the rows end have hardly failed."""

QUIET_NS = 10_000_000_000
"""After an end and as much silence no more is to come."""

FEWEST_RESENT = 2
"""An answer that was sent again so often may not have arrived."""

NEXT = 2
"""So many of the next requests alike are kept: the first may be on the failed connection itself."""

LINE_BYTES = 128
"""So much of a request line tells it from others."""

AT_ONCE = 1 << 14
"""So many lines are held at once."""

_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
_RETURN = ord("\r")
_FOREVER = np.iinfo(np.int64).max
_MIX = np.uint64(0x9E3779B97F4A7C15)

Numbers = npt.NDArray[np.int64]


class Observed(Struct, frozen=True, eq=False):
    """The rows so far, and what they say.

    Attributes:
        stop: int64, one an exchange: one past its last row of `Traffic`.
    """

    traffic: Traffic
    connections: Connections
    exchanges: Exchanges
    samples: Samples
    stop: Rows

    @property
    def asked_ns(self) -> Numbers:
        """When each exchange began; int64."""
        return self.traffic.time_ns[self.exchanges.request]


class Others(Columns, frozen=True, eq=False):
    """Answered exchanges of HTTP/1 without tables, which may be bystanders as well.

    Columns:
        asked_ns: int64, when the request began.
        answered_ns: int64, when the response began.
        client_host: uint64, endpoint with port 0.
        server: uint64, endpoint.
        length: int64, payload bytes of the segment that the request begins with.
        sample: int32, the row of that segment in `Samples`.
    """

    asked_ns: Numbers
    answered_ns: Numbers
    client_host: npt.NDArray[np.uint64]
    server: npt.NDArray[np.uint64]
    length: Numbers
    sample: npt.NDArray[np.int32]

    @property
    def pair(self) -> npt.NDArray[np.uint64]:
        """A number for each client and server; uint64."""
        return (self.client_host * _MIX ^ self.server) * _MIX

    def keys(self, samples: Samples | None) -> npt.NDArray[np.uint64]:
        """The same for requests of one client to one server that look alike; uint64.

        By their request lines, or without samples by their lengths.
        """
        if samples is None:
            return self.pair ^ self.length.astype(np.uint64)
        return self.pair ^ fingerprints(samples, self.sample)

    @classmethod
    def of(cls, seen: Observed) -> Self:
        """The exchanges of tables in the same columns."""
        traffic, table, exchanges = seen.traffic, seen.connections, seen.exchanges
        response = exchanges.response
        asked_ns = seen.asked_ns
        return cls(
            asked_ns=asked_ns,
            answered_ns=np.where(response < 0, asked_ns, traffic.time_ns[response]),
            client_host=table.client_host[exchanges.connection],
            server=table.server[exchanges.connection],
            length=traffic.length[exchanges.request],
            sample=traffic.segments.sample[traffic.row[exchanges.request]],
        )


def find_bystanders(seen: Observed, others: Others | None = None) -> Mask:
    """Exchanges that a failure elsewhere may be compared with; bool, one an exchange.

    Args:
        others: further exchanges, whose values follow those of the tables' exchanges.
    """
    own = Others.of(seen)
    every = own if others is None else Others.concatenate([own, others])
    troubled = _troubled(seen)
    waiting = _are_waiting(seen, troubled, own.asked_ns)
    bystanders: Mask = every.asked_ns >= own.asked_ns[waiting].min(initial=_FOREVER)
    rows = np.flatnonzero(troubled & ~waiting)
    moments = np.sort(np.concatenate([own.asked_ns[rows], _refused_ns(seen)]))
    if len(moments):
        first = np.searchsorted(moments, every.asked_ns, "left")
        bystanders |= np.searchsorted(moments, every.answered_ns, "right") > first
    if len(rows):
        bystanders[_alike(seen, every, rows)] = True
    return bystanders


def waiting_since(seen: Observed) -> int:
    """When the first of the requests was asked that simply are not answered yet, in ns.

    Whether they fail will show; until then whatever was asked after them may be a bystander.
    """
    asked_ns = seen.asked_ns
    waiting = _are_waiting(seen, _troubled(seen), asked_ns)
    return int(asked_ns[waiting].min(initial=_FOREVER))


def find_over(seen: Observed) -> Mask:
    """Connections that have ended long ago, with nothing in them that might have failed; bool.

    What a failed one may be compared with is looked for as long as it might still be asked.
    """
    traffic, table = seen.traffic, seen.connections
    ended = (table.client_fin >= 0) & (table.server_fin >= 0)
    ended |= (table.client_rst >= 0) | (table.server_rst >= 0)
    last_ns = traffic.time_ns[table.stop - 1]
    over: Mask = ended & (last_ns < traffic.time_ns.max(initial=0) - QUIET_NS)
    over &= (table.syn_ack >= 0) | (table.server_rst < 0)
    over[seen.exchanges.connection[_troubled(seen)]] = False
    return over


def _troubled(seen: Observed) -> Mask:
    """Exchanges that were not answered, or whose answer may not have arrived."""
    traffic, exchanges = seen.traffic, seen.exchanges
    again = ~traffic.from_client & (traffic.new_bytes == 0) & (traffic.length > 1)
    so_far = np.append(0, np.cumsum(again, dtype=np.int32))
    resent = so_far[seen.stop] - so_far[exchanges.request]
    troubled: Mask = ~exchanges.answered | (resent >= FEWEST_RESENT)
    return troubled


def _are_waiting(seen: Observed, troubled: Mask, asked_ns: Numbers) -> Mask:
    """Those of them that are simply not answered yet: nothing has ended their connection."""
    traffic, exchanges = seen.traffic, seen.exchanges
    ended = traffic.groups.first((traffic.flags & (Flag.FIN | Flag.RST)) != 0) >= 0
    end_ns = int(traffic.time_ns.max(initial=0))
    waiting: Mask = troubled & ~exchanges.answered & ~ended[exchanges.connection]
    return waiting & (asked_ns >= end_ns - OPEN_NS)


def _refused_ns(seen: Observed) -> Numbers:
    """When connections were asked for that a RST refused."""
    table = seen.connections
    refused = (table.syn >= 0) & (table.syn_ack < 0) & (table.server_rst >= 0)
    return seen.traffic.time_ns[table.syn[refused]]


def _alike(seen: Observed, every: Others, failed: Rows) -> Rows:
    """The next requests like the failed ones, of the same client to the same server.

    The next after the request itself, and after each sign that its connection ended; nobody asks
    again long after that.
    """
    chosen = np.flatnonzero(_may_be_alike(seen, every, failed))
    near, failed = every.take(chosen), np.searchsorted(chosen, failed)
    exchange = chosen[failed]
    readable = seen.traffic.mark[seen.exchanges.request[exchange]] == Mark.HTTP_REQUEST
    found = [
        _next_alike(seen, near, (failed[which], exchange[which]), samples)
        for which, samples in ((readable, seen.samples), (~readable, None))
        if which.any()
    ]
    return chosen[np.concatenate(found)]


def _may_be_alike(seen: Observed, every: Others, failed: Rows) -> Mask:
    """The failed ones, and those that the same client might have asked instead; bool."""
    traffic, table = seen.traffic, seen.connections
    connection = seen.exchanges.connection[failed]
    ended = traffic.groups.first((traffic.flags & (Flag.FIN | Flag.RST)) != 0)[connection] >= 0
    last_ns = np.where(ended, traffic.time_ns[table.stop[connection] - 1] + QUIET_NS, _FOREVER)
    near = np.zeros(len(every), bool)
    near[failed] = True
    asked_ns, pair = every.asked_ns[failed], every.pair
    for number in distinct(pair[failed]).tolist():
        of_pair = np.flatnonzero(pair == np.uint64(number))
        mine = np.flatnonzero(pair[failed] == np.uint64(number))
        mine = mine[np.argsort(asked_ns[mine], kind="stable")]
        until_ns = np.maximum.accumulate(last_ns[mine])
        place = np.searchsorted(asked_ns[mine], every.asked_ns[of_pair], "right") - 1
        soon = (place >= 0) & (every.asked_ns[of_pair] <= until_ns[np.maximum(place, 0)])
        near[of_pair[soon]] = True
    return near


def _next_alike(
    seen: Observed, near: Others, failed: tuple[Rows, Rows], samples: Samples | None
) -> Rows:
    """The next requests like each of the failed ones, by their lines or else by their lengths.

    Args:
        failed: int64, rows of `near`, and for each of them the exchange.
    """
    key = near.keys(samples)
    order = np.lexsort((near.asked_ns, key))
    key_in_order = key[order]
    found: list[int] = []
    for row, exchange in zip(failed[0].tolist(), failed[1].tolist(), strict=True):
        begin, stop = (np.searchsorted(key_in_order, key[row], side) for side in _SIDES)
        alike = order[begin:stop]
        times_ns = near.asked_ns[alike]
        for moment in (near.asked_ns[row], *_ends_ns(seen, exchange)):
            next_ = int(np.searchsorted(times_ns, moment, "right"))
            found += alike[next_ : next_ + NEXT].tolist()
    return np.array(found, np.int64)


def fingerprints(samples: Samples, rows: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
    """A number for each row of `samples` that is the same for those with the same first line.

    Others may have it by chance, or because somebody wanted it, and those with longer lines.
    """
    found = np.zeros(len(rows), np.uint64)
    for begin in range(0, len(rows), AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        octets, lengths = samples.beginnings(rows[part], LINE_BYTES)
        if native is not None:
            native.lines(octets, LINE_BYTES, np.minimum(lengths, LINE_BYTES), found[part])
            continue
        over = np.arange(LINE_BYTES) >= lengths[:, None]
        over |= octets == _RETURN
        np.logical_or.accumulate(over, axis=1, out=over)
        octets[over] = 0
        words = octets.view(np.uint64)
        words *= np.arange(1, words.shape[1] + 1, dtype=np.uint64) * _MIX | np.uint64(1)
        words ^= words >> np.uint64(32)
        words *= _MIX
        found[part] = words.sum(axis=1, dtype=np.uint64)
    return found


def _ends_ns(seen: Observed, exchange: int) -> list[int]:
    """When the server ended an exchange's connection, by FIN and by RST."""
    table, connection = seen.connections, int(seen.exchanges.connection[exchange])
    rows = (int(table.server_fin[connection]), int(table.server_rst[connection]))
    return [int(seen.traffic.time_ns[row]) for row in rows if row >= 0]
