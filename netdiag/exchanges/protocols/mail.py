"""The QUIT of line protocols: SMTP (RFC 5321, section 4.1.1.10), POP3, FTP and inline Redis."""

from __future__ import annotations

import numpy as np

from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.leads import Leads

NAME = "mail"


def mark(leads: Leads, marks: Marks) -> None:
    """Mark a payload that is nothing but QUIT as the client's farewell."""
    whole = np.flatnonzero((leads.payloads.length == 6) & (marks.mark == Mark.OPAQUE))
    quits = leads.starts_with(b"QUIT\r\n", whole) | leads.starts_with(b"quit\r\n", whole)
    marks.mark[whole[quits]] = Mark.CLIENT_FAREWELL
