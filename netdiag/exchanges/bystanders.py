"""Finds exchanges that may have to do with a failure elsewhere, so that their rows are kept.

Two are looked for when failures are told: the request that a client sent again on another
connection (`netdiag.diagnosis.retries`), and the exchange of a proxy with its own client, during
which the request behind the proxy failed (`netdiag.diagnosis.proxies`). Which requests fail is not
yet known; more is kept here than will be asked for, never less.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
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


def find_bystanders(seen: Observed) -> Mask:
    """Exchanges that a failure elsewhere may be compared with; bool, one an exchange."""
    asked_ns = seen.asked_ns
    troubled = _troubled(seen)
    waiting = _are_waiting(seen, troubled, asked_ns)
    since = int(asked_ns[waiting].min(initial=np.iinfo(np.int64).max))
    bystanders: Mask = asked_ns >= since
    rows = np.flatnonzero(troubled & ~waiting)
    moments = np.sort(np.concatenate([asked_ns[rows], _refused_ns(seen)]))
    if len(moments):
        bystanders |= _are_open(seen, asked_ns, moments)
    if len(rows):
        bystanders[_alike(seen, asked_ns, rows)] = True
    return bystanders


def find_successors(seen: Observed, until_ns: int) -> Mask:
    """Exchanges that may repeat a request of an earlier capture; bool, one an exchange.

    They are the first ones of their kind, and asked for before `until_ns`.
    """
    successors = np.zeros(len(seen.exchanges), bool)
    asked_ns = seen.asked_ns
    early = asked_ns < until_ns
    if not early.any():
        return successors
    for readable in (True, False):
        key = _keys(seen, readable)
        order = np.lexsort((asked_ns, key))
        order = order[early[order]]
        place = np.arange(len(order)) - np.searchsorted(key[order], key[order])
        successors[order[place < NEXT]] = True
    return successors


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


def _are_open(seen: Observed, asked_ns: Numbers, moments: Numbers) -> Mask:
    """Exchanges that had begun, and had no answer yet, at any of the sorted moments."""
    response = seen.exchanges.response
    answered_ns = np.where(response < 0, asked_ns, seen.traffic.time_ns[response])
    first = np.searchsorted(moments, asked_ns, "left")
    are_open: Mask = np.searchsorted(moments, answered_ns, "right") > first
    return are_open


def _alike(seen: Observed, asked_ns: Numbers, failed: Rows) -> Rows:
    """The next requests like the failed ones, of the same client to the same server.

    The next after the request itself, and after each sign that its connection ended.
    """
    readable = seen.traffic.mark[seen.exchanges.request[failed]] == Mark.HTTP_REQUEST
    found = [
        _next_alike(seen, asked_ns, rows, _keys(seen, by_line))
        for by_line, rows in ((True, failed[readable]), (False, failed[~readable]))
        if len(rows)
    ]
    return np.concatenate(found)


def _next_alike(
    seen: Observed, asked_ns: Numbers, failed: Rows, key: npt.NDArray[np.uint64]
) -> Rows:
    """The next requests with the key of each of the failed ones."""
    wanted = np.sort(key[failed])
    place = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
    order = np.flatnonzero(wanted[place] == key)
    order = order[np.lexsort((asked_ns[order], key[order]))]
    key_in_order = key[order]
    found: list[int] = []
    for exchange in failed.tolist():
        begin, stop = (np.searchsorted(key_in_order, key[exchange], side) for side in _SIDES)
        alike = order[begin:stop]
        times_ns = asked_ns[alike]
        for moment in (asked_ns[exchange], *_ends_ns(seen, exchange)):
            next_ = int(np.searchsorted(times_ns, moment, "right"))
            found += alike[next_ : next_ + NEXT].tolist()
    return np.array(found, np.int64)


def _keys(seen: Observed, readable: bool) -> npt.NDArray[np.uint64]:
    """The same for requests of one client to one server that look alike; uint64.

    Where they can be read by their request lines, else by their lengths.
    """
    traffic, table, request = seen.traffic, seen.connections, seen.exchanges.request
    connection = seen.exchanges.connection
    pair = (table.client_host * _MIX ^ table.server) * _MIX
    if not readable:
        return pair[connection] ^ traffic.length[request].astype(np.uint64)
    sample = traffic.segments.sample[traffic.row[request]]
    return pair[connection] ^ fingerprints(seen.samples, sample)


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
