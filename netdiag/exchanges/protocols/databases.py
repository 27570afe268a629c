"""Databases: how they begin, and how each end says goodbye.

MySQL: "Protocol::Handshake" and "COM_QUIT" of its client/server protocol, error 4031
(ER_CLIENT_INTERACTION_TIMEOUT, from 8.0.24 on). PostgreSQL: "Message Formats" of the manual
(StartupMessage, SSLRequest, Terminate, ErrorResponse with severity FATAL). Redis: RESP arrays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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
    rows = np.flatnonzero(marks.mark == Mark.OPAQUE)
    if len(rows) == 0:
        return
    octets, length = leads.octets[rows], leads.payloads.length[rows]
    marks.mark[rows[_redis_array(octets, 1) | _redis_array(octets, 2)]] = Mark.REDIS_COMMAND
    startup = (leads.words[rows, 0] == length) & np.isin(leads.words[rows, 1], _STARTUP_CODES)
    marks.mark[rows[startup]] = Mark.POSTGRESQL_STARTUP
    packet = octets[:, 0].astype(np.int64) | octets[:, 1].astype(np.int64) << 8
    greeting = (packet + 4 == length) & (octets[:, 2] == 0) & (octets[:, 3] == 0)
    marks.mark[rows[greeting & (octets[:, 4] == 10)]] = Mark.MYSQL_GREETING
    marks.mark[rows[_postgresql_fatal(octets) | _mysql_timeout(octets)]] = Mark.SERVER_FAREWELL
    for farewell in _WHOLE_FAREWELLS:
        same = rows[length == len(farewell)]
        marks.mark[same[leads.starts_with(farewell, same)]] = Mark.CLIENT_FAREWELL


def _redis_array(octets: npt.NDArray[np.uint8], digits: int) -> Mask:
    """An array of bulk strings, with so many digits in its count."""
    array: Mask = (octets[:, 0] == ord("*")) & (octets[:, 1] != ord("0"))
    for place in range(1, 1 + digits):
        array &= (octets[:, place] >= ord("0")) & (octets[:, place] <= ord("9"))
    for place, byte in enumerate(b"\r\n$", start=1 + digits):
        array &= octets[:, place] == byte
    return array


def _postgresql_fatal(octets: npt.NDArray[np.uint8]) -> Mask:
    fatal: Mask = octets[:, 0] == ord("E")
    for place, letter in enumerate(b"SFATAL", start=5):
        fatal &= octets[:, place] == letter
    return fatal


def _mysql_timeout(octets: npt.NDArray[np.uint8]) -> Mask:
    error: Mask = octets[:, 4] == 0xFF
    for place, byte in ((3, 0), (5, 4031 & 0xFF), (6, 4031 >> 8)):
        error &= octets[:, place] == byte
    return error
