"""The shelf of columns: what is known of a connection, under the names of the JSON report.

To add one, write a function from a `Table` to one number a connection, and name it in `COLUMNS`.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from netdiag.columns import values_at
from netdiag.connections.histories import STATES
from netdiag.decode.segments import Flag
from netdiag.diagnosis.causes import CAUSES
from netdiag.errors import SelectionError
from netdiag.exchanges import Protocol
from netdiag.listing import times
from netdiag.listing.column import MISSING, Column, Kind
from netdiag.listing.table import Table
from netdiag.report.build.closers import CLOSERS

Numbers: TypeAlias = npt.NDArray[np.int64]

_FLAGS = ("FIN", "RST")
_CAUSES = tuple(cause.slug for cause in CAUSES)
_PROTOCOLS = tuple(protocol.slug for protocol in Protocol)
_STATES = tuple(state.value for state in STATES)


def _first(table: Table) -> Numbers:
    return table.scene.connections.start


def _last(table: Table) -> Numbers:
    return table.scene.connections.stop - 1


def _frame(table: Table, rows: Numbers) -> Numbers:
    return table.at(rows, table.scene.traffic.segments.frame)


def _capture(table: Table, rows: Numbers) -> Numbers:
    return table.at(rows, table.scene.traffic.segments.capture)


def _close_flag(table: Table) -> Numbers:
    flags = values_at(table.scene.traffic.flags, table.closers[1], MISSING)
    return np.where(flags < 0, MISSING, (flags & Flag.RST) != 0)


def _known(values: Numbers) -> Numbers:
    return np.where(values < 0, MISSING, values)


def _leg_of(table: Table) -> Numbers:
    connections = table.scene.connections
    other = connections.same_as != np.arange(len(table))
    return np.where(other, connections.number[connections.same_as], MISSING)


def _retransmissions(table: Table) -> Numbers:
    traffic = table.scene.traffic
    again = (traffic.new_bytes == 0) & (traffic.length > 1)
    return traffic.groups.count(again)


COLUMNS: tuple[Column, ...] = (
    Column(
        "id",
        Kind.CONNECTION,
        "its name in reports of the same captures, such as c17",
        lambda t: t.scene.connections.number,
    ),
    Column(
        "stream",
        Kind.COUNT,
        "Wireshark's tcp.stream in its capture",
        lambda t: t.scene.connections.stream,
    ),
    Column(
        "capture",
        Kind.COUNT,
        "index, from 0, of the capture with its first frame",
        lambda t: _capture(t, _first(t)),
    ),
    Column("file", Kind.FILE, "the path of that capture", lambda t: _capture(t, _first(t))),
    Column(
        "client",
        Kind.ENDPOINT,
        "address:port of who opened it; compared with an address, any port will do",
        lambda t: t.scene.connections.client,
    ),
    Column(
        "server",
        Kind.ENDPOINT,
        "address:port of who answered",
        lambda t: t.scene.connections.server,
    ),
    Column(
        "protocol",
        Kind.WORD,
        "what it speaks: " + ", ".join(_PROTOCOLS),
        lambda t: t.scene.speech.protocol.astype(np.int64),
        _PROTOCOLS,
    ),
    Column("start", Kind.TIME, "when its first frame was captured", times.starts),
    Column("end", Kind.TIME, "when its last frame was captured", times.ends),
    Column("duration_s", Kind.DURATION, "from its first to its last frame", times.lengths),
    Column("first_frame", Kind.COUNT, "its first frame", lambda t: _frame(t, _first(t))),
    Column("last_frame", Kind.COUNT, "its last frame", lambda t: _frame(t, _last(t))),
    Column(
        "last_capture",
        Kind.COUNT,
        "index of the capture with its last frame",
        lambda t: _capture(t, _last(t)),
    ),
    Column("frames", Kind.COUNT, "how many frames it has", lambda t: _last(t) - _first(t) + 1),
    Column(
        "syn_seen",
        Kind.TRUTH,
        "whether its beginning was captured",
        lambda t: (t.scene.connections.syn >= 0).astype(np.int64),
    ),
    Column(
        "round_trip_s",
        Kind.DURATION,
        "round trip, as its handshake shows it",
        lambda t: _known(t.scene.connections.round_trip_ns),
    ),
    Column(
        "exchanges",
        Kind.COUNT,
        "requests with their responses",
        lambda t: t.scene.endings.exchanges,
    ),
    Column(
        "bytes_to_server",
        Kind.COUNT,
        "payload of the client, each byte counted once",
        lambda t: t.scene.connections.client_bytes,
    ),
    Column(
        "bytes_to_client",
        Kind.COUNT,
        "payload of the server, each byte counted once",
        lambda t: t.scene.connections.server_bytes,
    ),
    Column(
        "bytes",
        Kind.COUNT,
        "payload of both",
        lambda t: t.scene.connections.client_bytes + t.scene.connections.server_bytes,
    ),
    Column(
        "retransmissions",
        Kind.COUNT,
        "frames with payload that had been sent before",
        _retransmissions,
    ),
    Column(
        "longest_idle_s",
        Kind.DURATION,
        "longest silence after an answer, until a request, an end, or the captures' end",
        times.longest_idle,
    ),
    Column(
        "idle_before_close_s",
        Kind.DURATION,
        "from the last exchange to the server's close",
        lambda t: _known(t.scene.endings.idle_ns),
    ),
    Column(
        "close_wait_s",
        Kind.DURATION,
        "how long the client left it in CLOSE_WAIT",
        times.close_wait,
    ),
    Column(
        "closed_by",
        Kind.WORD,
        "who sent the first FIN or RST: " + ", ".join(CLOSERS),
        lambda t: t.closers[0].astype(np.int64),
        CLOSERS,
    ),
    Column("close_flag", Kind.WORD, "which of them: FIN, RST", _close_flag, _FLAGS),
    Column("close_frame", Kind.COUNT, "the frame of that", lambda t: _frame(t, t.closers[1])),
    Column(
        "close_capture",
        Kind.COUNT,
        "index of the capture with that frame",
        lambda t: _capture(t, t.closers[1]),
    ),
    Column(
        "client_state",
        Kind.WORD,
        "the client's TCP state when the captures end",
        lambda t: t.last_states[0],
        _STATES,
    ),
    Column(
        "server_state",
        Kind.WORD,
        "the server's",
        lambda t: t.last_states[1],
        _STATES,
    ),
    Column(
        "causes",
        Kind.WORDS,
        "what was found on it: causes as 'netdiag explain' has them",
        lambda t: t.causes[0],
        _CAUSES,
    ),
    Column(
        "leg_of",
        Kind.CONNECTION,
        "the connection that this is, captured on another side of an address translation",
        _leg_of,
    ),
)

_BY_NAME = {column.name: column for column in COLUMNS}
_SHORT = {name.removesuffix("_s"): column for name, column in _BY_NAME.items()}
_ALSO = {"idle": "longest_idle_s", "cause": "causes", "connection": "id", "duration": "duration_s"}


def column_named(name: str, option: str) -> Column:
    """The column of this name; ``_s`` may be left out, and ``idle`` is the longest.

    Raises:
        SelectionError: there is none; says which option asked for it.
    """
    known = _BY_NAME.get(_ALSO.get(name, name)) or _SHORT.get(name)
    if known is None:
        near = get_close_matches(name, [*_BY_NAME, *_SHORT, *_ALSO], 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise SelectionError(
            f"{option}: expected a column ('--columns help' lists them), found {name!r}{hint}"
        )
    return known


def help_text() -> str:
    """What each column means, for ``--columns help``."""
    width = max(map(len, _BY_NAME)) + 2
    lines = [f"{column.name:<{width}}{column.about}" for column in COLUMNS]
    return "\n".join([*lines, "", "In conditions and sort keys _s may be left out.", ""])
