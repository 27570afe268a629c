"""HTTP/2 under TLS, told from the lengths of records: requests, frames that ask for nothing, PINGs.

Frames that ask for nothing have fixed lengths (RFC 9113, section 6): an acknowledgement of
SETTINGS 9 bytes, WINDOW_UPDATE and RST_STREAM 13, a PING and its answer 17, a GOAWAY 17 or more.
A request has any other: HPACK (RFC 7541) names a field that was sent before with one byte, so
that curl and Go ask for the same page again with 15 bytes, fewer than HTTP/1 could do with.

TLS makes each record longer by a fixed number of bytes: by 17 in TLS 1.3 (RFC 8446, section 5.2),
in TLS 1.2 by 24 (GCM) or 16 (ChaCha20); HTTP/2 takes no other ciphers (RFC 9113, appendix A).
Java pads every record of TLS 1.3 by 16 more (RFC 8446, section 5.4; openjdk/jdk
src/java.base/share/classes/sun/security/ssl/OutputRecord.java, T13PaddingHolder).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, one_of
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.role import Role

SETTINGS_ACK, WINDOW_UPDATE, PING = 9, 13, 17
"""Lengths of whole frames."""

LONGEST_GOAWAY = 43
"""With a reason in words: curl's "shutdown", the JDK's "Requested by user", httpd's "timeout"."""

JAVAS_PADDING = 16
FINISHED_LENGTHS = (53, 69, 69 + JAVAS_PADDING)
"""Records of a Finished, 4 + hash + type + tag, with SHA-256 and SHA-384 (RFC 8446, section 4.4.4);
Java pads the first to the length of the second."""

ALERT = 19

TOGETHER = (18, 22, 26, 30, 35, 39)
"""Two or three of the frames that ask for nothing, in one record."""

QUIET_NS = 250_000_000
"""What a client sends because of a response, it sends sooner than this after it."""

_TLS_13, _GCM_12, _CHACHA20_12 = 17, 24, 16
_CHANGE_CIPHER_SPECS = (1, 59, 75)
"""A change_cipher_spec; with a Finished behind it, where the capture cuts off all but its type."""

_DATA = 23


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


def read_frames(
    groups: Groups,
    from_client: Mask,
    mark: npt.NDArray[np.uint8],
    first_length: npt.NDArray[np.uint32],
    tail: npt.NDArray[np.uint32],
    time_ns: npt.NDArray[np.int64],
    finished: Mask,
) -> Frames:
    """Take off what TLS adds, and find the connections whose client acknowledged SETTINGS.

    It must do so at once (RFC 9113, section 6.5.3), and no request of HTTP/1 is 9 bytes long. A
    database's message may be, but it says something in clear before it begins TLS.
    """
    data = mark == Mark.TLS_DATA
    ends = np.where(tail >> 16 == _DATA, tail & 0xFFFF, np.uint32(0))
    overhead = _overheads(groups, from_client, mark, first_length)[groups.of_row]
    padded = _padded(groups, from_client, first_length, tail, finished)
    overhead[padded] += JAVAS_PADDING
    acknowledgment = SETTINGS_ACK + overhead
    acknowledges = (first_length == acknowledgment) & data
    acknowledges |= ends == acknowledgment
    greets = (mark == Mark.TLS_CLIENT_HELLO) | (mark == Mark.TLS_HANDSHAKE)  # cut, all look alike
    greeted = (from_client & greets)[groups.start]
    http2 = greeted & (groups.first(acknowledges & from_client) >= 0)
    longest = np.maximum(np.where(data, first_length, np.uint32(0)), ends).astype(np.int64)
    plain = np.where(data & (longest > 0), longest - overhead, -1)
    return Frames(groups, from_client, plain, http2[groups.of_row], padded, time_ns)


def _overheads(
    groups: Groups,
    from_client: Mask,
    mark: npt.NDArray[np.uint8],
    first_length: npt.NDArray[np.uint32],
) -> npt.NDArray[np.int64]:
    """How many bytes TLS adds to a record, for each connection: its version and cipher tell.

    After its hello a client of TLS 1.3 says nothing in clear but change_cipher_spec, one of TLS 1.2
    has a key to send. A record of 25 bytes holds no frame but with ChaCha20's overhead.
    """
    in_clear = from_client & (mark == Mark.TLS_HANDSHAKE)
    in_clear[groups.start] = False
    row = np.flatnonzero(in_clear)
    tls12 = groups.first_of(row[~one_of(first_length[row], _CHANGE_CIPHER_SPECS)]) >= 0
    least = from_client & (mark == Mark.TLS_DATA) & (first_length == SETTINGS_ACK + _CHACHA20_12)
    chacha20 = groups.first(least) >= 0
    return np.where(tls12, np.where(chacha20, _CHACHA20_12, _GCM_12), _TLS_13)


def _padded(
    groups: Groups,
    from_client: Mask,
    first_length: npt.NDArray[np.uint32],
    tail: npt.NDArray[np.uint32],
    finished: Mask,
) -> Mask:
    """Rows of a side that pads its records, as its Finished or its alert shows.

    The hashes of both sides are of one length, so a client whose Finished is longer than the
    server's has padded it. What a server of Java's says before has no Finished of its own.
    """
    row = groups.first(finished)
    length = np.where(row >= 0, first_length[np.maximum(row, 0)], 0)
    shorter = groups.first(~from_client & (tail == (_DATA << 16 | FINISHED_LENGTHS[0])))
    by_client = length == FINISHED_LENGTHS[2]
    by_client |= (length == FINISHED_LENGTHS[1]) & (shorter >= 0) & (shorter < row)
    alert = ~from_client & (tail == (_DATA << 16 | ALERT + JAVAS_PADDING))
    by_server = groups.first(alert) >= 0
    if not (by_client.any() or by_server.any()):
        return np.zeros(len(from_client), bool)
    padded: Mask = np.where(from_client, by_client[groups.of_row], by_server[groups.of_row])
    return padded


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
