"""`netdiag compare`: both sides, exit statuses, output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netdiag.cli import main
from tests.recorded import PCAPS

BEFORE, WORKED = str(PCAPS / "cure-before.pcap"), str(PCAPS / "cure-by-limit.pcap")
SAME, FEW = str(PCAPS / "cure-that-is-none.pcap"), str(PCAPS / "cure-with-few-requests.pcap")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["compare", *arguments], prog_name="netdiag")


def test_the_terminal_is_the_default() -> None:
    result = run(BEFORE, WORKED)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("WORKED  high confidence\n")


def test_json_and_markdown() -> None:
    made = json.loads(run(BEFORE, WORKED, "--format", "json").stdout)
    assert made["schema"] == "netdiag/comparison/v1"
    assert made["before"]["captures"] == [BEFORE]
    assert run(BEFORE, WORKED, "--format=markdown").stdout.startswith("## WORKED")


def test_several_files_a_side() -> None:
    result = run("--before", BEFORE, "--before", SAME, "--after", WORKED, "--format", "json")
    made = json.loads(result.stdout)
    assert made["before"]["captures"] == [BEFORE, SAME]
    assert made["before"]["measures"]["harmed"] == 34
    mixed = json.loads(run(BEFORE, WORKED, "--after", FEW, "--format=json").stdout)
    assert mixed["after"]["captures"] == [WORKED, FEW]


@pytest.mark.parametrize(
    ("after", "fail_on", "status"),
    [
        (WORKED, "unproven", 0),
        (WORKED, "harm", 0),
        (SAME, "never", 0),
        (SAME, "harm", 1),
        (FEW, "harm", 0),
        (FEW, "unproven", 1),
    ],
)
def test_fail_on(after: str, fail_on: str, status: int) -> None:
    assert run(BEFORE, after, "--fail-on", fail_on).exit_code == status


def test_selection_is_of_both_sides() -> None:
    result = run(BEFORE, WORKED, "--client", "192.0.2.1", "--format", "json")
    assert json.loads(result.stdout)["verdict"]["reason"] == "no-traffic-before"


def test_neither_side_is_overwritten(tmp_path: Path) -> None:
    copy = tmp_path / "after.pcap"
    copy.write_bytes(Path(WORKED).read_bytes())
    result = run(BEFORE, str(copy), "-o", str(copy))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert copy.read_bytes() == Path(WORKED).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "expected a capture BEFORE and one AFTER"),
        ([BEFORE], "expected two captures, BEFORE and AFTER; found 1"),
        ([BEFORE, WORKED, SAME], "found 3 (give several a side with --before"),
        (["--before", BEFORE], "expected a capture BEFORE and one AFTER"),
        (["-", "-"], "standard input ('-') can be one capture only"),
        ([BEFORE, "/nowhere.pcap"], "/nowhere.pcap"),
        ([BEFORE, WORKED, "--format", "html"], "'html' is not one of"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], complaint: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert complaint in result.stderr
