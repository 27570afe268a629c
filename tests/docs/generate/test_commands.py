"""A command's page says what its --help says."""

from __future__ import annotations

import click
import pytest

from docs.generate.commands import pages, statuses
from netdiag.cli import COMMANDS, load
from netdiag.cli.exit_status import ExitStatus

PAGES = pages()


@pytest.mark.parametrize("command", [*map(load, COMMANDS)], ids=lambda command: command.name)
def test_a_page_has_every_option(command: click.Command) -> None:
    page = PAGES[f"commands/{command.name}.md"]
    options = [param for param in command.params if isinstance(param, click.Option)]
    for option in options:
        assert option.hidden or option.opts[-1] in page, option.name


def test_every_exit_status_has_its_meaning() -> None:
    numbers = [number for numbers, _ in statuses() for number in numbers]
    assert numbers == [status.value for status in ExitStatus]
    assert all(text.endswith(".") for _, text in statuses())


def test_what_click_keeps_as_it_is_stays_a_block() -> None:
    page = PAGES["commands/index.md"]
    assert "**Examples:**\n\n```console\nnetdiag analyze incident.pcap\n" in page


def test_a_command_names_the_guides_that_use_it() -> None:
    assert "{doc}`/guide/index`" in PAGES["commands/analyze.md"]
