"""HTTP/2 without TLS: the preface, and frames that ask for nothing (RFC 9113, sections 3.4, 6)."""

from __future__ import annotations

import numpy as np

from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.leads import Leads

NAME = "http/2"

_PREFACE = b"PRI * HTTP/2.0\r\n"
_PREFACE_WORD = int.from_bytes(_PREFACE[:4], "big")
_CONTROL_TYPES = (3, 4, 6, 8)  # RST_STREAM, SETTINGS, PING, WINDOW_UPDATE
_LONGEST_CONTROL = 256
_GOAWAY_TYPE = 7
_LONGEST_DEBUG_DATA = 1024


def mark(leads: Leads, marks: Marks) -> None:
    """Mark prefaces, and payloads that begin with a GOAWAY frame."""
    rows = np.flatnonzero((marks.mark == Mark.OPAQUE) & (leads.payloads.captured >= 9))
    preface = leads.words[rows, 0] == _PREFACE_WORD
    preface[preface] = leads.starts_with(_PREFACE, rows[preface])
    marks.mark[rows[preface]] = Mark.HTTP2_PREFACE
    rows = rows[leads.words[rows, 0] >> 24 == 0]
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
    control = np.isin(octets[:, 3], _CONTROL_TYPES) & (frame_length + 9 == length)
    marks.mark[rows[control & (length <= _LONGEST_CONTROL)]] = Mark.HTTP2_CONTROL
