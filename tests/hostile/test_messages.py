"""What netdiag says on standard error is one line, whatever the names and values that it quotes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netdiag.cli import main
from tests.hostile.planting import PAYLOADS, Planted, plant
from tests.recorded import PCAPS
from tests.report.hostile import controls_in

CAPTURE = str(PCAPS / "server-restart.pcap")
ALL = pytest.mark.parametrize("name", list(PAYLOADS))


def hostile(name: str) -> str:
    """The payload as an argument; no path, and no option."""
    return "x" + os.fsdecode(PAYLOADS[name].replace(b"/", b"_"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="netdiag")

    return invoke


COMPLAINTS: tuple[tuple[str, ...], ...] = (
    ("{}",),
    ("analyze", "{}"),
    ("analyze", "garbage/{}"),
    ("analyze", "empty/{}"),
    ("analyze", CAPTURE, "{}"),
    ("analyze", CAPTURE, "--{}"),
    ("analyze", CAPTURE, "--format", "{}"),
    ("analyze", CAPTURE, "--lang", "{}"),
    ("analyze", CAPTURE, "--log", "{}"),
    ("analyze", CAPTURE, "--log", "garbage/{}", "--log-timezone", "{}"),
    ("analyze", CAPTURE, "--server", "{}"),
    ("analyze", CAPTURE, "--client", "{}"),
    ("analyze", CAPTURE, "--port", "{}"),
    ("analyze", CAPTURE, "--since", "{}"),
    ("analyze", CAPTURE, "--redact", "--redact-key", "garbage/{}"),
    ("analyze", CAPTURE, "-o", "{}/x"),
    ("analyze", "garbage/{}", "-o", "garbage/{}"),
    ("compare", CAPTURE, "{}"),
    ("connections", CAPTURE, "--columns", "{}"),
    ("connections", CAPTURE, "--where", "{}"),
    ("connections", CAPTURE, "--where", "client={}"),
    ("connections", CAPTURE, "--sort", "{}"),
    ("show", CAPTURE, "{}"),
    ("show", CAPTURE, "c1", "--frame", "{}"),
    ("show", CAPTURE, "c1", "--from", "{}"),
    ("extract", CAPTURE, "--connection", "{}", "-o", "x.pcapng"),
    ("export", CAPTURE, "-o", "{}/x"),
    ("explain", "{}"),
    ("capture", "--host", "{}"),
    ("completion", "{}"),
)


@ALL
def test_a_complaint_is_one_line(run: Callable[..., Result], tmp_path: Path, name: str) -> None:
    (tmp_path / "empty" / hostile(name)).mkdir(parents=True)
    (tmp_path / "garbage").mkdir()
    (tmp_path / "garbage" / hostile(name)).write_bytes(b"neither a capture nor a log\n" * 9)
    for complaint in COMPLAINTS:
        result = run(*(part.replace("{}", hostile(name)) for part in complaint))
        assert result.exit_code == 2, (complaint, result.stderr)
        assert result.stderr.startswith("netdiag: "), complaint
        assert result.stderr.count("\n") == 1, (complaint, result.stderr)
        assert result.stderr.endswith("\n")
        assert not controls_in(result.stderr), complaint
        assert "this is a bug" not in result.stderr, (complaint, result.stderr)
        assert result.stdout == ""


@pytest.fixture
def planted(tmp_path: Path, name: str) -> Planted:
    return plant(tmp_path, PAYLOADS[name])


@pytest.mark.parametrize("name", ["terminal", "bytes"])
def test_what_is_said_besides_is_lines(
    run: Callable[..., Result], planted: Planted, name: str
) -> None:
    """Summaries of what was written, with a capture that ends in the middle of a block."""
    with planted.capture.open("ab") as file:
        file.write(b"\6\0\0\0\x40\0\0\0" + PAYLOADS[name])
    for command, output in (("extract", "evidence.pcapng"), ("export", "connections.parquet")):
        result = run(command, str(planted.capture), "-o", output)
        assert result.exit_code == 0, result.stderr
        assert not controls_in(result.stderr)


@pytest.mark.parametrize("name", ["terminal", "lines", "template", "unseen"])
def test_a_line_of_progress_is_one(name: str) -> None:
    """On a terminal: no escapes but rich's own."""
    code = (
        "import os, sys; from netdiag.cli import progress\n"
        "progress.PATIENCE_S = 0\n"
        "with progress.ProgressLine() as line:\n"
        "    line(os.fsdecode(bytes.fromhex(sys.argv[1])), 1, 2)\n"
        "    line._bar.refresh()\n"
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", code, PAYLOADS[name].hex()],
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "400"},
    ) as process:
        process.wait(timeout=120)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert process.returncode == 0
    assert "50%" in shown
    for forbidden in ("\x1b]", "\x07", "\x1bc", "\x9b", "\u202e", "\x0b", "\x0c", "\nFORGED"):
        assert forbidden not in shown
    if name == "template":
        assert "[red]x[/] :smile:" in shown
