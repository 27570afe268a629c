"""`Landmarks`: where each connection's handshake and its ends are, and what each side sent.

Made from rows in order by connection; what that says of a connection is left to others.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask, Rows
from netdiag.connections.reduction import Groups
from netdiag.decode.segments import Flag
from netdiag.native import native

ROWS_TO_ACK = 8
"""The ACK of a SYN/ACK comes next, but for copies of packets and data sent at once."""


class Landmarks(Columns, frozen=True, eq=False):
    """One row a connection; columns that name a row of it have -1 where there is none.

    Columns:
        syn: int64, the first SYN without ACK.
        syn_ack: int64, the first SYN with ACK.
        client_fin: int64, the client's first FIN.
        server_fin: int64, the server's first FIN.
        client_rst: int64, the client's first RST.
        server_rst: int64, the server's first RST.
        asked: int64, the last SYN before the SYN/ACK: those before it were lost (RFC 6298, section
            3).
        ack: int64, the ACK that the client sends after the SYN/ACK.
        client_bytes: int64, new payload bytes from the client.
        server_bytes: int64, new payload bytes from the server.
    """

    syn: Rows
    syn_ack: Rows
    client_fin: Rows
    server_fin: Rows
    client_rst: Rows
    server_rst: Rows
    asked: Rows
    ack: Rows
    client_bytes: npt.NDArray[np.int64]
    server_bytes: npt.NDArray[np.int64]


def find_landmarks(
    groups: Groups,
    from_client: Mask,
    flags: npt.NDArray[np.uint8],
    new_bytes: npt.NDArray[np.int64],
) -> Landmarks:
    """Look at all rows once.

    Args:
        groups: the rows of each connection.
        from_client: bool a row.
        flags: uint8 a row.
        new_bytes: int64 a row, as in `Traffic`.
    """
    if native is None:
        return find_landmarks_in_steps(groups, from_client, flags, new_bytes)
    found = np.empty((len(Landmarks.__struct_fields__), len(groups)), np.int64)
    native.landmarks(ROWS_TO_ACK, groups.start, from_client, flags, new_bytes, found)
    return Landmarks(*found)


def find_landmarks_in_steps(
    groups: Groups,
    from_client: Mask,
    flags: npt.NDArray[np.uint8],
    new_bytes: npt.NDArray[np.int64],
) -> Landmarks:
    """`find_landmarks` without a compiled step."""
    rows = np.flatnonzero(flags & (Flag.SYN | Flag.FIN | Flag.RST))  # few of all
    some, by_client = flags[rows], from_client[rows]
    fin, rst = (some & Flag.FIN) != 0, (some & Flag.RST) != 0
    handshake = some & (Flag.SYN | Flag.ACK)
    syns = rows[handshake == Flag.SYN]
    syn_ack = groups.first_of(rows[handshake == (Flag.SYN | Flag.ACK)])
    sent, all_bytes = groups.sum(new_bytes, from_client), groups.sum(new_bytes)
    return Landmarks(
        syn=groups.first_of(syns),
        syn_ack=syn_ack,
        client_fin=groups.first_of(rows[fin & by_client]),
        server_fin=groups.first_of(rows[fin & ~by_client]),
        client_rst=groups.first_of(rows[rst & by_client]),
        server_rst=groups.first_of(rows[rst & ~by_client]),
        asked=groups.last_of(syns[syns < syn_ack[groups.of_row[syns]]]),
        ack=_acks(groups, from_client, flags, syn_ack),
        client_bytes=sent,
        server_bytes=all_bytes - sent,
    )


def _acks(groups: Groups, from_client: Mask, flags: npt.NDArray[np.uint8], syn_ack: Rows) -> Rows:
    ack = np.full(len(groups), -1, np.int64)
    waiting = np.flatnonzero(syn_ack >= 0)
    for step in range(1, ROWS_TO_ACK):
        waiting = waiting[syn_ack[waiting] + step < groups.stop[waiting]]
        row = syn_ack[waiting] + step
        fits = from_client[row] & ((flags[row] & (Flag.SYN | Flag.ACK)) == Flag.ACK)
        ack[waiting[fits]] = row[fits]
        waiting = waiting[~fits]
    return ack
