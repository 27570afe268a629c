"""The shelf of columns of the table `exchanges`: what is known of each request and its response.

To add one, write a function from rows of `Exchanges` to one number each, and name it in
`EXCHANGES`.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Rows
from netdiag.decode.marks import Mark
from netdiag.exchanges import Protocol
from netdiag.export.column import MISSING, Column, Kind, Numbers, Write, words
from netdiag.export.methods import NAMES, methods, request_lines
from netdiag.export.payload import request_bytes, response_bytes
from netdiag.export.source import Source
from netdiag.export.table import Table

_PORT = np.uint64(0xFFFF)


def _connection(source: Source, rows: Rows) -> Rows:
    return source.scene.exchanges.connection[rows].astype(np.int64)


def _host(source: Source) -> Write:
    return source.scene.addresses.host


def _client(source: Source, rows: Rows) -> Numbers:
    return source.scene.connections.client[_connection(source, rows)]


def _server(source: Source, rows: Rows) -> Numbers:
    return source.scene.connections.server[_connection(source, rows)]


def _number(source: Source, rows: Rows) -> Numbers:
    return rows - source.scene.endings.first_exchange[_connection(source, rows)] + 1


def _after_close(source: Source, rows: Rows) -> Numbers:
    first = source.scene.endings.after_close[_connection(source, rows)]
    return (first >= 0) & (rows >= first)


def _status(source: Source, rows: Rows) -> Numbers:
    traffic = source.scene.traffic
    response = source.scene.exchanges.response[rows]
    known = np.flatnonzero(response >= 0)
    known = known[traffic.mark[response[known]] == Mark.HTTP_RESPONSE]
    status = np.full(len(rows), MISSING, np.int64)
    status[known] = traffic.segments.detail[traffic.row[response[known]]]
    return status


def _idle(source: Source, rows: Rows) -> Numbers:
    idle = source.scene.exchanges.idle_ns[rows]
    return np.where(idle < 0, MISSING, idle)


def _in_question(source: Source, rows: Rows) -> tuple[Numbers, Numbers]:
    """Which of the rows findings are about, and their places among those; int64 both."""
    known, _, _ = source.requests_in_question
    place = np.searchsorted(known, rows)
    found = np.flatnonzero(place < len(known))
    found = found[known[place[found]] == rows[found]]
    return found, place[found]


def _finding(source: Source, rows: Rows) -> Numbers:
    finding = np.full(len(rows), MISSING, np.int64)
    found, place = _in_question(source, rows)
    finding[found] = source.requests_in_question[1][place]
    return finding


def _harmed(source: Source, rows: Rows) -> Numbers:
    harmed = np.zeros(len(rows), bool)
    found, place = _in_question(source, rows)
    harmed[found] = source.requests_in_question[2][place]
    return harmed


def _place(prefix: str, name: str, what: str) -> tuple[Column, ...]:
    """Time, capture and frame of one of the four ends of an exchange."""

    def row(source: Source, rows: Rows) -> Rows:
        place: Rows = getattr(source.scene.exchanges, name)[rows]
        return place

    return (
        Column(
            f"{prefix}_time",
            Kind.TIME,
            f"when {what} was captured",
            lambda s, rows: s.time(row(s, rows)),
        ),
        Column(
            f"{prefix}_capture",
            Kind.SMALL,
            "index of the capture with that frame",
            lambda s, rows: s.capture(row(s, rows)),
        ),
        Column(
            f"{prefix}_frame",
            Kind.COUNT,
            f"the frame of {what}",
            lambda s, rows: s.frame(row(s, rows)),
        ),
    )


_WHOSE = (
    Column(
        "connection",
        Kind.CONNECTION,
        "the `id` of its connection",
        lambda s, rows: s.scene.connections.number[_connection(s, rows)],
    ),
    Column("exchange", Kind.COUNT, "its number on that connection, from 1", _number),
    Column(
        "stream",
        Kind.COUNT,
        "Wireshark's tcp.stream of the connection, in the capture with its first frame",
        lambda s, rows: s.scene.connections.stream[_connection(s, rows)],
    ),
    Column(
        "client_address",
        Kind.TEXT,
        "who asked",
        lambda s, rows: _client(s, rows) & ~_PORT,
        _host,
    ),
    Column(
        "client_port", Kind.SMALL, "the client's port", lambda s, rows: _client(s, rows) & _PORT
    ),
    Column(
        "server_address",
        Kind.TEXT,
        "who was asked",
        lambda s, rows: _server(s, rows) & ~_PORT,
        _host,
    ),
    Column(
        "server_port", Kind.SMALL, "the server's port", lambda s, rows: _server(s, rows) & _PORT
    ),
    Column(
        "protocol",
        Kind.TEXT,
        "what the connection speaks, as far as its bytes say",
        lambda s, rows: s.scene.speech.protocol[_connection(s, rows)],
        words(tuple(each.slug for each in Protocol)),
    ),
)
_SAID = (
    Column(
        "idle_before_s",
        Kind.DURATION,
        "from the last byte of what was said before on the connection to the request; null for the "
        "first thing said",
        _idle,
    ),
    Column(
        "answered",
        Kind.TRUTH,
        "something other than an interim response came back",
        lambda s, rows: s.scene.exchanges.answered[rows],
    ),
    Column(
        "response_after_s",
        Kind.DURATION,
        "from the last byte of the request to the first of the response; negative where the server "
        "answered early",
        lambda s, rows: s.between(
            s.scene.exchanges.request_end[rows], s.scene.exchanges.response[rows]
        ),
    ),
    Column(
        "duration_s",
        Kind.DURATION,
        "from the first byte of the request to the last of the response",
        lambda s, rows: s.between(
            s.scene.exchanges.request[rows], s.scene.exchanges.response_end[rows]
        ),
    ),
    Column(
        "request_bytes", Kind.COUNT, "payload of the request, each byte counted once", request_bytes
    ),
    Column(
        "response_bytes",
        Kind.COUNT,
        "payload of the response, each byte counted once; 0 without one",
        response_bytes,
    ),
    Column("method", Kind.TEXT, "of an HTTP/1 request in clear", methods, words(NAMES)),
    Column(
        "target",
        Kind.TARGET,
        "what that request asked for: a path with its query, mostly; null where it was not "
        "captured whole",
        request_lines,
    ),
    Column("status", Kind.SMALL, "of an HTTP/1 response in clear", _status),
    Column(
        "after_close",
        Kind.TRUTH,
        "it came after the server's first sign that it ended the connection, as the server saw it",
        _after_close,
    ),
    Column(
        "cause",
        Kind.TEXT,
        "the cause of the finding that is about this request; null where none is",
        _finding,
        lambda s: lambda index: s.findings[index].cause.slug,
    ),
    Column(
        "harmed",
        Kind.TRUTH,
        "by that finding it was lost, cut off, or answered only after a retry",
        _harmed,
    ),
)

EXCHANGES = Table(
    name="exchanges",
    about="One row a request with its response, by connection, then by time. Pipelined requests "
    "are one exchange.",
    columns=(
        *_WHOSE,
        *_place("request", "request", "the request's first byte"),
        *_place("request_end", "request_end", "the request's last byte"),
        *_place("response", "response", "the response's first byte"),
        *_place("response_end", "response_end", "the response's last byte"),
        *_SAID,
    ),
    rows=lambda source: source.exchange_rows,
)
