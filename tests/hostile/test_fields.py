"""Every text of a report is either planted, or holds words of ours that no capture chooses.

Whoever adds a text to a report finds one of these tests failing. If what a capture or a log holds
can get there: plant it (`tests.hostile.planting`) and name it in `PLANTED`; else name it in `OURS`.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from netdiag.comparison.model import Comparison
from netdiag.listing import COLUMNS, Kind
from netdiag.report.connection_view import ConnectionView
from netdiag.report.model import Report
from tests.hostile.fields import planted_in, text_fields
from tests.hostile.outputs import made_of
from tests.hostile.planting import FIELDS, PAYLOADS, plant

PLANTED = {
    "CaptureReport.path": {"folder", "file"},
    "ClientReport.product": {"agent", "mysql_driver", "pg_name", "redis_library"},
    "FindingReport.evidence": {"mysql_words", "pg_words"},
    "LogFile.path": {"folder", "log_file"},
    "LogMatch.excerpt": {"log_line", "log_path"},
    "Occurrence.symptom": {"mysql_words", "pg_words"},
    "ProblemReport.detail": {"folder", "log_file"},
    "RequestEvent.summary": {"uri"},
    "ServerReport.product": {"server", "mysql_version"},
    "ShownCapture.path": {"folder", "file"},
    "SideReport.captures": {"folder", "file"},
    "Step.label": {"uri", "reason", "mysql_words", "pg_words"},
    "UnexplainedLine.excerpt": {"log_json", "log_line", "log_path"},
}
"""Texts that others choose, and what of theirs gets there."""

WHOLE = "Dissection.fields"
"""Has every field of a frame that is taken apart, whatever it is."""

UNSEEN = {
    *("redis_words", "mail_words"),  # only in frames taken apart later
    *("section", "interface", "description", "filter", "system", "hardware", "note", "packet"),
    *("resolved", "name_server", "application", "custom", "statistics", "secrets"),
}
"""Planted, and in no report: interfaces are only in what `extract` writes, the rest nowhere."""

TIMES = {
    *("Activity.start", "CaptureReport.first_time", "CaptureReport.last_time", "CloseEvent.time"),
    *("ConnectionReport.start", "Dissection.time", "LogFile.first_time", "LogFile.last_time"),
    *("LogMatch.time", "RequestEvent.time", "ResetEvent.time", "SideReport.first_time"),
    *("SideReport.last_time", "SkippedReport.from_time", "SkippedReport.to_time"),
    *("StateChange.time", "Step.time", "UnexplainedLine.time"),
}
ENDPOINTS = {
    *("ClientLimit.client", "ClientReport.address", "ConnectionReport.client", "Leg.client"),
    *("ConnectionReport.server", "FindingReport.clients", "FindingReport.server", "Leg.server"),
    *("LogFile.server", "Occurrence.client", "Occurrence.server", "Recommendation.server"),
    *("ServerComparison.after_server", "ServerComparison.server", "ServerReport.endpoint"),
}
CONNECTIONS = {
    *("AccessStatement.connection", "ConnectionReport.id", "IdleGap.connection"),
    *("Lane.connection", "Leg.connection", "LogMatch.connection", "Occurrence.connection"),
    *("PassedOnEvent.connection", "RetryEvent.connection", "SilentOccurrence.connection"),
}
WORDS = {
    *("Advice.language", "CaptureReport.format", "CaptureReport.link_types", "Report.schema"),
    *("Comparison.language", "Comparison.schema", "ConnectionReport.protocol", "Verdict.cause"),
    *("ConnectionView.language", "ConnectionView.schema", "Dissection.bytes_hex"),
    *("Dissection.layers", "Dissection.link_type", "FindingReport.cause", "LogFile.formats"),
    *("Fold.client_state", "Fold.server_state", "LogFile.zone", "Measures.other_harmed"),
    *("Occurrence.client_state", "ProblemReport.code", "Producer.version", "Report.language"),
    *("ServerReport.protocol", "ShownFinding.cause", "StateChange.client", "StateChange.server"),
    *("Step.client_state", "Step.server_state", "Verdict.risk"),
}
"""Slugs, states, names of formats, digits."""

SENTENCES = {
    *("AccessStatement.told", "Advice.product", "Advice.snippet", "Advice.text"),
    *("CaptureReport.vantage_evidence", "Comparison.caveats", "Cure.text"),
    *("ConnectionView.wireshark_filter", "FindingReport.doubts", "FindingReport.explanation"),
    *("FindingReport.title", "IdleTimeoutReport.contradiction", "LogFile.problems"),
    *("IdleTimeoutReport.likely_setting_basis", "LogMatch.because", "LogReport.summary"),
    *("LogSkew.told", "NextCapture.command", "NextCapture.where", "NextCapture.why"),
    *("Occurrence.wireshark_filter", "ProductHint.because"),
    *("ProductHint.product", "Recommendation.race_note", "Recommendation.text", "Report.limits"),
    *("ShownFinding.title", "SilentOccurrence.because", "UnexplainedLine.because"),
    *("Verdict.headline", "Verdict.text"),
}
"""Sentences, snippets and commands: with numbers, frames and endpoints in them at most."""

OURS = TIMES | ENDPOINTS | CONNECTIONS | WORDS | SENTENCES


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What is planted in each text of a report, of views of connections, and of a comparison."""
    folder = tmp_path_factory.mktemp("fields")
    made = made_of(plant(folder, PAYLOADS["plain"]), folder)
    found = defaultdict(set)
    for value in (made.report, made.comparison, *made.views):
        for field, names in planted_in(value).items():
            found[field] |= names
    return dict(found)


def test_every_text_is_known() -> None:
    texts = text_fields(Report) | text_fields(Comparison) | text_fields(ConnectionView)
    assert texts - OURS - set(PLANTED) - {WHOLE} == set(), "is it planted, or ours?"
    assert (OURS | set(PLANTED) | {WHOLE}) - texts == set(), "is gone"
    assert not OURS & set(PLANTED)


def test_what_is_planted_is_where_we_think_it_is(planted: dict[str, set[str]]) -> None:
    whole = planted.pop(WHOLE)
    assert planted == PLANTED
    assert {"host", "sni", "alpn", "header", "body", "method", "keep_alive"} <= whole
    assert {"dns", "dns_text", "certificate", "issuer", "mysql_refusal"} <= whole
    assert whole.union(*planted.values()) == set(FIELDS) - UNSEEN


def test_the_only_free_text_of_a_list_is_the_name_of_a_file() -> None:
    free = {Kind.FILE}
    ours = {Kind.CONNECTION, Kind.COUNT, Kind.DURATION, Kind.ENDPOINT, Kind.TIME, Kind.TRUTH}
    assert {column.kind for column in COLUMNS} - ours - {Kind.WORD, Kind.WORDS} == free
    assert [column.name for column in COLUMNS if column.kind is Kind.FILE] == ["file"]
    for column in COLUMNS:
        assert column.kind not in {Kind.WORD, Kind.WORDS} or column.words, column.name
