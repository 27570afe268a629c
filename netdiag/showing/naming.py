"""`find_connection`: the connection that a user means.

By its name in reports (``c17``), by Wireshark's stream number (``16``, or ``2:16`` in the second
of several captures), or by its endpoints (``10.0.0.5:40000-10.0.0.7:80``, or one that is enough).
"""

from __future__ import annotations

import re

import numpy as np

from netdiag.columns import Rows
from netdiag.errors import SelectionError
from netdiag.report.build.subject import Subject
from netdiag.selection import parse_endpoint

MOST_NAMED = 5
_ID = re.compile(r"[cC]([0-9]{1,18})")
_STREAM = re.compile(r"(?:stream[ =]?)?(?:([0-9]{1,9}):)?([0-9]{1,18})")
_ENDPOINTS = re.compile(r"([^-]+)(?:-([^-]+))?")
_EXPECTED = "expected a connection: c17, a stream such as 16, or client:port-server:port"


def find_connection(subject: Subject, text: str, option: str = "CONNECTION") -> int:
    """The row of `Connections` that `text` names.

    Raises:
        SelectionError: there is none, or more than one; the line says which there are.
    """
    table = subject.scene.connections
    if len(table) == 0:
        raise SelectionError(f"{option} {text!r}: the captures hold no TCP connection")
    if match := _ID.fullmatch(text):
        found = np.flatnonzero(table.number == int(match[1]) - 1)
        return _one(subject, found, text, f"there are {_all(subject)}", option)
    if match := _STREAM.fullmatch(text):
        return _of_stream(subject, match, text, option)
    return _of_endpoints(subject, text, option)


def _of_stream(subject: Subject, match: re.Match[str], text: str, option: str) -> int:
    table, captures = subject.scene.connections, len(subject.captures)
    found = table.stream == int(match[2])
    if match[1] is not None:
        if not 1 <= int(match[1]) <= captures:
            raise SelectionError(f"{option} {text!r}: there are {captures} captures")
        found &= table.capture == int(match[1]) - 1
    last = int(table.stream.max())
    rows = np.flatnonzero(found)
    several = len(set(table.capture[rows].tolist())) > 1
    if several:
        names = _names(subject, rows)
        raise SelectionError(
            f"{option} {text!r}: several captures have a stream {match[2]} ({names}); "
            f"expected one of them, such as 1:{match[2]} in the first capture"
        )
    return _one(subject, rows, text, f"there are the streams 0 to {last}", option)


def _of_endpoints(subject: Subject, text: str, option: str) -> int:
    scene, table = subject.scene, subject.scene.connections
    match = _ENDPOINTS.fullmatch(text)
    chosen = np.ones(len(table), bool)
    for each in match.groups() if match else ():
        if each is None:
            continue
        try:
            host, port = parse_endpoint(option, each.strip())
        except SelectionError:
            match = None
            break
        number = scene.addresses.find(host)
        either = np.zeros(len(table), bool)
        for endpoint in (table.client, table.server) if number is not None else ():
            same = (endpoint >> np.uint64(16)) == np.uint64((number or 0) >> 16)
            either |= same if port is None else same & ((endpoint & np.uint64(0xFFFF)) == port)
        chosen &= either
    if match is None:
        raise SelectionError(f"{option}: {_EXPECTED}; found {text!r}")
    return _one(subject, np.flatnonzero(chosen), text, f"there are {_all(subject)}", option)


def _one(subject: Subject, rows: Rows, text: str, what_there_is: str, option: str) -> int:
    if len(rows) == 1:
        return int(rows[0])
    if len(rows) == 0:
        raise SelectionError(f"{option} {text!r}: no such connection; {what_there_is}")
    raise SelectionError(
        f"{option} {text!r}: {len(rows)} connections are meant ({_names(subject, rows)}); "
        "expected one of them"
    )


def _names(subject: Subject, rows: Rows) -> str:
    """The names of some connections, as many as fit a line."""
    number = subject.scene.connections.number
    ordered = rows[np.argsort(number[rows])].tolist()
    names = [subject.connection_id(row) for row in ordered[:MOST_NAMED]]
    return ", ".join(names) + (", …" if len(ordered) > MOST_NAMED else "")


def _all(subject: Subject) -> str:
    count = len(subject.scene.connections)
    return f"the connections c1 to c{count}" if count > 1 else "no others than c1"
