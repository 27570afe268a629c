"""The QUIT of line protocols: SMTP (RFC 5321, section 4.1.1.10), POP3, FTP and inline Redis."""

from __future__ import annotations

from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.leads import Leads

NAME = "mail"


def mark(leads: Leads, marks: Marks) -> None:
    """Mark a payload that is nothing but QUIT as the client's farewell."""
    whole = (marks.mark == Mark.OPAQUE) & (leads.payloads.length == 6)
    marks.mark[whole & (leads.starts_with(b"QUIT\r\n") | leads.starts_with(b"quit\r\n"))] = (
        Mark.CLIENT_FAREWELL
    )
