"""`Subject`: what the builders of a report all look things up in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from netdiag.decode.load import LoadedCapture
from netdiag.diagnosis.scene import Scene
from netdiag.diagnosis.signs import Signs, find_signs
from netdiag.diagnosis.vantage import find_vantage
from netdiag.exchanges.introductions import Introductions
from netdiag.report.build.clock import rfc3339


@dataclass(frozen=True, eq=False)
class Subject:
    """A scene with the captures that it was seen in."""

    scene: Scene
    introductions: Introductions
    captures: tuple[LoadedCapture, ...]

    @cached_property
    def signs(self) -> tuple[Signs, ...]:
        """What each capture's segments say about where it was taken."""
        scene = self.scene
        return tuple(
            find_signs(scene.traffic, scene.connections, scene.addresses, index)
            for index in range(len(self.captures))
        )

    def ends_seen(self, server: int) -> frozenset[str]:
        """The ends at which the connections to a server were captured, by all captures."""
        return frozenset().union(*(find_vantage(one, server).ends for one in self.signs))

    def frame(self, row: int) -> int:
        """1-based frame number of a row of `Traffic`."""
        return int(self.scene.traffic.segments.frame[self.scene.segment(row)])

    def capture(self, row: int) -> int:
        """Index of the capture that holds a row of `Traffic`."""
        return int(self.scene.traffic.segments.capture[self.scene.segment(row)])

    def time(self, row: int) -> str:
        """When a row of `Traffic` was captured, with that capture's own precision."""
        digits = 9 if self.captures[self.capture(row)].info.nanoseconds else 6
        return rfc3339(self.scene.time_ns(row), digits)

    def connection_id(self, connection: int) -> str:
        """The name of a connection in this report: ``c1`` is the first one captured."""
        return f"c{int(self.scene.connections.number[connection]) + 1}"

    def other_legs(self, connection: int) -> list[int]:
        """The same connection on other sides of an address translation, in capture order."""
        table = self.scene.connections
        legs = np.flatnonzero(table.same_as == table.same_as[connection])
        legs = legs[np.argsort(table.number[legs])]
        return [leg for leg in legs.tolist() if leg != connection]

    def client(self, connection: int) -> str:
        """``address:port`` of a connection's client."""
        return self.scene.addresses.text(int(self.scene.connections.client[connection]))

    def server(self, connection: int) -> str:
        """``address:port`` of a connection's server."""
        return self.scene.addresses.text(int(self.scene.connections.server[connection]))

    def user_agent(self, connection: int) -> str | None:
        """What a connection's client calls itself."""
        host = int(self.scene.connections.client[connection]) & ~0xFFFF
        server = int(self.scene.connections.server[connection])
        driver = self.introductions.driver.get((host, server))
        return driver if driver is not None else self.introductions.client.get(host)
