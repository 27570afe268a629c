"""Databases: how they begin, and how each end says goodbye.

MySQL: "Protocol::Handshake" and "COM_QUIT" of its client/server protocol, error 4031
(ER_CLIENT_INTERACTION_TIMEOUT, from 8.0.24 on). PostgreSQL: "Message Formats" of the manual
(StartupMessage, SSLRequest, Terminate, ErrorResponse with severity FATAL). Redis: RESP arrays.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.leads import Leads

NAME = "databases"

_STARTUP_CODES = (0x00030000, 80877103)  # protocol 3.0; SSLRequest
_WHOLE_FAREWELLS = (
    b"\x01\x00\x00\x00\x01",  # MySQL COM_QUIT
    b"X\x00\x00\x00\x04",  # PostgreSQL Terminate
    b"*1\r\n$4\r\nQUIT\r\n",  # Redis QUIT
    b"*1\r\n$4\r\nquit\r\n",
)


def mark(leads: Leads, marks: Marks) -> None:
    """Mark first messages and farewells of MySQL, PostgreSQL and Redis."""
    octets, length = leads.octets, leads.payloads.length
    opaque = marks.mark == Mark.OPAQUE
    for farewell in _WHOLE_FAREWELLS:
        whole = opaque & (length == len(farewell))
        marks.mark[whole & leads.starts_with(farewell)] = Mark.CLIENT_FAREWELL
    marks.mark[opaque & (_postgresql_fatal(leads) | _mysql_timeout(leads))] = Mark.SERVER_FAREWELL
    packet = octets[:, 0].astype(np.int64) | octets[:, 1].astype(np.int64) << 8
    greeting = (packet + 4 == length) & (octets[:, 2] == 0) & (octets[:, 3] == 0)
    marks.mark[opaque & greeting & (octets[:, 4] == 10)] = Mark.MYSQL_GREETING
    startup = (leads.words[:, 0] == length) & np.isin(leads.words[:, 1], _STARTUP_CODES)
    marks.mark[opaque & startup] = Mark.POSTGRESQL_STARTUP
    array = (octets[:, 0] == ord("*")) & (octets[:, 1] >= ord("1")) & (octets[:, 1] <= ord("9"))
    bulk = array & (octets[:, 2:4] == (13, 10)).all(axis=1) & (octets[:, 4] == ord("$"))
    marks.mark[bulk & (marks.mark == Mark.OPAQUE)] = Mark.REDIS_COMMAND


def _postgresql_fatal(leads: Leads) -> Mask:
    severity: Mask = (leads.octets[:, 5:11] == np.frombuffer(b"SFATAL", np.uint8)).all(axis=1)
    severity &= leads.octets[:, 0] == ord("E")
    return severity


def _mysql_timeout(leads: Leads) -> Mask:
    error: Mask = (leads.octets[:, 3:7] == (0, 0xFF, 4031 & 0xFF, 4031 >> 8)).all(axis=1)
    return error
