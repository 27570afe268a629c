"""Picks the frames that tell a connection's story, and says in a few words what each is."""

from __future__ import annotations

from functools import cache
from itertools import islice

import numpy as np
from msgspec import Struct

from netdiag.columns import Rows
from netdiag.connections.histories import STATES, follow_all, telling_rows
from netdiag.connections.states import Packet, State, follow
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.diagnosis.story import Story
from netdiag.exchanges import CloseKind
from netdiag.exchanges.heads import start_line
from netdiag.exchanges.last_words import last_words
from netdiag.language import _, ngettext
from netdiag.report.build.clock import seconds
from netdiag.report.build.subject import Place, Subject
from netdiag.report.finding import Step, StepKind

MOST_AFTERWARDS = 6
"""How many frames after the request are shown: what became of it, and the first retransmissions."""

LABEL_CHARACTERS = 120

FEW_TELLING = 32
"""Of connections with so many telling segments, many are followed together, step by step."""

AT_ONCE = 10_000
"""So many of them, which bounds what that takes of memory."""

_NAMES = {Flag.FIN: "FIN", Flag.SYN: "SYN", Flag.RST: "RST", Flag.ACK: "ACK"}

_TLS_MESSAGES: dict[int, str] = {
    Mark.TLS_CLIENT_HELLO: "TLS ClientHello",
    Mark.TLS_SERVER_HELLO: "TLS ServerHello",
    Mark.TLS_ALERT: "TLS alert",
}
"""Called so in every language."""


def follow_many(subject: Subject, connections: Rows) -> None:
    """Work out `states` of many connections at once, but for those with many telling segments."""
    table = subject.scene.connections
    _rows, _begin, count = telling_rows(table, connections)
    few = connections[count <= FEW_TELLING]
    for part in (few[at : at + AT_ONCE] for at in range(0, len(few), AT_ONCE)):
        histories = follow_all(subject.scene.traffic, table, part)
        rows = histories.row.tolist()
        client, server = (
            map(STATES.__getitem__, side.tolist()) for side in (histories.client, histories.server)
        )
        steps = zip(rows, zip(client, server, strict=True), strict=True)
        for connection, length in zip(part.tolist(), histories.count.tolist(), strict=True):
            subject.histories[connection] = dict(islice(steps, length))


def states(subject: Subject, connection: int) -> dict[int, tuple[State, State]]:
    """States of client and server after each row that can change them; worked out once."""
    if connection not in subject.histories:
        subject.histories[connection] = _follow(subject, connection)
    return subject.histories[connection]


def _follow(subject: Subject, connection: int) -> dict[int, tuple[State, State]]:
    rows, _begin, _count = telling_rows(subject.scene.connections, np.array([connection]))
    segments, traffic = subject.scene.traffic.segments, subject.scene.traffic
    at = traffic.row[rows]
    columns = (
        traffic.from_client[rows],
        traffic.flags[rows],
        segments.sequence[at],
        segments.acknowledgment[at],
        traffic.length[rows],
    )
    packets = (Packet(*packet) for packet in zip(*(c.tolist() for c in columns), strict=True))
    return dict(zip(rows.tolist(), follow(packets), strict=True))


def state_at(history: dict[int, tuple[State, State]], row: int) -> tuple[State, State]:
    """The states after the last telling row up to `row`."""
    known = [earlier for earlier in history if earlier <= row]
    return history[max(known)] if known else (State.ESTABLISHED, State.ESTABLISHED)


def timeline(subject: Subject, story: Story) -> tuple[Step, ...]:
    """The steps of one occurrence, in the order in which they were captured."""
    rows = _key_rows(story)
    history = states(subject, story.connection)
    teller = Teller(subject, subject.scene.time_ns(rows[0]), story.close, story.close_kind)
    places = subject.places(np.array(rows))
    return tuple(
        teller.step(row, place, state_at(history, row))
        for row, place in zip(rows, places, strict=True)
    )


