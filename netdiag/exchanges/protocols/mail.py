"""Farewells of line protocols: QUIT of the client, 421 and BYE of the server.

SMTP (RFC 5321, sections 3.8 and 4.1.1.10), FTP (RFC 959, section 5.4), POP3, inline Redis, and
IMAP (RFC 9051, section 7.1.5).
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import one_of
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.beginnings import Beginnings
from netdiag.exchanges.protocols.leads import Leads
from netdiag.exchanges.role import Farewell

NAME = "mail"

LONGEST_LINE = 512
"""RFC 5321, section 4.5.3.1.5."""

_END_OF_LINE = int.from_bytes(b"\r\n", "big")
_BYE = (int.from_bytes(b"* BY", "big"),)
BEGINNINGS = Beginnings(words=(b"QUIT", b"quit", b"* BY", b"421 ", b"421-"))
_GOODBYES = (*_BYE, int.from_bytes(b"421 ", "big"), int.from_bytes(b"421-", "big"))


def mark(leads: Leads, marks: Marks) -> None:
    """Mark a payload that is nothing but QUIT, or a line by which a server ends the session."""
    whole = np.flatnonzero((leads.payloads.length == 6) & (marks.mark == Mark.OPAQUE))
    quits = leads.starts_with(b"QUIT\r\n", whole) | leads.starts_with(b"quit\r\n", whole)
    marks.mark[whole[quits]] = Mark.CLIENT_FAREWELL
    first = one_of(leads.words[:, 0], _GOODBYES) & (marks.mark == Mark.OPAQUE)
    lines = np.flatnonzero(first & (leads.payloads.length <= LONGEST_LINE))
    lines = lines[(marks.tail[lines] & 0xFFFF) == _END_OF_LINE]
    bye = leads.words[lines, 0] == _BYE[0]
    lines = lines[~bye | leads.starts_with(b"* BYE ", lines)]
    marks.mark[lines] = Mark.SERVER_FAREWELL
    marks.detail[lines] = Farewell.OTHER
