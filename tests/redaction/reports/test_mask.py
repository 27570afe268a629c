"""A whole report, redacted."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from msgspec.structs import replace

from netdiag.capture.formats import pcapng_described
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.language import speaking
from netdiag.problems import ProblemLog
from netdiag.redaction import Redactor
from netdiag.report.formats import FORMATS, Format
from netdiag.report.model import ProblemReport
from netdiag.report.page import PLAIN
from tests.recorded import examine
from tests.redaction.frames.packets import KEY
from tests.report.example import CAPTURE, EXAMPLE, SERVER

REDACTOR = Redactor(KEY)
SHOWN = REDACTOR.report(EXAMPLE)


@pytest.mark.parametrize("entry", FORMATS, ids=[entry.name for entry in FORMATS])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_address_and_no_file_is_left_in_any_format(entry: Format, language: str) -> None:
    with speaking(language):
        text = entry.render(REDACTOR.report(EXAMPLE), PLAIN)
    for secret in ("10.77.145.107", "10.0.0.5", "incident"):
        assert secret in entry.render(EXAMPLE, PLAIN) or secret == "incident"
        assert secret not in text


def test_the_verdict_and_all_numbers_stay() -> None:
    assert SHOWN.verdict.cause == EXAMPLE.verdict.cause
    assert [f.severity for f in SHOWN.findings] == [f.severity for f in EXAMPLE.findings]
    assert SHOWN.servers[0].idle_timeout == EXAMPLE.servers[0].idle_timeout
    assert SHOWN.findings[0].advice == EXAMPLE.findings[0].advice


def test_it_says_that_it_is_redacted() -> None:
    assert SHOWN.redacted
    assert not EXAMPLE.redacted
    assert SHOWN.limits[-1].startswith("This report is redacted")


def test_endpoints_have_the_stand_ins_of_sentences() -> None:
    stand_in = SHOWN.servers[0].endpoint
    assert stand_in == REDACTOR.text(SERVER) != SERVER
    assert stand_in in SHOWN.verdict.headline


def test_captures_are_named_by_their_number() -> None:
    captures = tuple(
        replace(CAPTURE, path=path, problems=())
        for path in ("/home/bob/acme.pcap.gz", "-", "bob", "acme.pcap0001", "acme.4711.pcap")
    )
    shown = REDACTOR.report(replace(EXAMPLE, captures=captures)).captures
    names = ["capture-1.pcap.gz", "-", "capture-3", "capture-4", "capture-5.pcap"]
    assert [c.path for c in shown] == names


@pytest.mark.parametrize(
    ("product", "called"),
    [("acme-edge/1.2 (bob)", "acme-edge"), ("Acme bob", "Acme"), ("ab", "ab"), ("bob/7", "bob")],
)
def test_what_a_proxy_is_called_goes_from_sentences(product: str, called: str) -> None:
    said = f"Frame 9: {called} passed it on to its own client as 502; {called}s, 7 about"
    server = replace(EXAMPLE.servers[0], product=product)
    finding = replace(EXAMPLE.findings[0], evidence=(said,))
    shown = REDACTOR.report(replace(EXAMPLE, servers=(server,), findings=(finding,)))
    assert f"{called} passed" not in shown.findings[0].evidence[0]
    assert shown.findings[0].evidence[0].startswith(f"Frame 9: {'x' * len(called)} passed")
    assert shown.findings[0].evidence[0].endswith("7 about")


@pytest.mark.parametrize("product", ["nginx/1.22.1", "7", "a"])
def test_names_that_tell_nothing_stay_in_sentences(product: str) -> None:
    said = "Frame 7: nginx passed it on to a client, 7 ms after the failure."
    server = replace(EXAMPLE.servers[0], product=product)
    finding = replace(EXAMPLE.findings[0], evidence=(said,))
    shown = REDACTOR.report(replace(EXAMPLE, servers=(server,), findings=(finding,)))
    assert shown.findings[0].evidence == (said,)


def test_last_words_without_a_timeline_go() -> None:
    symptom = "org.postgresql.util.PSQLException: FATAL: bye bob of acme"
    occurrence = replace(EXAMPLE.findings[0].occurrences[0], symptom=symptom, timeline=())
    finding = replace(EXAMPLE.findings[0], occurrences=(occurrence,))
    shown = REDACTOR.report(replace(EXAMPLE, findings=(finding,))).findings[0].occurrences[0]
    assert shown.symptom == "org.postgresql.util.PSQLException: FATAL: xxxxxxxxxxxxxxx"


@pytest.mark.parametrize(
    "code", ["duplicate-file", "file-not-read", "not-a-capture", "unreadable-file"]
)
def test_problems_that_name_files_dont(code: str) -> None:
    problem = ProblemReport(code, "files in /home/bob are no captures, such as acme.txt; skipped")
    shown = REDACTOR.report(replace(EXAMPLE, captures=(replace(CAPTURE, problems=(problem,)),)))
    assert "bob" not in shown.captures[0].problems[0].detail
    assert "acme" not in shown.captures[0].problems[0].detail


def test_problems_that_quote_bytes_dont() -> None:
    detail = "the gzip data is followed by other bytes (626f622061636d65); analysed up to there"
    problem = ProblemReport("trailing-bytes", detail)
    shown = REDACTOR.report(replace(EXAMPLE, captures=(replace(CAPTURE, problems=(problem,)),)))
    assert "626f62" not in shown.captures[0].problems[0].detail


def test_problems_that_only_count_stay() -> None:
    log = ProblemLog()
    with patch.object(pcapng_described, "MOST_DESCRIBED", 2):
        described = pcapng_described.Described(log)
        for link_type in range(5):
            described.add(Interface(link_type, 0))
    (found,) = log.entries()
    problem = ProblemReport(found.code, found.detail, found.frame, found.count)
    assert (problem.code, problem.count) == ("too-many-interfaces", 3)
    shown = REDACTOR.report(replace(EXAMPLE, captures=(replace(CAPTURE, problems=(problem,)),)))
    assert shown.captures[0].problems == (problem,)


def test_what_a_server_said_goes_from_sentences_too() -> None:
    report = examine("postgresql-idle-session").report
    said = "terminating connection due to idle-session timeout"
    bobs = "terminating bob's connection for acme-internal reasons"
    text = repr(report).replace(said, bobs)
    finding = report.findings[0]
    occurrence = finding.occurrences[0]
    steps = tuple(replace(s, label=s.label.replace(said, bobs)) for s in occurrence.timeline)
    changed = replace(
        report,
        findings=(
            replace(
                finding,
                evidence=tuple(e.replace(said, bobs) for e in finding.evidence),
                occurrences=(
                    replace(
                        occurrence,
                        timeline=steps,
                        symptom=(occurrence.symptom or "").replace(said, bobs),
                    ),
                ),
            ),
        ),
    )
    assert text.count(bobs) > 2
    assert "acme" in repr(changed)
    assert "acme" not in repr(REDACTOR.report(changed))
    assert "57P05" in repr(REDACTOR.report(changed).findings[0].evidence)
