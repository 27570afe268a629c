"""What the charts name: how idle times end, and which frames stand out."""

from __future__ import annotations

from netdiag.language import N_
from netdiag.report.charts import GapEnd, MarkKind

GAP_ENDS: dict[GapEnd, str] = {
    "answered": N_("used again, answered"),
    "server-closed": N_("closed by the server"),
    "unanswered": N_("used again, not answered"),
    "client-closed": N_("closed by the client"),
    "open": N_("open at the end"),
}
"""In the order in which they are drawn."""

MARKS: dict[MarkKind, str] = {
    "syn": N_("connection opened"),
    "fin": "FIN",
    "rst": "RST",
    "close_notify": "TLS close_notify",
    "goodbye": N_("farewell"),
    "request": N_("the request in question"),
    "retransmission": N_("request sent again"),
}
