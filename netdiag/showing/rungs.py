"""The rungs of one connection's ladder: its telling frames as steps, the others folded.

As many as can be read are told of one by one, those that tell most first; `every` folds nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from netdiag.columns import Rows
from netdiag.connections.histories import STATES, follow_all
from netdiag.connections.states import State
from netdiag.exchanges import CloseKind
from netdiag.language import _
from netdiag.report.build.clock import seconds
from netdiag.report.build.subject import Subject
from netdiag.report.build.timeline import Teller
from netdiag.report.connection_view import Fold, Rung
from netdiag.report.finding import Step
from netdiag.showing.telling import Frames, Weight

MOST = 100
"""More steps than this are hard to read."""


class Climber(Struct, frozen=True):
    """Tells of the frames of one connection.

    Attributes:
        subject: the tables.
        connection: row of `Connections`.
        frames: its frames, weighed.
        states: the states of client and server after each frame.
    """

    subject: Subject
    connection: int
    frames: Frames
    states: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]

    @classmethod
    def of(cls, subject: Subject, connection: int, frames: Frames) -> Climber:
        """With the states worked out."""
        scene = subject.scene
        found = follow_all(scene.traffic, scene.connections, np.array([connection]))
        at = np.searchsorted(found.row, frames.rows, "right") - 1
        known = [np.where(at < 0, _ESTABLISHED, side[at]) for side in (found.client, found.server)]
        return cls(subject, connection, frames, (known[0], known[1]))

    def rungs(self, begin: int, stop: int, *, every: bool) -> tuple[Rung, ...]:
        """What is told of the frames from `begin` up to `stop`, places in `frames`."""
        places = np.arange(begin, stop)
        told = places if every else _told(places, self.frames.weight)
        teller = self._teller()
        rungs: list[Rung] = []
        after = begin
        for place in told.tolist():
            if place > after:
                rungs.append(self._fold(after, place))
            rungs.append(self._step(teller, place))
            after = place + 1
        if after < stop:
            rungs.append(self._fold(after, stop))
        return tuple(rungs)

    def _teller(self) -> Teller:
        endings = self.subject.scene.endings
        return Teller(
            subject=self.subject,
            begin_ns=self.subject.scene.time_ns(int(self.frames.rows[0])),
            close=int(endings.close[self.connection]),
            close_kind=CloseKind(int(endings.close_kind[self.connection])),
        )

    def _state(self, place: int) -> tuple[State, State]:
        client, server = self.states
        return STATES[client[place]], STATES[server[place]]

    def _step(self, teller: Teller, place: int) -> Step:
        frames = self.frames
        (where,) = self.subject.places(frames.rows[place : place + 1])
        step = teller.step(int(frames.rows[place]), where, self._state(place))
        if frames.probe[place]:
            return replace(step, kind="probe", label=_("keep-alive probe"))
        if frames.again[place] and step.kind in {"syn", "fin"}:
            return replace(step, label=_("{payload} (again)").format(payload=step.label))
        if frames.stalled[place]:
            return replace(step, label=_("{label}, window 0").format(label=step.label))
        return step

    def _fold(self, begin: int, stop: int) -> Fold:
        subject, frames = self.subject, self.frames
        traffic = subject.scene.traffic
        rows = frames.rows[begin:stop]
        first, last = int(rows[0]), int(rows[-1])
        new, from_client = traffic.new_bytes[rows], traffic.from_client[rows]
        spoke = np.flatnonzero(new > 0)
        speaker = int(spoke[-1]) if len(spoke) else len(rows) - 1
        client_state, server_state = self._state(stop - 1)
        begin_ns = subject.scene.time_ns(int(frames.rows[0]))
        return Fold(
            first_frame=subject.frame(first),
            last_frame=subject.frame(last),
            capture=subject.capture(first),
            last_capture=subject.capture(last),
            at_s=seconds(subject.scene.time_ns(first) - begin_ns),
            until_s=seconds(subject.scene.time_ns(last) - begin_ns),
            sender="client" if from_client[speaker] else "server",
            frames=len(rows),
            exchanges=int(frames.exchange[begin:stop].sum()),
            bytes_to_server=int(new[from_client].sum()),
            bytes_to_client=int(new[~from_client].sum()),
            retransmissions=int(frames.again[begin:stop].sum()),
            client_state=client_state.value,
            server_state=server_state.value,
        )


_ESTABLISHED = STATES.index(State.ESTABLISHED)


def _told(places: Rows, weight: npt.NDArray[np.uint8]) -> Rows:
    """The places of which each is told by itself: the lightest weight that leaves few enough."""
    for least in (Weight.SOME, Weight.MUCH, Weight.ALL):
        told = places[weight[places] >= least]
        if len(told) <= MOST:
            return told
    return np.concatenate([told[: MOST // 2], told[-MOST // 2 :]])
