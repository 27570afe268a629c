"""The group of all commands: help, version, speed."""

from __future__ import annotations

import resource
import subprocess
import sys

import click
import pytest

from netdiag import __version__
from netdiag.cli import COMMANDS, load, main

from .conftest import ROOT, Run, environment


def test_version(run: Run) -> None:
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"netdiag {__version__}\n")


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_everything_has_help_of_80_columns(run: Run, command: str, option: str) -> None:
    result = run(*filter(None, [command, option]))
    assert result.exit_code == 0
    assert result.output.startswith("Usage: netdiag")
    assert max(map(len, result.output.splitlines())) <= 80


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Commands:" in result.stderr


@pytest.mark.parametrize("command", [*map(load, COMMANDS)], ids=lambda command: command.name)
def test_every_command_and_option_is_described(command: click.Command) -> None:
    assert command.short_help
    assert command.help
    undescribed = [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert not undescribed


def test_commands_are_registered_once() -> None:
    assert sorted(COMMANDS) == main.list_commands(click.Context(main))
    assert [load(name).name for name in COMMANDS] == list(COMMANDS)


def test_help_is_quick() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "netdiag", "--help"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The processor's time, 0.1 s: on a busy machine a moment takes as long as it likes.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
