"""HTTP/1.x: request lines and status lines (RFC 9112, sections 3 and 4)."""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, Rows
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.leads import Leads

NAME = "http/1"

METHODS = (
    *(b"GET ", b"POST ", b"PUT ", b"HEAD ", b"DELETE ", b"PATCH ", b"OPTIONS "),
    *(b"CONNECT ", b"TRACE ", b"PROPFIND ", b"PROPPATCH ", b"MKCOL ", b"COPY ", b"MOVE "),
    *(b"LOCK ", b"UNLOCK ", b"REPORT ", b"SEARCH ", b"MKCALENDAR ", b"PURGE ", b"QUERY "),
    *(b"SUBSCRIBE ", b"UNSUBSCRIBE ", b"NOTIFY ", b"BAN ", b"BASELINE-CONTR"),
)
"""IANA's HTTP Method Registry as far as it is met on pooled connections, and PURGE and BAN."""

HEAD_BYTES = 768
"""How much of a head is remembered: enough for the fields that end or keep a connection."""

_METHODS_BY_WORD: dict[int, list[bytes]] = {}
for _method in METHODS:
    _METHODS_BY_WORD.setdefault(int.from_bytes(_method[:4], "big"), []).append(_method)
_FIRST_WORDS = np.array(sorted(_METHODS_BY_WORD), np.uint32)
BORROWED = (b"OPTIONS ", b"SUBSCRIBE ", b"NOTIFY ")
"""Methods that RTSP (RFC 7826) and SIP (RFC 3261, 6665) have as well: their targets tell them."""

_OTHER_SCHEMES = np.frombuffer(b"rsRS", np.uint8)
"""First letters of ``rtsp:``, ``sip:`` and ``sips:``; HTTP has ``/``, ``*``, ``h`` or a host
(RFC 9112, section 3.2), and a host only after CONNECT."""

_HTTP = int.from_bytes(b"HTTP", "big")


def mark(leads: Leads, marks: Marks) -> None:
    """Mark request lines, and status lines with their status code."""
    first = leads.words[:, 0]
    nearest = np.minimum(np.searchsorted(_FIRST_WORDS, first), len(_FIRST_WORDS) - 1)
    likely = np.flatnonzero(_FIRST_WORDS[nearest] == first)
    if len(likely):
        requests = likely[_are_methods(leads, likely)]
        marks.mark[requests] = Mark.HTTP_REQUEST
        marks.detail[requests] = first[requests]
        _keep_heads(leads, marks, requests)

    status = np.flatnonzero(first == _HTTP)
    if len(status) == 0:
        return
    octets = leads.octets[status]
    digits = octets[:, 9:12].astype(np.int64) - ord("0")
    version = (octets[:, 4] == ord("/")) & (octets[:, 6] == ord(".")) & (octets[:, 8] == ord(" "))
    sure = version & ((digits >= 0) & (digits <= 9)).all(axis=1) & (digits[:, 0] > 0)
    responses = status[sure]
    marks.mark[responses] = Mark.HTTP_RESPONSE
    marks.detail[responses] = digits[sure] @ np.array([100, 10, 1])
    _keep_heads(leads, marks, responses)


def _are_methods(leads: Leads, likely: Rows) -> Mask:
    """Which of the rows begin with a whole method and a space, not just with its first letters."""
    first = leads.words[likely, 0]
    sure = np.zeros(len(likely), bool)
    for word, methods in _METHODS_BY_WORD.items():
        same = np.flatnonzero(first == word)
        for method in methods if len(same) else ():
            whole = np.ones(len(same), bool)
            if len(method) > 4:
                whole = leads.starts_with(method, likely[same])
            if method in BORROWED:
                whole &= ~np.isin(leads.octets[likely[same], len(method)], _OTHER_SCHEMES)
            sure[same] |= whole
    return sure


def _keep_heads(leads: Leads, marks: Marks, rows: Rows) -> None:
    captured = np.minimum(leads.payloads.captured[rows], leads.payloads.length[rows])
    marks.keep[rows] = np.minimum(captured, HEAD_BYTES)
