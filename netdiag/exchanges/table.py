"""`Exchanges` and `Endings`: requests with their responses, and how each connection ended."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask, Rows

AT_ONCE_NS = 50_000_000
"""What a program does in one go (it passes a message on, connects anew, says goodbye, lends out
what it has checked) is on the wire within this time."""


class Exchanges(Columns, frozen=True, eq=False):
    """One row an exchange: a burst of new client bytes and the server bytes that follow it.

    Ordered by connection, then by time. Pipelined requests are one exchange.

    Columns:
        connection: int32, row of `Connections`.
        request: int64, row of `Traffic` with the first byte of the request.
        request_end: int64, row with the last byte of the request.
        response: int64, row with the first byte of the response, or -1.
        response_end: int64, row with the last byte of the response, or -1.
        answered: bool, something other than an interim response came back. Not how many
            responses: several in one segment look like one, and a head may not be captured.
        idle_ns: int64, from the last byte of what was said before on this connection to the
            request; -1 for the first thing said.
    """

    connection: npt.NDArray[np.int32]
    request: Rows
    request_end: Rows
    response: Rows
    response_end: Rows
    answered: Mask
    idle_ns: npt.NDArray[np.int64]


class CloseKind(IntEnum):
    """The server's first sign that it ended a connection."""

    NONE = 0
    FIN = 1
    RST = 2
    CLOSE_NOTIFY = 3
    GOODBYE = 4

    @property
    def flag(self) -> str | None:
        """The name that reports use, or None for NONE."""
        return (None, "FIN", "RST", "close_notify", "goodbye")[self]


class Endings(Columns, frozen=True, eq=False):
    """One row a connection, parallel to `Connections`: how it ended.

    Columns that name a row mean one of `Traffic`, those that name an exchange one of
    `Exchanges`; -1 where there is none. Before and after the close is meant as the server saw
    it: a request belongs before the close if the close acknowledges it, wherever the capture
    was taken and in whatever order the two were captured.

    Columns:
        close: int64, row of the server's first sign that it ended the connection. A bare RST
            that answers a request is none, nor is one whose number counts a FIN that was not
            captured (see `late_resets`): they say that the end was earlier.
        close_kind: uint8, a `CloseKind`.
        client_end: int64, row of the client's first FIN or RST, or of the message before it by
            which it says, in clear, that it is leaving; that of the close where it acknowledges
            such a FIN that was captured later; that of the first segment that counts one that was
            not captured at all, an acknowledgement of the server or a later number of the client.
        first_exchange: int64, the connection's first exchange, -1 without any.
        exchanges: int64, how many the connection had.
        settled: int64, how many of them have no rows: see `netdiag.exchanges.settled`. They lie
            behind the first exchange, and before the last one before the close.
        settled_idle_ns: int64, the longest idle time before one of those, -1 without any.
        settled_word_ns: int64, when the last of their responses ended, -1 without any. It is when
            it began, too, unless a later exchange before the close but the last one has rows.
        before_close: int64, the last exchange before the close; without a close the last of all.
        after_close: int64, the first exchange after the close.
        last_word: int64, row of the last byte of a request or response before the close;
            without a close the last of all. Idle time counts from here.
        idle_ns: int64, from `last_word` to the close; -1 where one of them is missing.
        announced: bool, the last HTTP response before the close said that it would come (RFC
            9112, section 9.6), or was HTTP/1.0 without keep-alive (section 9.3).
        asked_for: bool, announced, and the client's last request had said ``Connection: close``.
        truncated: bool, the server closed inside an HTTP response (RFC 9112, section 8).
    """

    close: Rows
    close_kind: npt.NDArray[np.uint8]
    client_end: Rows
    first_exchange: Rows
    exchanges: npt.NDArray[np.int64]
    settled: npt.NDArray[np.int64]
    settled_idle_ns: npt.NDArray[np.int64]
    settled_word_ns: npt.NDArray[np.int64]
    before_close: Rows
    after_close: Rows
    last_word: Rows
    idle_ns: npt.NDArray[np.int64]
    announced: Mask
    asked_for: Mask
    truncated: Mask


def longest_idle(exchanges: Exchanges, endings: Endings, chosen: Rows) -> npt.NDArray[np.int64]:
    """The longest idle time before chosen exchanges of each connection, -1 without any; int64, ns.

    And before those without rows: they were answered, as is the one that follows them.

    Args:
        chosen: int64, rows of `exchanges`.
    """
    longest = endings.settled_idle_ns.copy()
    np.maximum.at(longest, exchanges.connection[chosen], exchanges.idle_ns[chosen])
    return longest
