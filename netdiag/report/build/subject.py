"""`Subject`: what the builders of a report all look things up in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from msgspec import Struct, field

from netdiag.columns import Rows
from netdiag.connections.states import State
from netdiag.decode.join import LoadedCapture
from netdiag.decode.marks import Mark
from netdiag.diagnosis.scene import Scene
from netdiag.diagnosis.signs import Signs, find_signs
from netdiag.diagnosis.vantage import find_vantage
from netdiag.exchanges.heads import field as field_of
from netdiag.exchanges.heads import head_bytes
from netdiag.exchanges.introductions import Introductions
from netdiag.report.build.clock import all_rfc3339, rfc3339
from netdiag.report.phrases.words import frame_name


class Place(Struct, frozen=True):
    """Where and when a segment was captured: as `Subject.frame`, `capture` and `time` say."""

    frame: int
    capture: int
    time: str


class Subject(Struct, frozen=True, eq=False, dict=True):
    """A scene with the captures that it was seen in.

    Attributes:
        scene: the tables.
        introductions: what clients and servers call themselves.
        captures: the files, in the order of their indexes.
        histories: for each row of `Connections` asked about so far, the TCP states of client and
            server after each row of `Traffic` that can change them.
    """

    scene: Scene
    introductions: Introductions
    captures: tuple[LoadedCapture, ...]
    histories: dict[int, dict[int, tuple[State, State]]] = field(default_factory=dict)

    @cached_property
    def signs(self) -> tuple[Signs, ...]:
        """What each capture's segments say about where it was taken."""
        scene = self.scene
        captures = len(self.captures)
        return find_signs(
            scene.traffic, scene.connections, scene.addresses, captures, scene.bygones
        )

    def ends_seen(self, server: int) -> frozenset[str]:
        """The ends at which the connections to a server were captured, by all captures."""
        if server not in self._ends:
            found = (find_vantage(one, server).ends for one in self.signs)
            self._ends[server] = frozenset().union(*found)
        return self._ends[server]

    @cached_property
    def _ends(self) -> dict[int, frozenset[str]]:
        return {}

    def frame(self, row: int) -> int:
        """1-based frame number of a row of `Traffic`."""
        return self.scene.traffic.segments.frame.item(self.scene.segment(row))

    def frame_name(self, row: int) -> str:
        """The same as sentences name it: after its capture's number where there are several."""
        return frame_name(self.frame(row), self.capture(row), len(self.captures))

    def capture(self, row: int) -> int:
        """Index of the capture that holds a row of `Traffic`."""
        return self.scene.traffic.segments.capture.item(self.scene.segment(row))

    def time(self, row: int) -> str:
        """When a row of `Traffic` was captured, with that capture's own precision."""
        return rfc3339(self.scene.time_ns(row), self._digits[self.capture(row)])

    @cached_property
    def _digits(self) -> list[int]:
        """Of a second, by capture."""
        return [9 if capture.info.nanoseconds else 6 for capture in self.captures]

    def since_start(self, time_ns: int) -> float:
        """A time as charts have it: seconds since the first segment of all captures."""
        return round((time_ns - self.scene.start_ns) / 1e9, 6)

    def place(self, row: int) -> Place:
        """All three of a row of `Traffic`."""
        known = self._places.get(row)
        return Place(self.frame(row), self.capture(row), self.time(row)) if known is None else known

    def remember_places(self, rows: Rows) -> None:
        """Look up together what `place` will be asked for."""
        self._places.update(zip(rows.tolist(), self.places(rows), strict=True))

    @cached_property
    def _places(self) -> dict[int, Place]:
        return {}

    def places(self, rows: Rows) -> Iterator[Place]:
        """The frame, the capture and the time of many rows of `Traffic`, as the three above."""
        traffic = self.scene.traffic
        segment = traffic.row[rows]
        captures = traffic.segments.capture[segment].tolist()
        frames = traffic.segments.frame[segment].tolist()
        digits = [self._digits[capture] for capture in captures]
        return map(Place, frames, captures, all_rfc3339(traffic.time_ns[rows], digits))

    def connection_id(self, connection: int) -> str:
        """The name of a connection in this report: ``c1`` is the first one captured."""
        return f"c{int(self.scene.connections.number[connection]) + 1}"

    def other_legs(self, connection: int) -> list[int]:
        """The same connection on other sides of an address translation, in capture order."""
        legs = self._legs.get(int(self.scene.connections.same_as[connection]), [])
        return [leg for leg in legs if leg != connection]

    @cached_property
    def _legs(self) -> dict[int, list[int]]:
        """The connections that were captured more than once: all legs of each, by its name."""
        table = self.scene.connections
        several = np.bincount(table.same_as)[table.same_as] > 1
        legs: dict[int, list[int]] = {}
        for leg in sorted(np.flatnonzero(several).tolist(), key=table.number.__getitem__):
            legs.setdefault(int(table.same_as[leg]), []).append(leg)
        return legs

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

    def own_user_agent(self, connection: int) -> str | None:
        """The same, but None where a whole head on that very connection has no User-Agent.

        Another client of the same host has introduced itself then (RFC 9110, section 10.1.5: one
        that has a name sends it with each request).
        """
        scene, table = self.scene, self.scene.connections
        start, stop = int(table.start[connection]), int(table.stop[connection])
        first = scene.traffic.mark[start:stop].tobytes().find(Mark.HTTP_REQUEST)
        head = scene.sample(start + first) if first >= 0 else b""
        if head_bytes(head) is None:
            return self.user_agent(connection)
        name = field_of(head, b"user-agent")
        return None if name is None else name.decode("latin-1")
