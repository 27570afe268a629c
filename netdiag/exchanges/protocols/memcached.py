"""memcached's text protocol (doc/protocol.txt): told by the server's answers.

Commands look like words of any other line protocol; STORED and VALUE don't.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import one_of
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.beginnings import Beginnings
from netdiag.exchanges.protocols.leads import Leads

NAME = "memcached"

_WHOLE = (
    *(b"STORED\r\n", b"NOT_STORED\r\n", b"DELETED\r\n", b"NOT_FOUND\r\n", b"TOUCHED\r\n"),
    *(b"END\r\n", b"EXISTS\r\n", b"HD\r\n", b"EN\r\n"),
)
_BEGINNING = b"VALUE "
BEGINNINGS = Beginnings(words=(*_WHOLE, _BEGINNING))
_FIRST_WORDS = np.array([int.from_bytes(text[:4], "big") for text in (*_WHOLE, _BEGINNING)], "u4")


def mark(leads: Leads, marks: Marks) -> None:
    """Mark answers."""
    rows = np.flatnonzero(one_of(leads.words[:, 0], _FIRST_WORDS) & (marks.mark == Mark.OPAQUE))
    if len(rows) == 0:
        return
    length = leads.payloads.length[rows]
    answers = leads.starts_with(_BEGINNING, rows)
    for whole in _WHOLE:
        answers |= (length == len(whole)) & leads.starts_with(whole, rows)
    marks.mark[rows[answers]] = Mark.MEMCACHED_ANSWER
