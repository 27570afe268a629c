"""HTTP/2 without TLS: the client's preface and GOAWAY (RFC 9113, sections 3.4 and 6.8)."""

from __future__ import annotations

import numpy as np

from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.leads import Leads

NAME = "http/2"

_PREFACE = b"PRI * HTTP/2.0\r\n"
_GOAWAY_TYPE = 7
_LONGEST_DEBUG_DATA = 1024


def mark(leads: Leads, marks: Marks) -> None:
    """Mark prefaces, and payloads that begin with a GOAWAY frame."""
    octets = leads.octets
    marks.mark[leads.starts_with(_PREFACE)] = Mark.HTTP2_PREFACE
    frame_length = octets[:, 1].astype(np.int64) << 8 | octets[:, 2]
    goaway = (
        (marks.mark == Mark.OPAQUE)
        & (octets[:, 0] == 0)
        & (octets[:, 3] == _GOAWAY_TYPE)
        & (octets[:, 4:9] == 0).all(axis=1)
        & (frame_length >= 8)
        & (frame_length <= 8 + _LONGEST_DEBUG_DATA)
        & (leads.payloads.captured >= 9)
    )
    marks.mark[goaway] = Mark.HTTP2_GOAWAY
