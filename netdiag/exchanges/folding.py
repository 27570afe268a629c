"""`Seen`: the exchanges of the rows so far, and how some of them become records and folds.

Which of them do is for `netdiag.exchanges.setting_aside` to say. Also how folds that were found
without tables are joined with those before.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic, build
from netdiag.decode.aside import Folds, Part, Times
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.exchanges.find import find_exchanges
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.roles import Speech, find_roles
from netdiag.exchanges.settled import NONE, exchanges_after, with_idle_times
from netdiag.exchanges.table import Exchanges


class Held(Struct, frozen=True, eq=False):
    """The rows held.

    Attributes:
        segments: all of them.
        samples: what they say.
        over: bool, which of them needn't be looked at again, and won't be held then.
        folds: what was set aside between them.
        waiting: uint32, the first frames of connections with exchanges that stay for now.
    """

    segments: Segments
    samples: Samples
    over: Mask
    folds: Folds
    waiting: npt.NDArray[np.uint32]


class Seen(Struct, frozen=True, eq=False):
    """What the rows so far say; the last two have one value an exchange.

    Attributes:
        stop: int64, one past the last row of `Traffic` before the next exchange.
        fold: int64, row of `before` of what was set aside right before it; -1 for nothing.
    """

    traffic: Traffic
    connections: Connections
    speech: Speech
    exchanges: Exchanges
    before: Folds
    stop: Rows
    fold: Rows

    @property
    def first_frames(self) -> npt.NDArray[np.uint32]:
        """The first frame of each connection; uint32."""
        return self.traffic.segments.frame[self.traffic.row[self.connections.start]]

    def observed(self, samples: Samples, until_ns: int = 0) -> Observed:
        """The same for who looks for bystanders."""
        traffic, table, exchanges = self.traffic, self.connections, self.exchanges
        return Observed(traffic, table, exchanges, samples, self.stop, until_ns)

    def set_aside_bytes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """How many bytes were set aside before each row, from client and server."""
        at = self.exchanges.request[self.fold >= 0]
        folds = self.fold[self.fold >= 0]
        sides = []
        for amount in (self.before.client_bytes, self.before.server_bytes):
            column = np.zeros(len(self.traffic), np.int64)
            column[at] = amount[folds]
            sides.append(np.cumsum(column, out=column))
        return sides[0], sides[1]

    def rows_of(self, settled: Mask) -> Mask:
        """The rows of `Traffic` that these exchanges have; bool."""
        change = np.zeros(len(self.traffic) + 1, np.int8)
        np.add.at(change, self.exchanges.request[settled], 1)
        np.add.at(change, self.stop[settled], -1)
        return np.cumsum(change[:-1], dtype=np.int8).view(bool)

    def part(self, rows: Rows) -> Part:
        """These exchanges as records."""
        traffic, exchanges = self.traffic, self.exchanges
        frame, request = traffic.segments.frame, exchanges.request[rows]
        connection, count = np.unique(exchanges.connection[rows], return_counts=True)
        return Part(
            capture=0,
            first_frame=self.first_frames[connection],
            count=count.astype(np.uint32),
            asked=Times.of(traffic.time_ns[request]),
            idle=Times.of(exchanges.idle_ns[rows]),
            frame=frame[traffic.row[request]],
        )

    def folds(self, settled: Mask) -> Folds:
        """The folds with these exchanges in them: each goes to the next one that is kept."""
        traffic, exchanges = self.traffic, self.exchanges
        kept = np.flatnonzero(~settled)
        group = np.searchsorted(kept, np.arange(len(settled)))
        own = np.flatnonzero(settled)
        old = np.flatnonzero(self.fold >= 0)
        rows = np.concatenate([own, old])
        to = group[rows]
        before, fold = self.before, self.fold[old]

        def added(mine: npt.NDArray[np.int64], theirs: npt.NDArray[np.int64]) -> Rows:
            total = np.zeros(len(kept), np.int64)
            np.add.at(total, to, np.concatenate([mine, theirs[fold]]))
            return total

        packets = self.stop - exchanges.request
        sent, received = self._new_bytes()
        last_word = np.full(len(kept), -1, np.int64)
        last_word[group[own]] = traffic.time_ns[exchanges.response_end[own]]
        is_last = ~settled[old]
        last_word[group[old[is_last]]] = before.last_word_ns[fold[is_last]]
        idle_ns = np.full(len(kept), -1, np.int64)
        every_ns = np.concatenate([exchanges.idle_ns[own], before.longest_idle_ns[fold]])
        np.maximum.at(idle_ns, to, every_ns)
        longest = np.zeros(len(kept), np.int64)
        lengths = traffic.length[exchanges.request[own]]
        np.maximum.at(longest, to, np.concatenate([lengths, before.longest[fold]]))
        shortest = np.full(len(kept), NONE)
        np.minimum.at(shortest, to, np.concatenate([lengths, before.shortest[fold]]))
        counts = added(np.ones(len(own), np.int64), before.exchanges)
        following = traffic.row[exchanges.request[kept]]
        return Folds(
            capture=traffic.segments.capture[following],
            frame=traffic.segments.frame[following],
            exchanges=counts,
            packets=added(packets[own], before.packets),
            client_bytes=added(sent[own], before.client_bytes),
            server_bytes=added(received[own], before.server_bytes),
            last_word_ns=last_word,
            longest_idle_ns=idle_ns,
            longest=longest,
            shortest=shortest,
        ).take(counts > 0)

    def _new_bytes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """New payload bytes of each exchange, from client and server."""
        traffic, sides = self.traffic, []
        for mine in (traffic.from_client, ~traffic.from_client):
            so_far = np.append(0, np.cumsum(np.where(mine, traffic.new_bytes, 0)))
            sides.append(so_far[self.stop] - so_far[self.exchanges.request])
        return sides[0], sides[1]


def see(segments: Segments, before: Folds) -> Seen:
    """Build the connections of the rows so far, and find their exchanges.

    Args:
        segments: the rows that are not over yet, and those since.
        before: what was set aside between them.
    """
    traffic, connections = build(segments)
    speech = find_roles(traffic, connections)
    exchanges = find_exchanges(traffic, connections, speech)
    connection = exchanges.connection
    stop = connections.stop[connection]
    same = connection[1:] == connection[:-1]
    stop[:-1][same] = exchanges.request[1:][same]
    fold = np.full(len(exchanges), -1, np.int64)
    following = exchanges_after(traffic, exchanges, before)
    found = np.flatnonzero(following >= 0)
    fold[following[found]] = found
    exchanges = with_idle_times(traffic, exchanges, before.take(found), following[found])
    return Seen(traffic, connections, speech, exchanges, before, stop, fold)


def merged(
    old: Folds,
    first_frame: npt.NDArray[np.uint32],
    new: Folds,
) -> Folds:
    """The folds with further exchanges in them.

    Args:
        old: those so far.
        first_frame: uint32, for each of the new ones the frame of its first exchange's request:
            what an old one may come right before.
        new: the further exchanges as folds.
    """
    order = np.argsort(first_frame)
    at = np.searchsorted(first_frame, old.frame, sorter=order)
    place = order[np.minimum(at, len(order) - 1)]
    to = np.where(first_frame[place] == old.frame, new.frame[place], old.frame)
    both = Folds.concatenate([old, new])
    both_frames = np.concatenate([to, new.frame])
    names, inverse = np.unique(both_frames, return_inverse=True)

    def total(values: npt.NDArray[np.int64]) -> Rows:
        sums = np.zeros(len(names), np.int64)
        np.add.at(sums, inverse, values)
        return sums

    def greatest(values: npt.NDArray[np.int64]) -> Rows:
        most = np.full(len(names), np.iinfo(np.int64).min)
        np.maximum.at(most, inverse, values)
        return most

    return Folds(
        capture=np.zeros(len(names), np.uint16),
        frame=names,
        exchanges=total(both.exchanges),
        packets=total(both.packets),
        client_bytes=total(both.client_bytes),
        server_bytes=total(both.server_bytes),
        last_word_ns=greatest(both.last_word_ns),
        longest_idle_ns=greatest(both.longest_idle_ns),
        longest=greatest(both.longest),
        shortest=-greatest(-both.shortest),
    )
