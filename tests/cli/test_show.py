"""`netdiag show`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netdiag.cli import main
from tests.recorded import recorded

STALE = str(recorded("tomcat-stale-20s").path)
OTHER = str(recorded("rotated-1").path)


def run(*arguments: str, **more: object) -> Result:
    return CliRunner().invoke(main, ["show", *arguments], prog_name="netdiag", **more)  # type: ignore[arg-type]


def test_a_connection_by_any_name() -> None:
    texts = {
        run(STALE, *name).stdout
        for name in (["c1"], ["0"], ["--stream", "0"], ["127.0.0.1:46874-127.0.0.1:18082"])
    }
    assert len(texts) == 1
    assert texts.pop().startswith("Connection c1, stream 0")


def test_json_in_a_file(tmp_path: Path) -> None:
    target = tmp_path / "c3.json"
    result = run(STALE, "c3", "--format", "json", "-o", str(target), "--all", "--from", "50")
    assert (result.exit_code, result.stdout) == (0, "")
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written["connection"]["id"] == "c3"
    assert min(rung["frame"] for rung in written["rungs"]) >= 50


def test_frames_of_standard_input() -> None:
    result = run("-", "c1", "--frame", "88", input=Path(STALE).read_bytes())
    assert result.exit_code == 0, result.stderr
    assert "###[ TCP ]###" in result.stdout


def test_frames_of_the_second_of_two_captures() -> None:
    result = run(STALE, OTHER, "2:0", "--frame", "2:1")
    assert result.exit_code == 0, result.stderr
    assert "FRAME 2:1 " in result.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Missing argument 'CAPTURE...'"),
        ([STALE], "Missing argument 'CONNECTION'"),
        (["--stream", "1"], "Missing argument 'CAPTURE...'"),
        ([STALE, "c77"], "CONNECTION 'c77': no such connection; there are the connections c1 to"),
        ([STALE, "--stream", "c1"], "--stream: expected a connection"),
        ([STALE, "c1", "--frame", "0"], "--frame 0: no such frame"),
        ([STALE, OTHER, "0"], "several captures have a stream 0"),
        (["missing.pcap", "c1"], "missing.pcap: no such file"),
    ],
)
def test_errors_are_one_line(arguments: list[str], complaint: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1
