"""The shelf of columns of the table `connections`: what is known of each.

To add one, write a function from rows of `Connections` to one number each, and name it in
`CONNECTIONS`. Whatever `netdiag connections` lists as well is taken from there.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Rows
from netdiag.connections.histories import STATES
from netdiag.exchanges import CloseKind, Protocol
from netdiag.export.column import MISSING, Column, Kind, Numbers, Write, words
from netdiag.export.source import Source
from netdiag.export.table import Table
from netdiag.report.build.closers import CLOSERS
from netdiag.timeouts import Reason

_PORT = np.uint64(0xFFFF)


def _listed(column: str, kind: Kind, about: str, name: str | None = None) -> Column:
    """A column that is the same as in the list of connections, there maybe by another name."""
    return Column(column, kind, about, lambda s, rows: s.listed(name or column, rows))


def _word(column: str, about: str, texts: tuple[str | None, ...]) -> Column:
    """The same for one that has words."""
    return Column(column, Kind.TEXT, about, lambda s, rows: s.listed(column, rows), words(texts))


def _host(source: Source) -> Write:
    return source.scene.addresses.host


def _server_close(source: Source, rows: Rows) -> Rows:
    return source.scene.endings.close[rows]


def _client_names(source: Source, rows: Rows) -> Numbers:
    """For each row one that has the same client and server, the same for all that have."""
    table = source.scene.connections
    hosts, host = np.unique(table.client[rows] & ~_PORT, return_inverse=True)
    _, server = np.unique(table.server[rows], return_inverse=True)
    pairs = server * len(hosts) + host
    _, first, pair = np.unique(pairs, return_index=True, return_inverse=True)
    return rows[first[pair]]


def _reason(source: Source, rows: Rows) -> Numbers:
    return source.scene.reason[rows]


def _finding(source: Source, rows: Rows) -> Numbers:
    return source.finding_of[rows]


def _optional(nanoseconds: Numbers) -> Numbers:
    return np.where(nanoseconds < 0, MISSING, nanoseconds)


_REASONS = tuple(
    None if reason is Reason.NOT_CLOSED else reason.name.lower().replace("_", "-")
    for reason in Reason
)
_OPENING = (
    Column(
        "id",
        Kind.CONNECTION,
        "its name in reports of the same captures, such as c17",
        lambda s, rows: s.scene.connections.number[rows],
    ),
    _listed("capture", Kind.SMALL, "index, from 0, of the capture with its first frame"),
    Column(
        "file",
        Kind.TEXT,
        "the path of that capture, as it was named",
        lambda s, rows: s.listed("capture", rows),
        lambda s: lambda index: str(s.subject.captures[index].info.path),
    ),
    _listed("stream", Kind.COUNT, "Wireshark's tcp.stream in that capture"),
    Column(
        "client_address",
        Kind.TEXT,
        "who opened it",
        lambda s, rows: s.scene.connections.client[rows] & ~_PORT,
        _host,
    ),
    Column(
        "client_port",
        Kind.SMALL,
        "the client's port",
        lambda s, rows: s.scene.connections.client[rows] & _PORT,
    ),
    Column(
        "server_address",
        Kind.TEXT,
        "who answered",
        lambda s, rows: s.scene.connections.server[rows] & ~_PORT,
        _host,
    ),
    Column(
        "server_port",
        Kind.SMALL,
        "the server's port",
        lambda s, rows: s.scene.connections.server[rows] & _PORT,
    ),
    Column(
        "client_product",
        Kind.TEXT,
        "what the client calls itself to this server: User-Agent, or a database driver's name",
        _client_names,
        lambda s: s.subject.user_agent,
    ),
    Column(
        "server_product",
        Kind.TEXT,
        "what the server calls itself: its Server field, or the version in its greeting",
        lambda s, rows: s.scene.connections.server[rows],
        lambda s: s.subject.introductions.server.get,
    ),
    _word(
        "protocol", "what it speaks, as far as its bytes say", tuple(each.slug for each in Protocol)
    ),
)
_COURSE = (
    _listed("start_time", Kind.TIME, "when its first frame was captured", "start"),
    _listed("end_time", Kind.TIME, "when its last frame was captured", "end"),
    _listed("duration_s", Kind.DURATION, "from its earliest to its latest frame"),
    _listed("first_frame", Kind.COUNT, "its first frame, counted from 1 as Wireshark does"),
    _listed("last_frame", Kind.COUNT, "its last frame"),
    _listed("last_capture", Kind.SMALL, "index of the capture with its last frame"),
    _listed("frames", Kind.COUNT, "how many frames it has"),
    _listed("syn_seen", Kind.TRUTH, "whether its beginning was captured"),
    Column(
        "syn_ack_after_s",
        Kind.DURATION,
        "from the SYN to the SYN/ACK: from where the capture was taken to the server and back",
        lambda s, rows: _optional(s.scene.connections.to_server_ns[rows]),
    ),
    _listed("round_trip_s", Kind.DURATION, "from the SYN to the ACK that ends the handshake"),
    _listed("exchanges", Kind.COUNT, "requests with their responses; pipelined ones are one"),
    _listed("bytes_to_server", Kind.COUNT, "payload of the client, each byte counted once"),
    _listed("bytes_to_client", Kind.COUNT, "payload of the server, each byte counted once"),
    _listed("retransmissions", Kind.COUNT, "frames with payload that had been sent before"),
    _listed(
        "longest_idle_s",
        Kind.DURATION,
        "longest silence after an answer, until a request, an end, or the captures' end",
    ),
)
_END = (
    _word("closed_by", "who sent the first FIN or RST", CLOSERS),
    _word("close_flag", "which of them", ("FIN", "RST")),
    _listed("close_frame", Kind.COUNT, "the frame of that first FIN or RST"),
    _listed("close_capture", Kind.SMALL, "index of the capture with that frame"),
    Column(
        "close_time",
        Kind.TIME,
        "when that frame was captured",
        lambda s, rows: s.time(s.table.closers[1][rows]),
    ),
    Column(
        "server_close",
        Kind.TEXT,
        "the server's first sign that it ended the connection: FIN, RST, close_notify of TLS, or "
        "a goodbye in words",
        lambda s, rows: s.scene.endings.close_kind[rows],
        words(tuple(kind.flag for kind in CloseKind)),
    ),
    Column(
        "server_close_frame",
        Kind.COUNT,
        "the frame of that sign",
        lambda s, rows: s.frame(_server_close(s, rows)),
    ),
    Column(
        "server_close_capture",
        Kind.SMALL,
        "index of the capture with that frame",
        lambda s, rows: s.capture(_server_close(s, rows)),
    ),
    Column(
        "server_close_time",
        Kind.TIME,
        "when that frame was captured",
        lambda s, rows: s.time(_server_close(s, rows)),
    ),
    _listed(
        "idle_before_close_s", Kind.DURATION, "from the last exchange to the server's first sign"
    ),
    Column(
        "reason",
        Kind.TEXT,
        "why the server closed it, as far as an idle timeout's measure depends on it; null where "
        "the client had closed before, or nobody has",
        _reason,
        words(_REASONS),
    ),
    Column(
        "announced",
        Kind.TRUTH,
        "the last HTTP response had said that the close would come",
        lambda s, rows: s.scene.endings.announced[rows],
    ),
    Column(
        "used_after_close",
        Kind.TRUTH,
        "a request came after the server's first sign, as the server saw it",
        lambda s, rows: s.scene.endings.after_close[rows] >= 0,
    ),
    _listed("close_wait_s", Kind.DURATION, "how long the client left it in CLOSE_WAIT"),
    _word(
        "client_state",
        "the client's TCP state when the captures end",
        tuple(state.value for state in STATES),
    ),
    _word("server_state", "the server's", tuple(state.value for state in STATES)),
)
_FOUND = (
    Column(
        "cause",
        Kind.TEXT,
        "what was found on it, as `netdiag explain` has it; where several things were, what "
        "matters most; null where nothing was",
        _finding,
        lambda s: lambda index: s.findings[index].cause.slug,
    ),
    Column(
        "causes",
        Kind.TEXTS,
        "all that was found on it; null where nothing was",
        lambda s, rows: s.listed("causes", rows),
        lambda s: s.table.causes[1].__getitem__,
    ),
    Column(
        "severity",
        Kind.TEXT,
        "of the finding that `cause` is: error, warning or info",
        _finding,
        lambda s: lambda index: s.findings[index].severity,
    ),
    Column(
        "confidence",
        Kind.TEXT,
        "of that finding: high, medium or low",
        _finding,
        lambda s: lambda index: s.findings[index].confidence,
    ),
    _listed(
        "leg_of",
        Kind.CONNECTION,
        "the connection that this is, captured on another side of an address translation",
    ),
)

CONNECTIONS = Table(
    name="connections",
    about="One row a TCP connection, in the order in which they begin in the captures.",
    columns=(*_OPENING, *_COURSE, *_END, *_FOUND),
    rows=lambda source: source.connection_rows,
)
