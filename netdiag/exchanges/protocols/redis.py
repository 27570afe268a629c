"""Redis: commands, QUIT, and what turns a connection into a stream that the server fills.

RESP arrays of bulk strings ("Redis serialization protocol specification"). A server in pub/sub,
MONITOR or replication speaks when it likes, and its `timeout` leaves such clients alone
(src/timeout.c, clientsCronHandleTimeout).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.beginnings import Beginnings
from netdiag.exchanges.protocols.leads import Leads

NAME = "redis"
BEGINNINGS = Beginnings(counted=b"*>")

STREAM, CHECK = 1, 2
"""What `detail` says of a command: it asks for a stream, or pools check connections with it."""

_PING = b"*1\r\n$4\r\nPING\r\n"
_QUITS = (b"*1\r\n$4\r\nQUIT\r\n", b"*1\r\n$4\r\nquit\r\n")
_STREAMS = (
    *(b"$7\r\nMONITOR", b"$9\r\nSUBSCRIB", b"$10\r\nPSUBSC", b"$10\r\nSSUBSC"),
    *(b"$5\r\nPSYNC", b"$4\r\nSYNC\r\n"),
)
"""How the verbs begin behind an array's count, as far as 16 bytes reach."""

_INTRODUCTIONS = (b"$5\r\nHELLO", b"$6\r\nCLIENT")
_INTRODUCTION_BYTES = 384
"""Clients send HELLO, SETINFO and more in one go."""

_MESSAGES = (b"$7\r\nmessage", b"$8\r\npmessag", b"$8\r\nsmessag")
"""What subscribers are sent before RESP3."""

_VERBS = (*_STREAMS, *_INTRODUCTIONS, *_MESSAGES, *(quit_[4:] for quit_ in _QUITS))
SPECIAL = np.frombuffer(b"".join(verb.upper()[:16].ljust(16, b"\0") for verb in _VERBS), np.uint8)
"""Everything else behind an array's count is a command that says nothing more."""

_UPPER = np.array([c - 32 if 97 <= c <= 122 else c for c in range(256)], np.uint8)


def mark(leads: Leads, marks: Marks) -> None:
    """Mark commands, those that ask for a stream, farewells, and pushes."""
    first = leads.octets[:, 0]
    rows = np.flatnonzero(((first == ord("*")) | (first == ord(">"))) & (marks.mark == Mark.OPAQUE))
    if len(rows) == 0:
        return
    octets = leads.octets[rows]
    array = _array(octets, 1) | _array(octets, 2)
    push = (octets[:, 0] == ord(">")) | _is_message(octets)
    marks.mark[rows[array & push]] = Mark.REDIS_PUSH
    command = rows[array & ~push]
    marks.mark[command] = Mark.REDIS_COMMAND
    marks.detail[command[_asks_for_stream(leads.octets[command])]] = STREAM
    pings = command[leads.payloads.length[command] == len(_PING)]
    wanted = np.frombuffer(_PING, np.uint8)
    is_ping = (_UPPER[leads.octets[pings, : len(_PING)]] == wanted).all(axis=1)
    marks.detail[pings[is_ping]] = CHECK
    for verb in _INTRODUCTIONS:
        wanted = np.frombuffer(verb, np.uint8)
        upper = _UPPER[leads.octets[command, 4 : 4 + len(verb)]]
        named = command[(upper == wanted).all(axis=1)]
        marks.mark[named] = Mark.REDIS_INTRODUCTION
        captured = np.minimum(leads.payloads.captured[named], leads.payloads.length[named])
        marks.keep[named] = np.minimum(captured, _INTRODUCTION_BYTES)
    for farewell in _QUITS:
        same = command[leads.payloads.length[command] == len(farewell)]
        marks.mark[same[leads.starts_with(farewell, same)]] = Mark.CLIENT_FAREWELL


def _array(octets: npt.NDArray[np.uint8], digits: int) -> Mask:
    """An array of bulk strings, with so many digits in its count."""
    array: Mask = octets[:, 1] != ord("0")
    for place in range(1, 1 + digits):
        array &= (octets[:, place] >= ord("0")) & (octets[:, place] <= ord("9"))
    for place, byte in enumerate(b"\r\n$", start=1 + digits):
        array &= octets[:, place] == byte
    return array


def _is_message(octets: npt.NDArray[np.uint8]) -> Mask:
    is_message = np.zeros(len(octets), bool)
    for text in _MESSAGES:
        wanted = np.frombuffer(text, np.uint8)
        is_message |= (octets[:, 4 : 4 + len(wanted)] == wanted).all(axis=1)
    return is_message


def _asks_for_stream(octets: npt.NDArray[np.uint8]) -> Mask:
    upper = _UPPER[octets]
    asks = np.zeros(len(octets), bool)
    for verb in _STREAMS:
        for start in (4, 5):  # one digit or two in the array's count
            wanted = np.frombuffer(verb, np.uint8)[: octets.shape[1] - start]
            asks |= (upper[:, start : start + len(wanted)] == wanted).all(axis=1)
    return asks
