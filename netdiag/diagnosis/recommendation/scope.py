"""`Scope`: the requests on which a recommendation is tried, those of a finding's clients."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Rows, among, distinct, median
from netdiag.decode.bygones import Bygones
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.retries import Retry, find_retry
from netdiag.diagnosis.scene import UNKNOWN_ROUND_TRIP_NS, Scene
from netdiag.diagnosis.story import Story


class Scope(Struct, frozen=True, eq=False, dict=True):
    """All connections of a finding's clients to its server.

    Attributes:
        scene: where the rest can be looked up.
        finding: whose cure is wanted.
        hosts: the clients, as endpoints with port 0.
        connections: int64, rows of `Connections`; without tunnels.
        bygones: int64, rows of `Bygones`: those of them that have no others.
        exchanges: int64, rows of `Exchanges`; those without are in `longer`, too.
        idle_ns: int64, the idle time before each of them; -1 for the first on a connection.
        span_ns: from the first to the last segment of these connections.
        round_trip_ns: the median of their handshakes.
        round_trip_known: whether there was a handshake; else `round_trip_ns` is an assumption.
    """

    scene: Scene
    finding: Finding
    hosts: tuple[int, ...]
    connections: Rows
    bygones: Rows
    exchanges: Rows
    idle_ns: npt.NDArray[np.int64]
    span_ns: int
    round_trip_ns: int
    round_trip_known: bool

    @property
    def requests(self) -> int:
        """How many exchanges they had."""
        own = int(self.scene.endings.exchanges[self.connections].sum())
        return own + int(self.scene.bygones.exchanges[self.bygones].sum(dtype=np.int64))

    def longer(self, *limits_ns: int) -> list[int]:
        """Before how many of the requests a connection had been idle for longer than each limit.

        With a negative limit these are all that were not the first on their connections.
        """
        unknown = [limit_ns for limit_ns in limits_ns if limit_ns not in self._longer]
        own = len(self.scene.connections)
        mine = np.zeros(own + len(self.scene.bygones), bool)
        mine[self.connections] = True
        mine[own + self.bygones] = True
        settled = self.scene.settled.longer(mine, unknown)
        for limit_ns, count in zip(unknown, settled, strict=True):
            self._longer[limit_ns] = count + int(np.count_nonzero(self.idle_ns > limit_ns))
        return [self._longer[limit_ns] for limit_ns in limits_ns]

    @cached_property
    def _longer(self) -> dict[int, int]:
        return {}

    @cached_property
    def harmed(self) -> tuple[Story, ...]:
        """The stories of the harmed requests."""
        cases = self.finding.cases
        return tuple(case.story for case in cases if case.claim.harmed and case.story.request >= 0)

    @cached_property
    def retries(self) -> dict[int, Retry]:
        """The retries of the harmed requests that were seen, by row of `Connections`."""
        found = ((story.connection, find_retry(story)) for story in self.harmed)
        return {connection: retry for connection, retry in found if retry is not None}


def find_scope(scene: Scene, finding: Finding) -> Scope:
    """The scope of one finding, worked out once."""
    return scene.once(("scope", id(finding)), lambda: _look_for(scene, finding))  # kept by it


def _look_for(scene: Scene, finding: Finding) -> Scope:
    table = scene.connections
    cases = np.array([case.story.connection for case in finding.cases], np.int64)
    hosts = distinct(table.client_host[cases])
    mine = (table.server == np.uint64(finding.server)) & among(table.client_host, hosts)
    mine &= scene.considered & ~scene.speech.tunnel
    connections = np.flatnonzero(mine)
    # Of a connection that was captured on both sides of an address translation one leg is enough.
    _, legs = np.unique(table.same_as[connections], return_index=True)
    connections = connections[np.sort(legs)]
    mine[:] = False
    mine[connections] = True
    exchanges = np.flatnonzero(mine[scene.exchanges.connection])
    of_server = scene.bygones.server == np.uint64(finding.server)
    further = np.flatnonzero(of_server & among(scene.bygones.client_host, hosts))
    bygones = scene.bygones.take(further)
    trips = table.round_trip_ns[connections]
    trips = np.concatenate([trips[trips >= 0], bygones.round_trip_ns])
    return Scope(
        scene=scene,
        finding=finding,
        hosts=tuple(hosts.tolist()),
        connections=connections,
        bygones=further,
        exchanges=exchanges,
        idle_ns=scene.exchanges.idle_ns[exchanges],
        span_ns=_span_ns(scene, connections, bygones),
        round_trip_ns=int(median(trips)) if len(trips) else UNKNOWN_ROUND_TRIP_NS,
        round_trip_known=len(trips) > 0,
    )


def _span_ns(scene: Scene, connections: Rows, bygones: Bygones) -> int:
    """Segments lie in capture order inside a connection, so its ends are its first and last."""
    if len(connections) == 0:
        return 0
    times, table = scene.traffic.time_ns, scene.connections
    first = np.append(times[table.start[connections]], bygones.begun_ns).min()
    last = np.append(times[table.stop[connections] - 1], bygones.ended_ns).max()
    return max(int(last - first), 0)
