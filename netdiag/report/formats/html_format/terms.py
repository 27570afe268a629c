"""The contract's own words (severities, outcomes, places) as the page says them."""

from __future__ import annotations

from netdiag.language import N_, _
from netdiag.report.charts import GapEnd, MarkKind
from netdiag.report.finding import Audience, Confidence, Outcome, Severity
from netdiag.report.model import IdleTimeoutReport, ServerCloses, Vantage
from netdiag.report.phrases.words import setting

_SEVERITIES: dict[Severity, str] = {
    "error": N_("error"),
    "warning": N_("warning"),
    "info": N_("info"),
}
_CONFIDENCES: dict[Confidence, str] = {
    "high": N_("high confidence"),
    "medium": N_("medium confidence"),
    "low": N_("low confidence"),
}
_OUTCOMES: dict[Outcome, str] = {
    "reset": N_("reset"),
    "ignored": N_("ignored"),
    "unanswered": N_("unanswered"),
    "answered": N_("answered"),
    "closed": N_("closed"),
}
_AUDIENCES: dict[Audience, str] = {
    "client": N_("On the client"),
    "server": N_("On the server"),
    "network": N_("In the network"),
}
_VANTAGES: dict[Vantage, str] = {
    "client": N_("taken at the client"),
    "server": N_("taken at the server"),
    "middle": N_("taken between client and server"),
    "unknown": N_("taken at an unknown place"),
}
GAP_ENDS: dict[GapEnd, str] = {
    "answered": N_("used again, answered"),
    "unanswered": N_("used again, not answered"),
    "server-closed": N_("closed by the server"),
    "client-closed": N_("closed by the client"),
    "open": N_("open at the end"),
}
MARKS: dict[MarkKind, str] = {
    "syn": N_("connection opened"),
    "fin": "FIN",
    "rst": "RST",
    "close_notify": "TLS close_notify",
    "goodbye": N_("farewell"),
    "request": N_("the request in question"),
    "retransmission": N_("request sent again"),
}


def severity(value: Severity) -> str:
    """How bad it is."""
    return _(_SEVERITIES[value])


def confidence(value: Confidence) -> str:
    """How sure we are."""
    return _(_CONFIDENCES[value])


def outcome(value: Outcome) -> str:
    """What became of a request."""
    return _(_OUTCOMES[value])


def audience(value: Audience) -> str:
    """Where to change something."""
    return _(_AUDIENCES[value])


def vantage(value: Vantage) -> str:
    """Where a capture was taken."""
    return _(_VANTAGES[value])


def gap_end(value: GapEnd) -> str:
    """What ended an idle time."""
    return _(GAP_ENDS[value])


def timeout_range(timeout: IdleTimeoutReport) -> str:
    """An inferred timeout with the range that the evidence allows."""
    low, high = timeout.low_s, timeout.high_s
    names = {
        "estimate": "" if timeout.estimate_s is None else setting(timeout.estimate_s),
        "low": "" if low is None else setting(low),
        "high": "" if high is None else setting(high),
    }
    if timeout.estimate_s is None:
        text = _("more than {low}") if high is None else _("at most {high}")
    elif low is not None and high is not None:
        text = _("{estimate} (from {low} to {high})")
    else:
        text = "{estimate}" if low is None else _("{estimate} (more than {low})")
    return text.format(**names)


def closes(counted: ServerCloses) -> list[tuple[str, int]]:
    """Who ended a server's connections first, and how often; only what was seen."""
    named = [
        (_("server FIN"), counted.server_fin),
        (_("server RST"), counted.server_rst),
        (_("client FIN"), counted.client_fin),
        (_("client RST"), counted.client_rst),
        (_("still open"), counted.open),
    ]
    return [(name, n) for name, n in named if n]
