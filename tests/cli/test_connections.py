"""`netdiag connections`, as a user runs it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netdiag.cli import main
from netdiag.listing import COLUMNS
from tests.recorded import recorded

STALE = str(recorded("tomcat-stale-20s").path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["connections", *arguments], prog_name="netdiag")


def ids(*arguments: str) -> list[str]:
    result = run(STALE, "--format", "json", *arguments)
    assert result.exit_code == 0, result.stderr
    return [row["id"] for row in json.loads(result.stdout)["connections"]]


def test_options_are_short_for_conditions() -> None:
    assert ids("--min-idle", "24") == ids("--where", "idle>=24") == ["c1", "c3", "c4", "c5"]
    assert ids("--cause", "stale-keep-alive") == ids("--flagged")
    assert ids("--closed-by", "server") == ids() == ids("--protocol", "http/1")
    assert ids("--state", "CLOSED") == ids(
        "--where", "client_state=CLOSED"
    )  # a RST closes both ends


def test_several_conditions_all_hold() -> None:
    assert ids("--where", "idle>21", "--where", "idle<24.005", "--flagged") == ["c2", "c4"]


def test_sorted_and_cut() -> None:
    assert ids("--sort", "-idle", "--limit", "2") == ["c3", "c5"]
    assert ids("--sort", "idle", "--reverse", "--limit", "2") == ["c3", "c5"]


def test_a_selection_keeps_the_names() -> None:
    assert ids("--since", "+30") == ids("--where", "end>=+30")
    assert ids("--port", "81") == []


def test_csv_in_a_file(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    result = run(STALE, "--format", "csv", "-o", str(target))
    assert (result.exit_code, result.stdout) == (0, "")
    rows = list(csv.reader(io.StringIO(target.read_text(encoding="utf-8"), newline="")))
    assert rows[0] == [column.name for column in COLUMNS]
    assert len(rows) == 10


def test_a_capture_is_never_written_over(tmp_path: Path) -> None:
    capture = tmp_path / "x.pcap"
    shutil.copy(STALE, capture)
    result = run(str(capture), "-o", str(capture))
    assert result.exit_code == 2
    assert capture.read_bytes() == Path(STALE).read_bytes()


def test_help_on_columns_needs_no_capture() -> None:
    result = run("--columns", "help")
    assert result.exit_code == 0
    assert result.stdout.startswith("id  ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Missing argument 'CAPTURE...'"),
        (["x.pcap", "--where", "idle"], "--where: expected a condition"),
        (["x.pcap", "--sort", "-nothing"], "--sort: expected a column"),
        (["x.pcap", "--columns", "nothing"], "--columns: expected a column"),
        (["x.pcap", "--cause", "bad-luck"], "--cause: expected for causes one of"),
        (["x.pcap", "--state", "OPEN"], "--state: expected for client_state one of"),
        (["x.pcap", "--min-idle", "long"], "--min-idle: expected for longest_idle_s seconds"),
        (["x.pcap", "--limit", "0"], "0 is not in the range"),
        (["x.pcap"], "x.pcap: no such file or directory"),
    ],
)
def test_errors_are_one_line(arguments: list[str], complaint: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1
