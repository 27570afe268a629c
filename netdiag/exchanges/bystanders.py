"""Finds exchanges that may have to do with a failure elsewhere, so that their rows are kept.

Two are looked for when failures are told: the request that a client sent again on another
connection (`netdiag.diagnosis.retries`), and the exchange of a proxy with its own client, during
which the request behind the proxy failed (`netdiag.diagnosis.proxies`). Which requests fail is not
yet known; more is kept here than will be asked for, never less.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, any_between, distinct, span
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.exchanges.likeness import Requests
from netdiag.exchanges.observed import Observed

QUIET_NS = 10_000_000_000
"""After an end and as much silence no more is to come."""

NEXT = 2
"""So many of the next requests alike are kept: the first may be on the failed connection itself."""

_FOREVER = np.iinfo(np.int64).max

Numbers = npt.NDArray[np.int64]


def find_bystanders(seen: Observed, others: Requests | None = None) -> Mask:
    """Exchanges that a failure elsewhere may be compared with; bool, one an exchange.

    Args:
        others: further exchanges, all answered; the answer is for them, and not for those of
            the tables.
    """
    own = seen.requests
    asked, every = (own, own) if others is None else (others, Requests.concatenate([own, others]))
    first_ns = asked.asked_ns.min(initial=_FOREVER)
    bystanders: Mask = asked.asked_ns >= waiting_since(seen)
    rows = np.flatnonzero(seen.troubled & ~seen.waiting)
    refused_ns = seen.traffic.time_ns[seen.connections.syn[seen.connections.was_refused]]
    moments = np.sort(np.concatenate([own.asked_ns[rows], refused_ns]))
    moments = moments[np.searchsorted(moments, first_ns) :]
    if len(moments):
        bystanders |= any_between(moments, asked.asked_ns, asked.answered_ns)
    until_ns = _asked_again_until_ns(seen, rows)
    rows, until_ns = rows[until_ns >= first_ns], until_ns[until_ns >= first_ns]
    if len(rows):
        alike = np.zeros(len(every), bool)
        alike[_alike(seen, every, rows, until_ns)] = True
        bystanders |= alike[len(every) - len(asked) :]
    return bystanders


def waiting_since(seen: Observed) -> int:
    """When the first of the requests was asked that simply are not answered yet, in ns.

    Whether they fail will show; until then whatever was asked after them may be a bystander.
    """
    return int(seen.requests.asked_ns[seen.waiting].min(initial=_FOREVER))


def find_over(seen: Observed) -> Mask:
    """Connections that have ended long ago, with nothing in them that might have failed; bool.

    What a failed one may be compared with is looked for as long as it might still be asked.
    """
    traffic, table = seen.traffic, seen.connections
    last_ns = traffic.time_ns[table.stop - 1]
    over: Mask = table.has_ended & (last_ns < seen.end_ns - QUIET_NS)
    over &= (table.syn_ack >= 0) | (table.server_rst < 0)
    over[seen.exchanges.connection[seen.troubled]] = False
    return over


def find_troubled(seen: Observed) -> Mask:
    """Connections on which something may have failed, or that were refused; bool."""
    troubled = seen.connections.was_refused
    troubled[seen.exchanges.connection[seen.troubled]] = True
    return troubled


def _asked_again_until_ns(seen: Observed, failed: Rows) -> Numbers:
    """How long a failed request might be asked again: nobody does long after a connection's end."""
    traffic, table = seen.traffic, seen.connections
    connection = seen.exchanges.connection[failed]
    last_ns = traffic.time_ns[table.stop[connection] - 1]
    return np.where(seen.ended[connection], last_ns + QUIET_NS, _FOREVER)


def _alike(seen: Observed, every: Requests, failed: Rows, until_ns: Numbers) -> Rows:
    """The next requests like the failed ones, of the same client to the same server.

    The next after the request itself, and after each sign that its connection ended.
    """
    chosen = np.flatnonzero(_may_be_alike(every, failed, until_ns))
    near, failed = every.take(chosen), np.searchsorted(chosen, failed)
    exchange = chosen[failed]
    readable = seen.traffic.mark[seen.exchanges.request[exchange]] == Mark.HTTP_REQUEST
    found = [
        _next_alike(seen, near, (failed[which], exchange[which]), samples)
        for which, samples in ((readable, seen.samples), (~readable, None))
        if which.any()
    ]
    return chosen[np.concatenate(found)]


def _may_be_alike(every: Requests, failed: Rows, until_ns: Numbers) -> Mask:
    """The failed ones, and those that the same client might have asked instead; bool."""
    near = np.zeros(len(every), bool)
    near[failed] = True
    asked_ns, pair = every.asked_ns[failed], every.pair
    for number in distinct(pair[failed]).tolist():
        of_pair = np.flatnonzero(pair == np.uint64(number))
        mine = np.flatnonzero(pair[failed] == np.uint64(number))
        mine = mine[np.argsort(asked_ns[mine], kind="stable")]
        last_ns = np.maximum.accumulate(until_ns[mine])
        place = np.searchsorted(asked_ns[mine], every.asked_ns[of_pair], "right") - 1
        soon = (place >= 0) & (every.asked_ns[of_pair] <= last_ns[np.maximum(place, 0)])
        near[of_pair[soon]] = True
    return near


def _next_alike(
    seen: Observed, near: Requests, failed: tuple[Rows, Rows], samples: Samples | None
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
        alike = order[span(key_in_order, key[row])]
        times_ns = near.asked_ns[alike]
        for moment in (near.asked_ns[row], *_ends_ns(seen, exchange)):
            next_ = int(np.searchsorted(times_ns, moment, "right"))
            found += alike[next_ : next_ + NEXT].tolist()
    return np.array(found, np.int64)


def _ends_ns(seen: Observed, exchange: int) -> list[int]:
    """When the server ended an exchange's connection, by FIN and by RST."""
    table, connection = seen.connections, int(seen.exchanges.connection[exchange])
    rows = (int(table.server_fin[connection]), int(table.server_rst[connection]))
    return [int(seen.traffic.time_ns[row]) for row in rows if row >= 0]
