"""`Seen`: one examination as a comparison looks at it: who was harmed, and who could have been."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from netdiag.analysis import Examination
from netdiag.columns import Mask
from netdiag.comparison.harm import Harm, find_harm
from netdiag.comparison.occasions import Fate, Occasions, find_occasions
from netdiag.diagnosis.scene import Scene
from netdiag.report.build.subject import Subject


class Seen(Struct, frozen=True, eq=False):
    """One side of a comparison.

    Attributes:
        subject: the tables.
        harm: the requests that were harmed.
        mine: bool, one a connection: those that were asked for, each once, without tunnels.
        occasions: of these connections.
    """

    subject: Subject
    harm: Harm
    mine: Mask
    occasions: Occasions

    @property
    def scene(self) -> Scene:
        """Where the tables are."""
        return self.subject.scene

    def servers(self) -> dict[str, int]:
        """The endpoints of all servers, by what reports call them; most exchanges first."""
        table, exchanges = self.scene.connections, self.scene.endings.exchanges
        found, place = np.unique(table.server[self.mine], return_inverse=True)
        busy = np.bincount(place.ravel(), weights=exchanges[self.mine], minlength=len(found))
        order = np.argsort(-busy, kind="stable")
        return {self.scene.addresses.text(server): server for server in found[order].tolist()}

    def of(self, servers: Iterable[int]) -> Mask:
        """The connections to these servers; bool."""
        chosen = np.array(list(servers), np.uint64)
        mine: Mask = self.mine & np.isin(self.scene.connections.server, chosen)
        return mine

    def harmed_by_idling(self, servers: Iterable[int]) -> int:
        """How many requests idle connections to these servers have harmed."""
        chosen = set(servers)
        return sum(reuse.server in chosen for reuse in self.harm.reuses)

    def harmed_otherwise(self, servers: Iterable[int]) -> dict[str, int]:
        """By cause, how many requests to these servers something else has harmed."""
        counts: dict[str, int] = {}
        for server in servers:
            for cause, number in self.harm.others.get(server, {}).items():
                counts[cause] = counts.get(cause, 0) + number
        return counts


def look_at(examination: Examination) -> Seen:
    """What a comparison needs of one examination."""
    scene = examination.subject.scene
    harm = find_harm(examination.findings)
    mine = scene.considered & scene.is_first_leg & ~scene.speech.tunnel
    # Where another leg tells of a failure, that leg stands for the connection.
    for reuse in harm.reuses:
        mine[scene.connections.same_as[reuse.connection]] = False
        mine[reuse.connection] = True
    occasions = find_occasions(scene, harm.reuses, mine)
    return Seen(examination.subject, harm, mine, occasions)


class Danger(Struct, frozen=True):
    """After how much idle time a request is in danger.

    Attributes:
        idle_ns: what it takes.
        set_by_harm: it is the shortest idle time after which a request was harmed, rather than
            the server's timeout: the request that set it must not count as evidence as well.
    """

    idle_ns: int
    set_by_harm: bool


def find_danger(seen: Seen, servers: Iterable[int]) -> Danger | None:
    """The least idle time after which connections to these servers failed, or were ended.

    None where idle connections have harmed no request.
    """
    chosen = list(servers)
    if not seen.harmed_by_idling(chosen):
        return None
    occasions = seen.occasions
    harmed = (occasions.fate == Fate.HARMED) & (occasions.idle_ns >= 0)
    harmed &= np.isin(occasions.server, np.array(chosen, np.uint64))
    shortest = int(occasions.idle_ns[harmed].min(initial=np.iinfo(np.int64).max))
    known = [seen.scene.timeouts.servers.get(server) for server in chosen]
    ends = [round(t.estimate_s * 1e9) for t in known if t is not None and t.estimate_s is not None]
    least = min(ends, default=shortest)
    if shortest < least or not ends:
        return Danger(min(shortest, least), set_by_harm=True) if harmed.any() else Danger(0, False)
    return Danger(least, set_by_harm=False)
