"""What proves one occurrence: its own connection, its other legs, the retry, the proxy's client.

From a `Case`; what the inference of a timeout rests on is left to `measures`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from netdiag.columns import Rows
from netdiag.decode.segments import Flag
from netdiag.diagnosis.case import Case
from netdiag.diagnosis.retries import find_retry
from netdiag.diagnosis.story import Story
from netdiag.evidence.excerpts import edges, excerpt, exchanges_of, handshake, opening
from netdiag.evidence.gathering import Gathering, note, plain_part
from netdiag.evidence.notes import Note, Part
from netdiag.exchanges.table import AT_ONCE_NS

MOST_AROUND = 64
"""So many segments are kept around a close or a request without leaving out any."""

LEAK = "close-wait-leak"

_COUNTED = frozenset({"max-requests", "max-age", "server-restart"})
"""Causes that rest on how many exchanges a connection had, and when."""


def add_story(gathering: Gathering, case: Case, number: int) -> None:
    """Want what proves a case, the `number`-th occurrence of its finding."""
    teller = _Teller(gathering, case, number)
    teller.add_own_connection()
    teller.add_replacement()
    teller.add_other_legs()
    teller.add_retry()
    teller.add_passed_on()


class _Teller:
    def __init__(self, gathering: Gathering, case: Case, number: int) -> None:
        self._gathering, self._case, self._number = gathering, case, number
        self._scene = gathering.scene

    @property
    def _story(self) -> Story:
        return self._case.story

    def _note(self, part: Part, time_ns: int = 0) -> Note:
        return note(part, self._case.cause.slug, self._number, time_ns)

    def _add(self, connection: int, rows: Iterable[int], part: Part, time_ns: int = 0) -> None:
        self._gathering.add_connection(connection, rows, self._note(part, time_ns))

    def add_own_connection(self) -> None:
        story, scene = self._story, self._scene
        c = story.connection
        table, exchanges, endings = scene.connections, scene.exchanges, scene.endings
        self._add_close_and_request(c)
        before = story.exchange_before
        begin = int(table.start[c])
        if before >= 0:
            begin = int(exchanges.request[before])
            asked = [begin, int(exchanges.request_end[before])]
            self._add(c, asked, Part.REQUEST_BEFORE)
            answered = [int(exchanges.response[before]), int(exchanges.response_end[before])]
            self._add(c, answered, Part.RESPONSE_BEFORE)
        parts: list[Rows] = [handshake(scene, c), opening(scene, c)]
        parts.append(excerpt(scene, c, begin, MOST_AROUND))
        if self._case.cause.slug in _COUNTED:
            parts.append(edges(scene, exchanges_of(scene, c)))
        for row in np.concatenate(parts).tolist():
            if row >= 0:
                self._add(c, [row], plain_part(scene, row))
        if endings.close[c] < 0 or self._case.cause.slug == LEAK:
            last = int(np.argmax(scene.traffic.row))
            self._add(int(scene.traffic.groups.of_row[last]), [last], Part.LAST)

    def _add_close_and_request(self, c: int) -> None:
        story = self._story
        if story.close >= 0:
            idle_ns = story.idle_before_close_ns
            part = Part.IDLE_CLOSE if idle_ns >= 0 else Part.CLOSE
            self._add(c, [story.close], part, idle_ns)
            self._add(c, [story.heard], Part.TOLD)
        if story.request >= 0:
            if story.told is None or story.close < 0:
                self._add(c, [story.request], Part.REQUEST)
            elif story.told:
                self._add(c, [story.request], Part.REQUEST_TOLD, story.after_close_ns)
            else:
                self._add(c, [story.request], Part.REQUEST_NOT_TOLD)
            self._add(c, _sent_again(story), Part.AGAIN)
        for reset in (story.reset, story.forged):
            if reset is not None:
                self._add(c, [reset.row], Part.RESET)

    def add_replacement(self) -> None:
        """The connection that a client opened when it found this one closed."""
        scene, c = self._scene, self._story.connection
        given_up = int(scene.endings.client_end[c])
        if not self._story.given_up_for_another or given_up < 0:
            return
        table = scene.connections
        alike = (table.client_host == table.client_host[c]) & (table.server == table.server[c])
        rows = np.flatnonzero(alike & (table.syn >= 0))
        apart_ns = scene.traffic.time_ns[table.syn[rows]] - scene.time_ns(given_up)
        for other in rows[np.abs(apart_ns) <= AT_ONCE_NS].tolist():
            if other != c:
                self._add_exchange(other, int(table.stop[other]), Part.REPLACEMENT)

    def add_other_legs(self) -> None:
        """The same packets where they were captured under other addresses."""
        scene, c = self._scene, self._story.connection
        legs = self._gathering.subject.other_legs(c)
        if not legs:
            return
        start, stop = int(scene.connections.start[c]), int(scene.connections.stop[c])
        wanted = {self._name(r) for r in self._gathering.rows() if start <= r < stop}
        for leg in legs:
            rows = range(int(scene.connections.start[leg]), int(scene.connections.stop[leg]))
            self._add(leg, [row for row in rows if self._name(row) in wanted], Part.OTHER_LEG)

    def _name(self, row: int) -> tuple[int, ...]:
        traffic, at = self._scene.traffic, self._scene.segment(row)
        numbers = int(traffic.segments.sequence[at]), int(traffic.segments.acknowledgment[at])
        return (*numbers, int(traffic.flags[row]), int(traffic.length[row]))

    def add_retry(self) -> None:
        retry = find_retry(self._story) if self._case.claim.harmed else None
        if retry is None:
            return
        c = retry.connection
        self._add(c, [retry.row], Part.RETRY, retry.after_ns)
        self._add_exchange(c, retry.row, Part.RETRYING)

    def add_passed_on(self) -> None:
        found = self._case.passed_on
        if found is None:
            return
        self._add(found.connection, [found.row], Part.PASSED_ON, found.after_ns)
        self._add_exchange(found.connection, found.request, Part.FRONT)

    def _add_exchange(self, c: int, request: int, part: Part) -> None:
        """One exchange of a connection, and how that began and ended."""
        scene = self._scene
        self._add(c, handshake(scene, c), part)
        self._add(c, opening(scene, c), part)
        exchange = int(np.searchsorted(scene.exchanges.request, request, "right")) - 1
        if exchange >= 0 and scene.exchanges.connection[exchange] == c:
            self._add(c, edges(scene, np.array([exchange])), part)
        rows = np.arange(int(scene.connections.start[c]), int(scene.connections.stop[c]))
        ends = rows[(scene.traffic.flags[rows] & (Flag.FIN | Flag.RST)) != 0]
        self._add(c, ends, part)


def _sent_again(story: Story) -> list[int]:
    """The request's retransmissions, the first of them."""
    traffic, request = story.scene.traffic, story.request
    stop = int(story.scene.connections.stop[story.connection])
    rows = np.arange(request + 1, stop)
    again = traffic.from_client[rows] & (traffic.length[rows] > 1)
    again &= traffic.position[rows] <= traffic.position[request]
    found: list[int] = rows[again][:MOST_AROUND].tolist()
    return found
