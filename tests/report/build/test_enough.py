"""A report lists so much and counts the rest, in the JSON and in what people read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from netdiag.analysis import Examination, Options, examine
from netdiag.report.build import enough, report
from netdiag.report.formats.html_format import render as as_html
from netdiag.report.formats.json_format import render as as_json
from netdiag.report.formats.markdown_format import render as as_markdown
from netdiag.report.formats.terminal_format import render as as_terminal
from netdiag.report.page import Page
from tests.limits.conversations import failing, failing_servers, servers


def examined(path: Path) -> Examination:
    return examine([path], Options(every_row=False))


def test_of_many_occurrences_the_first_are_listed_and_all_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(tmp_path / "a.pcap", 60)
    monkeypatch.setattr(enough, "MOST_OCCURRENCES", 25)
    made = examined(tmp_path / "a.pcap").report()
    (finding,) = made.findings
    assert (len(finding.occurrences), finding.occurrences_total, finding.times) == (25, 60, 60)
    assert len(made.connections) == 25
    assert made.connections_total == 60
    assert "60 requests" in made.verdict.headline
    assert json.loads(as_json(made, Page()))["findings"][0]["occurrences_total"] == 60
    assert "one of 60" in as_markdown(made, Page())
    assert "one of 60" in as_html(made, Page())
    assert "and 50 more, of which the JSON report lists 15" in as_markdown(made, Page())
    assert "nd 50 more, of which the JSON report lists 15" in as_terminal(made, Page())
    assert "nd 35 more, of which the JSON report lists 0" in as_html(made, Page())


def test_of_many_findings_and_servers_the_first_are_listed_and_all_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_servers(tmp_path / "a.pcap", 30)
    monkeypatch.setattr(enough, "MOST_FINDINGS", 7)
    for room in (enough, report):
        monkeypatch.setattr(room, "MOST_PARTIES", 5)
    made = examined(tmp_path / "a.pcap").report()
    assert (len(made.findings), made.findings_total) == (7, 30)
    assert made.servers_total == 30
    assert {finding.server for finding in made.findings} <= {s.endpoint for s in made.servers}
    assert len(made.servers) <= 5 + 7
    assert all(len(finding.occurrences) == 1 for finding in made.findings)
    for words in (as_markdown(made, Page()), as_html(made, Page()), as_terminal(made, Page())):
        told = " ".join(words.split())
        assert re.search(r"nd 23 more servers, of which the JSON report lists 0\b", told)
        assert re.search(r"nd 23 more findings, of which the JSON report lists 0\b", told)


def test_what_is_little_is_listed_without_a_count(tmp_path: Path) -> None:
    servers(tmp_path / "a.pcap", 5)
    made = examined(tmp_path / "a.pcap").report()
    assert len(made.servers) == 5
    said = json.loads(as_json(made, Page()))
    assert not {"servers_total", "clients_total", "findings_total"} & set(said)
