"""`gather`: the packets that prove what was chosen, in as narrow a selection as gives the verdict.

From a `Choice`. A narrow selection holds what the verdict says of itself that it rests on; but much
of a verdict rests on what did *not* happen (other connections of the server lived on), which only
more packets show. Whether a selection is wide enough is found out in `extract`.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from netdiag.columns import Rows
from netdiag.evidence.choosing import Choice
from netdiag.evidence.excerpts import excerpt
from netdiag.evidence.gathering import Gathering, Wanted, note
from netdiag.evidence.measures import add_measures
from netdiag.evidence.notes import Part
from netdiag.evidence.stories import add_story
from netdiag.report.build import Subject


class Width(IntEnum):
    """How much is kept, from the least on."""

    TELLING = 0
    """What the chosen occurrences and the inference behind them rest on."""
    CONNECTIONS = 1
    """Also the rest of the connections that these packets are of."""
    SERVERS = 2
    """Also all other connections of these servers and clients."""
    EVERYTHING = 3
    """Also the connections of all others."""


_MOST_OF_ONE = {Width.CONNECTIONS: 400, Width.SERVERS: 100, Width.EVERYTHING: 400}
"""Segments of one connection that are kept without a choice between them."""

MOST_CONNECTIONS = 2000
"""Of more connections, those nearest to the chosen ones are kept."""


def gather(subject: Subject, choice: Choice, width: Width) -> Wanted:
    """The packets to be kept."""
    gathering = Gathering(subject)
    for chosen in choice.cases:
        add_story(gathering, chosen.case, chosen.number)
    for connection in choice.connections:
        rows = _all_rows(subject, connection)
        gathering.add_connection(connection, rows.tolist(), note(Part.WHOLE))
    if not choice.connections:
        add_measures(gathering, [chosen.case for chosen in choice.cases])
    for step in Width:
        if Width.TELLING < step <= width:
            for connection in _connections(gathering, step).tolist():
                start = int(subject.scene.connections.start[connection])
                rows = excerpt(subject.scene, connection, start, _MOST_OF_ONE[step])
                gathering.add_connection(connection, rows.tolist(), note(Part.CONTEXT))
    return gathering.finish()


def _all_rows(subject: Subject, connection: int) -> Rows:
    table = subject.scene.connections
    return np.arange(int(table.start[connection]), int(table.stop[connection]))


def _connections(gathering: Gathering, width: Width) -> Rows:
    """The connections that are kept at this width."""
    scene = gathering.scene
    table = scene.connections
    touched = np.unique(scene.traffic.groups.of_row[gathering.rows()]).astype(np.int64)
    if width is Width.CONNECTIONS:
        return touched
    chosen = np.ones(len(table), bool)
    if width is Width.SERVERS:
        chosen = np.isin(table.server, table.server[touched])
    rows: Rows = np.flatnonzero(chosen)
    if len(rows) > MOST_CONNECTIONS:
        number = table.number
        distance = np.abs(number[rows] - int(np.median(number[touched])))
        rows = rows[np.argsort(distance, kind="stable")[:MOST_CONNECTIONS]]
    return rows
