"""`Observed`: the exchanges of the rows so far, and what went wrong with them as far as they say.

Made of tables; each of its answers is worked out once, and used by all that look for what may have
to do with a failure (`netdiag.exchanges.bystanders`, `successors`, `across`).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag
from netdiag.exchanges.likeness import Requests, pairs
from netdiag.exchanges.table import Exchanges

OPEN_NS = 1_000_000_000
"""Requests that wait for no longer than this when the rows end have hardly failed."""

FEWEST_RESENT = 2
"""An answer that was sent again so often may not have arrived."""


class Observed(Struct, frozen=True, eq=False, dict=True):
    """The rows so far, and what they say.

    Attributes:
        stop: int64, one an exchange: one past its last row of `Traffic`.
        until_ns: how far other rows go that are not among these.
    """

    traffic: Traffic
    connections: Connections
    exchanges: Exchanges
    samples: Samples
    stop: Rows
    until_ns: int = 0

    @cached_property
    def end_ns(self) -> int:
        """When the last of all rows was captured."""
        return int(self.traffic.time_ns.max(initial=self.until_ns))

    @cached_property
    def requests(self) -> Requests:
        """The exchanges as far as likeness goes."""
        traffic, table, exchanges = self.traffic, self.connections, self.exchanges
        response = exchanges.response
        asked_ns = traffic.time_ns[exchanges.request]
        return Requests(
            asked_ns=asked_ns,
            answered_ns=np.where(response < 0, asked_ns, traffic.time_ns[response]),
            pair=pairs(table.client_host, table.server)[exchanges.connection],
            length=traffic.length[exchanges.request],
            sample=traffic.segments.sample[traffic.row[exchanges.request]],
        )

    @cached_property
    def ended(self) -> Mask:
        """Connections with a FIN or RST; bool."""
        ending = (self.traffic.flags & (Flag.FIN | Flag.RST)) != 0
        ended: Mask = self.traffic.groups.first(ending) >= 0
        return ended

    @cached_property
    def troubled(self) -> Mask:
        """Exchanges that were not answered, or whose answer may not have arrived; bool."""
        traffic, exchanges = self.traffic, self.exchanges
        again = ~traffic.from_client & (traffic.new_bytes == 0) & (traffic.length > 1)
        so_far = np.append(0, np.cumsum(again, dtype=np.int32))
        resent = so_far[self.stop] - so_far[exchanges.request]
        troubled: Mask = ~exchanges.answered | (resent >= FEWEST_RESENT)
        return troubled

    @cached_property
    def waiting(self) -> Mask:
        """Exchanges that are simply not answered yet: nothing has ended their connection; bool."""
        exchanges = self.exchanges
        waiting: Mask = ~exchanges.answered & ~self.ended[exchanges.connection]
        return waiting & (self.requests.asked_ns >= self.end_ns - OPEN_NS)
