"""PostgreSQL: how a session begins, how both ends say goodbye, what the server says unasked.

"Message Formats" and "Error and Notice Message Fields" of the PostgreSQL manual: a letter, four
bytes of length that count themselves, then the payload. An ErrorResponse of severity FATAL is the
server's last word; its SQLSTATE ("PostgreSQL Error Codes") says why.
"""

from __future__ import annotations

import re

import numpy as np

from netdiag.columns import Mask, Rows, one_of
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.beginnings import Beginnings
from netdiag.exchanges.protocols.leads import Leads, gather
from netdiag.exchanges.role import Farewell

NAME = "postgresql"

_STARTUP_VERSIONS = (0x00030000, 0x00030002)
_ASKS_FIRST = (80877103, 80877104)  # SSLRequest, GSSENCRequest: eight bytes each
_TERMINATE = b"X\x00\x00\x00\x04"
_START_REPLICATION = b"START_REPLI"

BEGINNINGS = Beginnings(letters=b"\0XANSE", texts=(b"Q" + _START_REPLICATION[:4],))

_UNASKED = np.frombuffer(b"ANS", np.uint8)
"""NotificationResponse, NoticeResponse, ParameterStatus ("Asynchronous Operations")."""

_PARAMETERS_BYTES = 512
_MESSAGES_A_SEGMENT = 16
_LONGEST_ERROR = 4096
_FIELDS_BYTES = 160
_FATAL = rb"\0[SV](?:FATAL|PANIC)\0"
_CODE = rb"\0C([0-9A-Z]{5})\0"
_FAREWELLS = {
    b"57P05": Farewell.IDLE,  # idle_session_timeout
    b"25P03": Farewell.IDLE,  # idle_in_transaction_session_timeout
    b"57P01": Farewell.DISMISSAL,  # admin_shutdown: also pg_terminate_backend()
    b"57P02": Farewell.DISMISSAL,  # crash_shutdown
    b"57P04": Farewell.DISMISSAL,  # database_dropped
}


def mark(leads: Leads, marks: Marks) -> None:
    """Mark first messages, farewells, asynchronous messages and the start of replication."""
    short = (leads.octets[:, 1] == 0) & (leads.octets[:, 2] == 0)  # none of these is longer
    rows = np.flatnonzero(short & (marks.mark == Mark.OPAQUE) & (leads.payloads.captured >= 5))
    if len(rows) == 0:
        return
    letter, length = leads.octets[rows, 0], leads.payloads.length
    _mark_startup(leads, marks, rows[letter == 0])
    last = rows[length[rows] == len(_TERMINATE)]
    marks.mark[last[leads.starts_with(_TERMINATE, last)]] = Mark.CLIENT_FAREWELL
    queries = rows[letter == ord("Q")]
    wanted = np.frombuffer(_START_REPLICATION, np.uint8)
    streams = (leads.octets[queries, 5:] == wanted).all(axis=1)
    marks.mark[queries[streams]] = Mark.STREAM_REQUEST
    unasked = rows[np.isin(letter, _UNASKED)]
    marks.mark[unasked[_are_all_unasked(leads, unasked)]] = Mark.POSTGRESQL_UNASKED
    _mark_last_words(leads, marks, rows[(letter == ord("E")) | (letter == ord("N"))])


def _mark_startup(leads: Leads, marks: Marks, rows: Rows) -> None:
    length, code = leads.payloads.length[rows], leads.words[rows, 1]
    startup = np.isin(code, _STARTUP_VERSIONS) | (np.isin(code, _ASKS_FIRST) & (length == 8))
    rows = rows[startup & (leads.words[rows, 0] == length)]
    marks.mark[rows] = Mark.POSTGRESQL_STARTUP
    captured = np.minimum(leads.payloads.captured[rows], leads.payloads.length[rows])
    marks.keep[rows] = np.minimum(captured, _PARAMETERS_BYTES)


def _are_all_unasked(leads: Leads, rows: Rows) -> Mask:
    """Which payloads are nothing but whole messages that a server may send at any time."""
    payloads = leads.payloads
    fine: Mask = payloads.captured[rows] >= payloads.length[rows]
    offset = np.zeros(len(rows), np.int64)
    for _ in range(_MESSAGES_A_SEGMENT):
        more = fine & (offset < payloads.length[rows])
        if not more.any():
            break
        header = gather(payloads.data, payloads.start[rows] + np.where(more, offset, 0), 5)
        size = header[:, 1:].astype(np.int64) @ np.array([1 << 24, 1 << 16, 1 << 8, 1])
        fine &= ~more | (np.isin(header[:, 0], _UNASKED) & (size >= 4))
        offset = np.where(more, offset + 1 + size, offset)
        fine &= offset <= payloads.length[rows]
    fine &= offset == payloads.length[rows]
    return fine


def _mark_last_words(leads: Leads, marks: Marks, rows: Rows) -> None:
    """Mark errors after which the server closes; one a connection, so they are read one by one.

    A crash is announced by a notice (severity WARNING), everything else by an error.
    """
    size = leads.words[rows, 0].astype(np.int64) << 8 & 0xFFFFFFFF | leads.octets[rows, 4]
    plain = one_of(leads.words[rows, 1] & 0xFFFF, _PLAIN_SEVERITIES)
    rows = rows[(size <= _LONGEST_ERROR) & (leads.octets[rows, 5] == ord("S")) & ~plain]
    payloads = leads.payloads
    for row in rows.tolist():
        start = int(payloads.start[row])
        captured = min(int(payloads.captured[row]), _FIELDS_BYTES)
        fields = b"\0" + payloads.data[start + 5 : start + captured].tobytes()
        code = re.search(_CODE, fields)
        farewell = _FAREWELLS.get(code.group(1)) if code else None
        if farewell is not None or re.search(_FATAL, fields):
            marks.mark[row] = Mark.SERVER_FAREWELL
            marks.detail[row] = farewell or Farewell.OTHER
            marks.keep[row] = min(captured, int(payloads.length[row]))


_PLAIN_SEVERITIES = tuple(int.from_bytes(text, "big") for text in (b"ER", b"NO", b"IN", b"DE"))
"""How ERROR, NOTICE, INFO and DEBUG begin; WARNING is looked at, and what is translated."""
