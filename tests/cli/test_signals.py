"""SIGINT, SIGTERM and SIGHUP in the middle of writing: nothing half-written stays."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from netdiag.cli import main, signals
from netdiag.cli.signals import ToldToEnd, told_of_signals
from tests.recorded import PCAPS

from .conftest import ROOT, environment, started

WRITER = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which nohup would have us ignore
import click
from netdiag.cli.failures import OneLineGroup
from netdiag.cli.output import open_target

@click.group(cls=OneLineGroup)
def main(): pass

@main.command()
@click.argument("target")
def write(target):
    with open_target(target) as file:
        file.write(b"half")
        print("ready", flush=True)
        time.sleep(60)

main()
"""


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGINT, 130, "netdiag: interrupted\n"),
        (signal.SIGTERM, 143, "netdiag: terminated\n"),
        (signal.SIGHUP, 129, "netdiag: terminated\n"),
    ],
)
def test_a_signal_while_writing(
    tmp_path: Path, number: signal.Signals, status: int, said: str
) -> None:
    target = tmp_path / "out.pcap"
    target.write_bytes(b"old")
    with started(
        [sys.executable, "-c", WRITER, "write", str(target)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(number)
        _, complaint = process.communicate(timeout=120)
    assert (process.returncode, complaint) == (status, said)
    assert [path.name for path in tmp_path.iterdir()] == ["out.pcap"]
    assert target.read_bytes() == b"old"


LOADER = """
import sys

class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
from netdiag.__main__ import run
run()
"""


def ended(program: str, *words: str) -> tuple[int, str, str]:
    """The exit status of a program, and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_an_interruption_while_the_command_line_is_loaded() -> None:
    assert ended(LOADER) == (130, "", "netdiag: interrupted\n")


@pytest.mark.parametrize("moment", ["run_analysis", "page_for", "write"])
def test_a_signal_before_or_after_the_reading_costs_no_partial_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    module = importlib.import_module("netdiag.cli.analyze")
    real = getattr(module, moment)

    def interrupted(*args: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return real(*args)

    monkeypatch.setattr(module, moment, interrupted)
    capture, target = PCAPS / "server-restart.pcap", tmp_path / "report.json"
    words = ["analyze", str(capture), "--partial", "--format", "json", "-o", str(target)]
    done = CliRunner().invoke(main, words, prog_name="netdiag")
    assert done.exit_code == 0, done.stderr
    (told,) = json.loads(target.read_text())["captures"]
    was_read = moment != "run_analysis"
    assert (told["packets"] > 0) is was_read
    assert [problem["code"] for problem in told["problems"]] == ["interrupted"] * (not was_read)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_signals_are_what_they_were_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ToldToEnd), told_of_signals():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(("same_s", "tidied"), [(60.0, True), (-1.0, False)])
def test_only_a_later_one_disturbs_what_the_first_has_brought_about(
    same_s: float, tidied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "SAME_S", same_s)
    done = []
    with pytest.raises(ToldToEnd), told_of_signals():
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            done.append("tidied")
    assert done == ["tidied"] * tidied


ENDING = """
import signal, sys
from netdiag.cli import failures
from netdiag.cli.failures import OneLineGroup

say = failures._say
def interrupted(line):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.raise_signal(number)
    say(line)
failures._say = interrupted

@failures.click.group(cls=OneLineGroup)
def main(): pass

@main.command()
def end():
    signal.raise_signal(signal.SIGTERM)

main()
"""


def test_who_is_about_to_end_is_not_killed_by_a_second_signal() -> None:
    assert ended(ENDING, "end") == (143, "", "netdiag: terminated\n")


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with told_of_signals():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_other_threads_are_left_alone() -> None:
    seen: list[object] = []

    def run() -> None:
        with told_of_signals():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [signal.SIG_DFL]
