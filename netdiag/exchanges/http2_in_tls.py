"""HTTP/2 under TLS, told from the lengths of records: requests, frames that ask for nothing, PINGs.

Frames that ask for nothing have fixed lengths (RFC 9113, section 6): an acknowledgement of
SETTINGS 9 bytes, WINDOW_UPDATE and RST_STREAM 13, a PING and its answer 17, a GOAWAY 17 or more.
A request has any other: HPACK (RFC 7541) names a field that was sent before with one byte, so
that curl and Go ask for the same page again with 15 bytes, fewer than HTTP/1 could do with.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.role import Role
from netdiag.exchanges.tls_records import (
    JAVAS_PADDING,
    SETTINGS_ACK,
    Records,
    are_padded,
    overheads,
)

WINDOW_UPDATE, PING = 13, 17
"""Lengths of whole frames, as `SETTINGS_ACK`."""

LONGEST_GOAWAY = 43
"""With a reason in words: curl's "shutdown", the JDK's "Requested by user", httpd's "timeout"."""

TOGETHER = (18, 22, 26, 30, 35, 39)
"""Two or three of the frames that ask for nothing, in one record."""

QUIET_NS = 250_000_000
"""What a client sends because of a response, it sends sooner than this after it."""


class Frames(Struct, frozen=True, eq=False):
    """What the records of TLS connections carry, if it is HTTP/2.

    Attributes:
        groups: the rows of each connection.
        from_client: bool a row.
        plain: int64 a row, bytes in its longest record (of the first and the last), without what
            TLS adds; -1 where it is not application data.
        http2: bool a row, whether its connection speaks HTTP/2.
        padded: bool a row, whether its sender pads what it says.
        time_ns: int64 a row.
    """

    groups: Groups
    from_client: Mask
    plain: npt.NDArray[np.int64]
    http2: Mask
    padded: Mask
    time_ns: npt.NDArray[np.int64]


def read_frames(records: Records, finished: Mask) -> Frames:
    """Take off what TLS adds, and find the connections whose client acknowledged SETTINGS.

    It must do so at once (RFC 9113, section 6.5.3), and no request of HTTP/1 is 9 bytes long. A
    database's message may be (MySQL's COM_STMT_CLOSE), but it begins in clear.

    Args:
        finished: bool a row, a client's Finished of TLS 1.3 in a segment of its own.
    """
    groups, from_client, mark = records.groups, records.from_client, records.mark
    overhead = overheads(records)[groups.of_row]
    padded = are_padded(records, finished)
    overhead[padded] += JAVAS_PADDING
    acknowledgment = SETTINGS_ACK + overhead
    acknowledges = (records.first_length == acknowledgment) & records.is_data
    acknowledges |= records.last_length == acknowledgment
    greets = (mark == Mark.TLS_CLIENT_HELLO) | (mark == Mark.TLS_HANDSHAKE)  # cut, all look alike
    greeted = (from_client & greets & ~records.says_why)[groups.start]
    http2 = greeted & (groups.first(acknowledges & from_client) >= 0)
    longest = records.longest.astype(np.int64)
    plain = np.where(records.is_data & (longest > 0), longest - overhead, -1)
    return Frames(groups, from_client, plain, http2[groups.of_row], padded, records.time_ns)


def mark_frames(frames: Frames, role: npt.NDArray[np.uint8]) -> None:
    """Write the roles of HTTP/2's short frames into `role`, which has REQUEST and RESPONSE."""
    if not frames.http2.any():
        return
    plain, from_client = frames.plain, frames.from_client
    short = frames.http2 & (plain >= 0) & from_client & (role == Role.REQUEST)
    alone = np.isin(plain, (SETTINGS_ACK, WINDOW_UPDATE, PING))
    alone |= np.isin(plain, TOGETHER) & ~_quiet(frames) & ~_answered(frames)
    role[short & alone & ~are_known_requests(frames)] = Role.ASIDE
    _mark_pings(frames, role)


def are_known_requests(frames: Frames) -> Mask:
    """Client records as long as a PING, a GOAWAY or an alert may be, that are requests.

    On the same connection one as long was sent in a quiet moment and answered with something else
    than a PING's answer, and none was answered like a PING.
    """
    known = np.zeros(len(frames.plain), bool)
    rows = np.flatnonzero(frames.http2 & frames.from_client & (frames.plain >= PING))
    rows = rows[frames.plain[rows] <= LONGEST_GOAWAY]
    if len(rows) == 0:
        return known
    alike = frames.groups.of_row[rows].astype(np.int64) * (LONGEST_GOAWAY + 1) + frames.plain[rows]
    echoed = _echoed(frames)[rows]
    asked = _quiet(frames)[rows] & _answered(frames)[rows] & ~echoed
    known[rows] = np.isin(alike, alike[asked]) & ~np.isin(alike, alike[echoed])
    return known


def _mark_pings(frames: Frames, role: npt.NDArray[np.uint8]) -> None:
    """The server's PINGs, and its answers to PINGs, are no responses."""
    pings = frames.http2 & (frames.plain == PING)
    asides = pings & frames.from_client & (role == Role.ASIDE)
    previous, following = _shifted(frames, asides, 1), _shifted(frames, asides, -1)
    role[pings & ~frames.from_client & (previous | following)] = Role.ASIDE


def _quiet(frames: Frames) -> Mask:
    """Rows that come a while after the one before."""
    quiet = np.ones(len(frames.time_ns), bool)
    quiet[1:] = np.diff(frames.time_ns) >= QUIET_NS
    return quiet


def _answered(frames: Frames) -> Mask:
    """Rows of the client that are followed by one of the server."""
    return frames.from_client & _shifted(frames, ~frames.from_client, -1)


def _echoed(frames: Frames) -> Mask:
    """Rows of the client that are followed by one of the server that is as long."""
    echoed: Mask = _answered(frames) & (frames.plain == np.roll(frames.plain, -1))
    return echoed


def _shifted(frames: Frames, mask: Mask, by: int) -> Mask:
    """`mask` of the row before (1) or after (-1) in the same connection."""
    of_row = frames.groups.of_row
    shifted: Mask = np.roll(mask, by)
    shifted &= np.roll(of_row, by) == of_row
    if len(mask):
        shifted[0 if by > 0 else -1] = False
    return shifted


def goaways(frames: Frames, rows: Rows) -> Mask:
    """Which rows are as long as a GOAWAY without a reason; bool, one of each of `rows`."""
    exact: Mask = frames.http2[rows] & (frames.plain[rows] == PING)
    return exact


def may_be_goaways(frames: Frames, rows: Rows) -> Mask:
    """Which of the client's rows may be a GOAWAY at all; bool, one of each of `rows`."""
    known = are_known_requests(frames)[rows]
    possible: Mask = ~frames.http2[rows] | (frames.plain[rows] >= PING) & ~known
    return possible
