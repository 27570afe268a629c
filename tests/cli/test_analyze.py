"""`netdiag analyze`: options, exit statuses, output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from netdiag.cli.analyze import exit_status
from netdiag.cli.exit_status import ExitStatus
from netdiag.errors import SelectionError
from netdiag.report.formats import FORMATS, Format
from netdiag.report.model import Report
from netdiag.report.page import PLAIN
from tests.cli import stub
from tests.report.example import EXAMPLE, QUIET

from .conftest import Calls, Run


def test_the_terminal_report_is_the_default(run: Run, calls: Calls) -> None:
    result = run("analyze", "a.pcap", "b.pcap")
    assert result.exit_code == 0
    assert result.stdout.startswith("stale-keep-alive  error, high confidence\n")
    assert calls == [(["a.pcap", "b.pcap"], stub.Options())]


def test_json(run: Run) -> None:
    result = run("analyze", "a.pcap", "--format", "json")
    assert json.loads(result.stdout)["schema"] == "netdiag/report/v1"
    assert result.stderr == ""


@pytest.mark.parametrize("entry", FORMATS, ids=[entry.name for entry in FORMATS])
def test_every_format_can_be_chosen(run: Run, entry: Format) -> None:
    result = run("analyze", "a.pcap", "--format", entry.name)
    assert result.stdout == entry.render(EXAMPLE, PLAIN)


def test_what_was_chosen_is_handed_on_as_it_is(run: Run, calls: Calls) -> None:
    run(
        "analyze",
        "a.pcap",
        "--server=[2001:db8::1]:443",
        "--client=10.0.0.5",
        "--port=443",
        "--since=2017-05-12T11:39:02Z",
        "--until=+12.5",
        "--all",
    )
    assert calls[0][1] == stub.Options(
        server="[2001:db8::1]:443",
        client="10.0.0.5",
        port=443,
        since="2017-05-12T11:39:02Z",
        until="+12.5",
        all_connections=True,
    )


@pytest.mark.parametrize(
    ("report", "fail_on", "status"),
    [
        (EXAMPLE, "never", ExitStatus.ANALYSED),
        (EXAMPLE, "error", ExitStatus.FOUND),
        (EXAMPLE, "warning", ExitStatus.FOUND),
        (QUIET, "warning", ExitStatus.ANALYSED),
    ],
)
def test_fail_on(report: Report, fail_on: str, status: ExitStatus) -> None:
    assert exit_status(report, fail_on) is status


def test_a_warning_is_no_error() -> None:
    warned = replace(EXAMPLE, findings=EXAMPLE.findings[1:])
    assert exit_status(warned, "error") is ExitStatus.ANALYSED
    assert exit_status(warned, "warning") is ExitStatus.FOUND


def test_the_report_is_written_although_it_fails(run: Run) -> None:
    result = run("analyze", "a.pcap", "--fail-on", "error")
    assert result.exit_code == 1
    assert result.stdout.startswith("stale-keep-alive")


def test_output_to_a_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    result = run("analyze", "a.pcap", "-o", str(target))
    assert (result.exit_code, result.output) == (0, "")
    assert target.read_text(encoding="utf-8").startswith("stale-keep-alive")


def test_a_dash_is_standard_output(run: Run) -> None:
    assert run("analyze", "a.pcap", "-o", "-").stdout == run("analyze", "a.pcap").stdout


def test_a_bad_target_is_found_before_the_work(run: Run, calls: Calls, tmp_path: Path) -> None:
    result = run("analyze", "a.pcap", "-o", str(tmp_path / "missing" / "report.txt"))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "there is no directory" in result.stderr
    assert not calls


def test_a_capture_is_never_overwritten(run: Run, calls: Calls, tmp_path: Path) -> None:
    capture = tmp_path / "a.pcap"
    capture.write_bytes(b"precious")
    link = tmp_path / "link.pcap"
    link.symlink_to(capture)
    result = run("analyze", str(capture), "-o", str(link))
    assert result.exit_code == 2
    assert result.stderr == (f"netdiag: will not write over '{capture}', which is read as input\n")
    assert capture.read_bytes() == b"precious"
    assert not calls


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Missing argument 'CAPTURE...'"),
        (["a.pcap", "--format", "xml"], "'xml' is not one of"),
        (["a.pcap", "--port", "0"], "0 is not in the range"),
        (["a.pcap", "--fail-on", "info"], "'info' is not one of"),
        (["a.pcap", "--bogus"], "No such option"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: list[str], complaint: str) -> None:
    result = run("analyze", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("netdiag: ")
    assert result.stderr.count("\n") == 1
    assert complaint in result.stderr
    assert "(see 'netdiag analyze --help')" in result.stderr


def test_what_cannot_be_selected_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    error = SelectionError("--since: 'yesterday' is neither RFC 3339 nor +SECONDS")
    monkeypatch.setitem(sys.modules, stub.ANALYSIS, stub.analysis(error))
    result = run("analyze", "a.pcap", "--since", "yesterday")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"netdiag: {error}\n"


def test_logs_are_handed_on(run: Run, calls: Calls) -> None:
    run("analyze", "a.pcap", "--log", "app.log", "--log", "access.log", "--log-timezone=+02:00")
    assert calls[0][1].logs == ("app.log", "access.log")
    assert calls[0][1].log_timezone == "+02:00"


@pytest.mark.parametrize("more", [["-", "--log", "-"], ["a.pcap", "--log", "-", "--log", "-"]])
def test_standard_input_is_read_once(run: Run, more: list[str]) -> None:
    result = run("analyze", *more)
    assert result.exit_code == 2
    assert "'-' can be one capture or one --log" in result.stderr


def test_a_zone_without_a_log_is_a_mistake(run: Run) -> None:
    result = run("analyze", "a.pcap", "--log-timezone", "UTC")
    assert (result.exit_code, "none is named" in result.stderr) == (2, True)


def test_a_log_is_never_written_over(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("x")
    result = run("analyze", "a.pcap", "--log", str(log), "-o", str(log))
    assert result.exit_code == 2
    assert log.read_text() == "x"