class Teller(Struct, frozen=True):
    """Makes the steps of one connection.

    Attributes:
        begin_ns: when the story begins.
        close: row of the server's first sign that it ended the connection; -1 without.
        close_kind: what that sign was.
    """

    subject: Subject
    begin_ns: int
    close: int
    close_kind: CloseKind

    def step(self, row: int, place: Place, state: tuple[State, State]) -> Step:
        """What the frame of a row of `Traffic` is, with the states of both ends after it."""
        subject = self.subject
        kind, label = self._describe(row)
        client_state, server_state = state
        return Step(
            frame=place.frame,
            capture=place.capture,
            time=place.time,
            at_s=seconds(subject.scene.time_ns(row) - self.begin_ns),
            sender="client" if subject.scene.traffic.from_client[row] else "server",
            kind=kind,
            label=label,
            client_state=client_state.value,
            server_state=server_state.value,
        )

    def _describe(self, row: int) -> tuple[StepKind, str]:
        subject = self.subject
        traffic = subject.scene.traffic
        flags, length = int(traffic.flags[row]), int(traffic.length[row])
        names = _named(flags)
        if flags & Flag.SYN:
            return "syn", names
        if flags & Flag.RST:
            return "rst", names
        if row == self.close and self.close_kind in (CloseKind.CLOSE_NOTIFY, CloseKind.GOODBYE):
            notify = self.close_kind is CloseKind.CLOSE_NOTIFY
            return (
                ("close_notify", "TLS close_notify")
                if notify
                else ("goodbye", payload(subject, row))
            )
        if length and traffic.new_bytes[row] == 0:
            return _again(subject, row)
        if length:
            text = payload(subject, row) + (f" + {names}" if flags & Flag.FIN else "")
            return ("request" if traffic.from_client[row] else "response"), text
        return ("fin" if flags & Flag.FIN else "ack"), names


@cache
def _named(flags: int) -> str:
    return ", ".join(name for flag, name in _NAMES.items() if flags & flag)


def _again(subject: Subject, row: int) -> tuple[StepKind, str]:
    """What a segment is that holds nothing new: one byte is a probe (RFC 9293, section 3.8.4)."""
    if subject.scene.traffic.length[row] == 1:
        return "probe", _("keep-alive probe")
    return "retransmission", _("{payload} (again)").format(payload=payload(subject, row))


def _key_rows(story: Story) -> list[int]:
    scene = story.scene
    table, exchanges = scene.connections, scene.exchanges
    c = story.connection
    rows = {int(table.syn[c]), int(table.syn_ack[c]), story.close, story.heard, story.request}
    before = story.exchange_before
    if before >= 0:
        rows |= {int(exchanges.request[before]), int(exchanges.response[before])}
    for row in (int(table.server_fin[c]), int(table.server_rst[c]), int(table.client_fin[c])):
        rows.add(row)
    if story.request >= 0:
        rows |= set(_afterwards(story))
    return sorted(row for row in rows if row >= 0) or [int(table.start[c])]


def _afterwards(story: Story) -> list[int]:
    """What followed the request: retransmissions, the server's reaction."""
    traffic = story.scene.traffic
    stop = int(story.scene.connections.stop[story.connection])
    rows = slice(story.request + 1, stop)
    telling = (traffic.flags[rows] & (Flag.FIN | Flag.RST)) != 0
    telling |= traffic.length[rows] > 0
    telling |= ~traffic.from_client[rows]
    found: list[int] = (np.flatnonzero(telling)[:MOST_AFTERWARDS] + story.request + 1).tolist()
    return found


def payload(subject: Subject, row: int) -> str:
    """What a row's payload is, as much as can be said in a line."""
    traffic = subject.scene.traffic
    mark = int(traffic.mark[row])
    sample = subject.scene.sample(row)
    if mark == Mark.HTTP_REQUEST:
        return start_line(sample).decode("latin-1")[:LABEL_CHARACTERS]
    if mark == Mark.HTTP_RESPONSE:
        return start_line(sample).decode("latin-1").split(" ", 1)[-1].strip()[:LABEL_CHARACTERS]
    if mark == Mark.SERVER_FAREWELL:
        said = last_words(sample)
        if said is not None:
            return said[:LABEL_CHARACTERS]
    if mark in _TLS_MESSAGES:
        return _TLS_MESSAGES[mark]
    length = int(traffic.length[row])
    if mark == Mark.TLS_DATA:
        size = ngettext("{n} byte of TLS data", "{n} bytes of TLS data", length)
    else:
        size = ngettext("{n} byte", "{n} bytes", length)
    return size.format(n=length)
