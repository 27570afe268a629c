"""A comparison on the terminal."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from netdiag.comparison.formats.terminal_format import render
from netdiag.language import speaking
from netdiag.report.page import PLAIN, Page
from tests.comparison.pairs import compared
from tests.conftest import Golden

TELLING = ["cure-by-limit", "cure-that-is-none", "cure-with-few-requests"]


@pytest.mark.parametrize("after", TELLING)
def test_telling_ones(after: str, golden: Golden) -> None:
    golden(f"{after}.txt", render(compared(after), PLAIN))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("after", [*TELLING, "cure-by-retries", "cure-by-check", "nginx-stale"])
def test_no_line_is_wider_than_the_page(after: str, language: str) -> None:
    with speaking(language):
        text = render(compared(after), PLAIN)
    assert all(cell_len(line) <= 80 for line in text.splitlines())


def test_plain_ascii_and_colours() -> None:
    made = compared("cure-by-limit")
    assert render(made, Page(unicode=False)).isascii()
    assert "\x1b[" in render(made, Page(colour=True))
    assert "\x1b" not in render(made, PLAIN)


def test_what_a_capture_holds_is_no_control_sequence() -> None:
    made = compared("cure-by-limit")
    verdict = replace(made.verdict, headline="\x1b[2J[red]x")
    text = render(replace(made, verdict=verdict), PLAIN)
    assert "\\x1b[2J[red]x" in text


def test_several_servers_are_listed() -> None:
    made = compared("cure-by-limit")
    text = render(replace(made, servers=made.servers * 10), PLAIN)
    assert text.count("127.0.0.1:21200: WORKED") == 8
    assert "and 2 more" in text
