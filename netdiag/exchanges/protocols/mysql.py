"""MySQL and MariaDB: the greeting, COM_QUIT, and the errors that announce the server's close.

"Protocol::Packet", "Protocol::HandshakeV10", "ERR_Packet" and the command phase of the MySQL
client/server protocol: three bytes of length (little-endian), a number, then the payload. Each
command begins again with number 0.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Rows, one_of
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.beginnings import Beginnings
from netdiag.exchanges.protocols.leads import Leads
from netdiag.exchanges.role import Farewell

NAME = "mysql"

_COM_QUIT = b"\x01\x00\x00\x00\x01"
_GREETING_VERSION = 10
_ERR = 0xFF
_LOGIN_BYTES = 512
_PROTOCOL_41 = 0x02
"""CLIENT_PROTOCOL_41, in the second byte of the capabilities."""

_DUMPS = (0x12, 0x1E)
"""COM_BINLOG_DUMP and COM_BINLOG_DUMP_GTID: what follows is the server's alone to say."""

_UNANSWERED = _COM_STMT_CLOSE, _COM_STMT_SEND_LONG_DATA = 0x19, 0x18
"""What no server answers: a prepared statement is done with, or is given a part of a value."""

BEGINNINGS = Beginnings(
    commands=bytes(
        (
            _COM_QUIT[4],
            _GREETING_VERSION,
            *_DUMPS,
            _ERR,
            *(_COM_STMT_CLOSE, _COM_STMT_SEND_LONG_DATA),
        )
    )
)
_WORDS_BYTES = 160
_FAREWELLS = {
    4031: Farewell.IDLE,  # ER_CLIENT_INTERACTION_TIMEOUT, MySQL from 8.0.24 on (WL#12999)
    1053: Farewell.DISMISSAL,  # ER_SERVER_SHUTDOWN
    1927: Farewell.DISMISSAL,  # ER_CONNECTION_KILLED (MariaDB)
    3169: Farewell.DISMISSAL,  # ER_SESSION_WAS_KILLED (MySQL 5.7 and later)
}


def mark(leads: Leads, marks: Marks) -> None:
    """Mark greetings, what is no matter of turns, farewells of clients and of servers."""
    octets, length = leads.octets, leads.payloads.length
    whole = (marks.mark == Mark.OPAQUE) & (octets[:, 2] == 0) & (length >= len(_COM_QUIT))
    rows = np.flatnonzero(whole)
    size = octets[rows, 0].astype(np.int64) | octets[rows, 1].astype(np.int64) << 8
    rows = rows[size + 4 == length[rows]]
    if len(rows) == 0:
        return
    first = (octets[rows, 3] == 0) & (leads.payloads.captured[rows] > 4)
    kind = octets[rows, 4]
    marks.mark[rows[first & (kind == _GREETING_VERSION)]] = Mark.MYSQL_GREETING
    marks.mark[rows[first & one_of(kind, _DUMPS) & (length[rows] > 10)]] = Mark.STREAM_REQUEST
    login = (octets[rows, 3] <= 2) & (octets[rows, 3] > 0) & (leads.payloads.captured[rows] >= 36)
    logins = rows[login & ((octets[rows, 5] & _PROTOCOL_41) != 0)]
    logins = logins[(octets[logins, 13:] == 0).all(axis=1)]
    marks.mark[logins] = Mark.MYSQL_LOGIN
    marks.keep[logins] = np.minimum(leads.payloads.captured[logins], _LOGIN_BYTES)
    quits = rows[length[rows] == len(_COM_QUIT)]
    marks.mark[quits[leads.starts_with(_COM_QUIT, quits)]] = Mark.CLIENT_FAREWELL
    _mark_errors(leads, marks, rows[kind == _ERR])
    closes = (kind == _COM_STMT_CLOSE) & (length[rows] == 9)
    unanswered = closes | (kind == _COM_STMT_SEND_LONG_DATA) & (length[rows] > 10)
    marks.mark[rows[first & unanswered]] = Mark.MYSQL_UNANSWERED


def _mark_errors(leads: Leads, marks: Marks, rows: Rows) -> None:
    code = leads.octets[rows, 5].astype(np.int64) | leads.octets[rows, 6].astype(np.int64) << 8
    for number, farewell in _FAREWELLS.items():
        same = rows[code == number]
        marks.mark[same] = Mark.SERVER_FAREWELL
        marks.detail[same] = farewell
        captured = np.minimum(leads.payloads.captured[same], leads.payloads.length[same])
        marks.keep[same] = np.minimum(captured, _WORDS_BYTES)
