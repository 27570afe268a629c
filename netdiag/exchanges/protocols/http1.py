"""HTTP/1.x: request lines and status lines (RFC 9112, sections 3 and 4)."""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, Rows
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.beginnings import Beginnings
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
"""How much of a head is remembered, if it ends within: mostly more than there is."""

LONGEST_HEAD = 4096
"""And of one that goes on behind that: the fields that end or keep a connection often come last."""

_METHODS_BY_WORD: dict[int, list[bytes]] = {}
for _method in METHODS:
    _METHODS_BY_WORD.setdefault(int.from_bytes(_method[:4], "big"), []).append(_method)
_FIRST_WORDS = np.array(sorted(_METHODS_BY_WORD), np.uint32)
BEGINNINGS = Beginnings(words=(*METHODS, b"HTTP"))
BORROWED = (b"OPTIONS ", b"SUBSCRIBE ", b"NOTIFY ")
"""Methods that RTSP (RFC 7826) and SIP (RFC 3261, 6665) have as well: their targets tell them."""

_OTHER_SCHEMES = np.frombuffer(b"rsRS", np.uint8)
"""First letters of ``rtsp:``, ``sip:`` and ``sips:``; HTTP has ``/``, ``*``, ``h`` or a host
(RFC 9112, section 3.2), and a host only after CONNECT."""

_HTTP = int.from_bytes(b"HTTP", "big")


def mark(leads: Leads, marks: Marks) -> None:
    """Mark request lines, and status lines with their status code."""
    first = leads.words[:, 0]
    is_http = first == _HTTP
    _mark_responses(leads, marks, np.flatnonzero(is_http))
    rows = np.flatnonzero(~is_http)
    word = first[rows]
    nearest = np.minimum(np.searchsorted(_FIRST_WORDS, word), len(_FIRST_WORDS) - 1)
    likely = _FIRST_WORDS[nearest] == word
    rows, nearest = rows[likely], nearest[likely]
    if len(rows):
        requests = rows[_are_methods(leads, rows, nearest)]
        marks.mark[requests] = Mark.HTTP_REQUEST
        marks.detail[requests] = first[requests]
        _keep_heads(leads, marks, requests)


def _mark_responses(leads: Leads, marks: Marks, status: Rows) -> None:
    """Mark those of the rows, which begin with ``HTTP``, that go on as a status line."""
    if len(status) == 0:
        return
    octets = leads.octets[status]
    digits = octets[:, 9:12] - np.uint8(ord("0"))  # what is less wraps around, to more than 9
    sure = (octets[:, 4] == ord("/")) & (octets[:, 6] == ord(".")) & (octets[:, 8] == ord(" "))
    for place in range(3):
        sure &= digits[:, place] <= 9
    sure &= digits[:, 0] > 0
    responses, digits = status[sure], digits[sure].astype(np.uint32)
    marks.mark[responses] = Mark.HTTP_RESPONSE
    marks.detail[responses] = digits[:, 0] * 100 + digits[:, 1] * 10 + digits[:, 2]
    _keep_heads(leads, marks, responses)


def _are_methods(leads: Leads, rows: Rows, place: Rows) -> Mask:
    """Which of the rows begin with a whole method and a space, not just with its first letters.

    Args:
        place: for each row the index of its first four bytes in `_FIRST_WORDS`.
    """
    sure = np.zeros(len(rows), bool)
    for number in np.flatnonzero(np.bincount(place)).tolist():
        same = np.flatnonzero(place == number)
        for method in _METHODS_BY_WORD[int(_FIRST_WORDS[number])]:
            whole = np.ones(len(same), bool)
            if len(method) > 4:
                whole = leads.starts_with(method, rows[same])
            if method in BORROWED:
                whole &= ~np.isin(leads.octets[rows[same], len(method)], _OTHER_SCHEMES)
            sure[same] |= whole
    return sure


def _keep_heads(leads: Leads, marks: Marks, rows: Rows) -> None:
    captured = np.minimum(leads.payloads.captured[rows], leads.payloads.length[rows])
    marks.keep[rows] = np.minimum(captured, HEAD_BYTES)
    data, start = leads.payloads.data, leads.payloads.start
    for place in np.flatnonzero(captured > HEAD_BYTES).tolist():
        begin = int(start[rows[place]])
        if b"\r\n\r\n" not in data[begin : begin + HEAD_BYTES].tobytes():
            marks.keep[rows[place]] = min(int(captured[place]), LONGEST_HEAD)
