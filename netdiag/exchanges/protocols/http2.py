"""HTTP/2 without TLS: the preface, and frames that ask for nothing (RFC 9113, sections 3.4, 6)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.beginnings import Beginnings
from netdiag.exchanges.protocols.leads import Leads, gather

NAME = "http/2"

_PREFACE = b"PRI * HTTP/2.0\r\n"
_PREFACE_WORD = int.from_bytes(_PREFACE[:4], "big")
_CONTROL_TYPES = (3, 4, 6, 8)  # RST_STREAM, SETTINGS, PING, WINDOW_UPDATE
_LONGEST_CONTROL = 256
_FRAMES_A_SEGMENT = 8
_GOAWAY_TYPE = 7
_LONGEST_DEBUG_DATA = 1024
BEGINNINGS = Beginnings(words=(_PREFACE,), frames=bytes((*_CONTROL_TYPES, _GOAWAY_TYPE)))


def mark(leads: Leads, marks: Marks) -> None:
    """Mark prefaces, and payloads that begin with a GOAWAY frame."""
    rows = np.flatnonzero((marks.mark == Mark.OPAQUE) & (leads.payloads.captured >= 9))
    preface = leads.words[rows, 0] == _PREFACE_WORD
    preface[preface] = leads.starts_with(_PREFACE, rows[preface])
    marks.mark[rows[preface]] = Mark.HTTP2_PREFACE
    rows = rows[leads.octets[rows, 0] == 0]
    if len(rows) == 0:
        return
    octets = leads.octets[rows]
    length = leads.payloads.length[rows]
    frame_length = octets[:, 1].astype(np.int64) << 8 | octets[:, 2]
    goaway = (
        (octets[:, 3] == _GOAWAY_TYPE)
        & (octets[:, 4:9] == 0).all(axis=1)
        & (frame_length >= 8)
        & (frame_length <= 8 + _LONGEST_DEBUG_DATA)
    )
    marks.mark[rows[goaway]] = Mark.HTTP2_GOAWAY
    control = np.isin(octets[:, 3], _CONTROL_TYPES) & (length <= _LONGEST_CONTROL)
    control &= (octets[:, 5] & 0x80) == 0
    rows, length = rows[control], length[control]
    marks.mark[rows[_are_all_control(leads, rows, length)]] = Mark.HTTP2_CONTROL


def _are_all_control(leads: Leads, rows: Rows, length: npt.NDArray[np.int64]) -> Mask:
    """Which payloads are nothing but frames that ask for nothing; their headers were captured."""
    payloads = leads.payloads
    captured = payloads.captured[rows].astype(np.int64)
    all_control: Mask = captured >= 9
    offset = np.zeros(len(rows), np.int64)
    for _ in range(_FRAMES_A_SEGMENT):
        more = all_control & (offset < length)
        seen = more & (offset + 9 <= captured)
        header = gather(payloads.data, payloads.start[rows] + np.where(seen, offset, 0), 9)
        frame_length = header[:, 1].astype(np.int64) << 8 | header[:, 2]
        fine = seen & (header[:, 0] == 0) & np.isin(header[:, 3], _CONTROL_TYPES)
        offset = np.where(more, offset + 9 + frame_length, offset)
        all_control &= ~more | (fine & (offset <= length))
    all_control &= offset == length
    return all_control
