"""What is done with each text of a report: one policy for each field, and none is left out.

Numbers and truth values say nothing about anybody, and neither do words from a closed list; all
other texts are named here. What is not named here is not shown at all; a test finds it before
anybody has to miss it.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TypeAlias

from netdiag.report import charts, endpoint, finding, log, model, next_capture, recommendation


class Policy(Enum):
    """What to do with a text."""

    KEPT = auto()
    """Netdiag's own words, times, identifiers: nothing of it comes from a capture."""
    HOST = auto()
    """An address."""
    ENDPOINT = auto()
    """An address and a port."""
    PATH = auto()
    """An input's path."""
    SERVER_NAME = auto()
    """What a server calls itself."""
    CLIENT_NAME = auto()
    """What a client calls itself."""
    SAID = auto()
    """What a payload says: a start line, a server's last words, a number of bytes."""
    SENTENCE = auto()
    """A sentence of netdiag's own that may repeat any of these."""
    DETAIL = auto()
    """What was wrong with an input, which may name other files."""
    EXCERPT = auto()
    """A line of somebody's log, of which only words that netdiag itself knows are shown."""
    SYMPTOM = auto()
    """What a client's log says: a known text with an address, or a server's last words, in it."""
    UNKNOWN = auto()
    """Nobody has said what it is, so nothing of it is shown."""


Policies: TypeAlias = dict[type, dict[str, Policy]]

_ENDS = {"client": Policy.ENDPOINT, "server": Policy.ENDPOINT}

POLICIES: Policies = {
    model.Producer: {"version": Policy.KEPT},
    model.ProblemReport: {"code": Policy.KEPT, "detail": Policy.DETAIL},
    model.SkippedReport: {"from_time": Policy.KEPT, "to_time": Policy.KEPT},
    model.CaptureReport: {
        "path": Policy.PATH,
        "format": Policy.KEPT,
        "link_types": Policy.KEPT,
        "first_time": Policy.KEPT,
        "last_time": Policy.KEPT,
        "vantage_evidence": Policy.SENTENCE,
    },
    model.Verdict: {"cause": Policy.KEPT, "risk": Policy.KEPT, "headline": Policy.SENTENCE},
    endpoint.ServerCloses: {},
    endpoint.TimeoutGroup: {},
    endpoint.IdleTimeoutReport: {
        "likely_setting_basis": Policy.SENTENCE,
        "contradiction": Policy.SENTENCE,
    },
    endpoint.ProductHint: {"product": Policy.KEPT, "because": Policy.SENTENCE},
    endpoint.ServerReport: {
        "endpoint": Policy.ENDPOINT,
        "protocol": Policy.KEPT,
        "product": Policy.SERVER_NAME,
    },
    endpoint.ClientReport: {"address": Policy.HOST, "product": Policy.CLIENT_NAME},
    model.StateChange: {"time": Policy.KEPT, "client": Policy.KEPT, "server": Policy.KEPT},
    model.ConnectionReport: {
        **_ENDS,
        "id": Policy.KEPT,
        "protocol": Policy.KEPT,
        "start": Policy.KEPT,
    },
    model.Report: {
        "schema": Policy.KEPT,
        "limits": Policy.SENTENCE,
        "language": Policy.KEPT,
    },
    charts.IdleGap: {"connection": Policy.KEPT},
    charts.Lane: {"connection": Policy.KEPT},
    charts.Activity: {"start": Policy.KEPT},
    finding.CloseEvent: {"time": Policy.KEPT},
    finding.RequestEvent: {"time": Policy.KEPT, "summary": Policy.SAID},
    finding.ResetEvent: {"time": Policy.KEPT},
    finding.RetryEvent: {"connection": Policy.KEPT},
    finding.PassedOnEvent: {"connection": Policy.KEPT},
    finding.Leg: {**_ENDS, "connection": Policy.KEPT},
    finding.Step: {
        "time": Policy.KEPT,
        "label": Policy.SAID,
        "client_state": Policy.KEPT,
        "server_state": Policy.KEPT,
    },
    finding.Occurrence: {
        **_ENDS,
        "connection": Policy.KEPT,
        "client_state": Policy.KEPT,
        "wireshark_filter": Policy.SENTENCE,
        "symptom": Policy.SYMPTOM,
    },
    finding.Advice: {
        "product": Policy.KEPT,
        "text": Policy.KEPT,
        "snippet": Policy.KEPT,
        "language": Policy.KEPT,
    },
    finding.FindingReport: {
        "cause": Policy.KEPT,
        "title": Policy.KEPT,
        "explanation": Policy.KEPT,
        "server": Policy.ENDPOINT,
        "clients": Policy.HOST,
        "evidence": Policy.SENTENCE,
        "doubts": Policy.SENTENCE,
    },
    recommendation.MarginPart: {},
    recommendation.Recommendation: {
        "server": Policy.ENDPOINT,
        "race_note": Policy.SENTENCE,
        "text": Policy.SENTENCE,
    },
    log.LogSkew: {"told": Policy.SENTENCE},
    log.LogFile: {
        "path": Policy.PATH,
        "formats": Policy.KEPT,
        "first_time": Policy.KEPT,
        "last_time": Policy.KEPT,
        "zone": Policy.KEPT,
        "server": Policy.ENDPOINT,
        "problems": Policy.SENTENCE,
    },
    log.LogMatch: {
        "time": Policy.KEPT,
        "excerpt": Policy.EXCERPT,
        "connection": Policy.KEPT,
        "because": Policy.SENTENCE,
    },
    log.UnexplainedLine: {
        "time": Policy.KEPT,
        "excerpt": Policy.EXCERPT,
        "because": Policy.SENTENCE,
    },
    log.SilentOccurrence: {"connection": Policy.KEPT, "because": Policy.SENTENCE},
    log.AccessStatement: {"connection": Policy.KEPT, "told": Policy.SENTENCE},
    log.LogReport: {"summary": Policy.SENTENCE},
    next_capture.NextCapture: {
        "where": Policy.SENTENCE,
        "why": Policy.SENTENCE,
        "command": Policy.SENTENCE,
    },
}
"""By class and field, for every field that can hold a text of its own."""
