"""Progress is for terminals and for long work only."""

from __future__ import annotations

import io
import sys

import pytest

from netdiag.cli import progress
from netdiag.cli.progress import ProgressLine


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def report(line: ProgressLine) -> None:
    with line:
        line("reading \x1b[2J[red]incident.pcap", 1, 10)
        line("reading", 10, None)


def test_long_work_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE_S", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    report(ProgressLine())
    assert "reading" in terminal.getvalue()
    assert "\x1b[2J" not in terminal.getvalue()


def test_short_work_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    report(ProgressLine())
    assert terminal.getvalue() == ""


def test_logs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr(progress, "PATIENCE_S", 0.0)
    report(ProgressLine())
    assert log.getvalue() == ""
