"""The whole terminal report."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.report.formats.terminal_format import render
from netdiag.report.model import Report
from netdiag.report.page import PLAIN, Page
from tests.conftest import Golden
from tests.report.example import EXAMPLE, QUIET, STALE
from tests.report.hostile import FIXED, HOSTILE, controls_in, poison, widest

PAGES = [PLAIN, Page(colour=True), Page(unicode=False), Page(width=100), Page(width=60)]


def test_the_whole_report(golden: Golden) -> None:
    golden("example.txt", render(EXAMPLE, PLAIN))


def test_the_whole_report_in_ascii(golden: Golden) -> None:
    golden("example.ascii.txt", render(EXAMPLE, Page(unicode=False)))


def test_the_whole_report_in_colour(golden: Golden) -> None:
    golden("example.ansi.txt", render(EXAMPLE, Page(colour=True)))


def test_nothing_found(golden: Golden) -> None:
    golden("quiet.txt", render(QUIET, PLAIN))


def test_a_risk_without_a_failure(golden: Golden) -> None:
    verdict = replace(
        EXAMPLE.verdict,
        cause="none",
        headline="No request failed, but 10.0.0.5 keeps 9 connections that "
        "10.77.145.107:10072 has closed.",
    )
    risky = replace(EXAMPLE, verdict=verdict, findings=EXAMPLE.findings[1:])
    golden("risk.txt", render(risky, PLAIN))


LONG = "https://[2001:db8:ffff:ffff:ffff:ffff:255.255.255.255]:65535/" + "a" * 200
CODE = frozenset({"snippet", "command"})
SNIPPETS = {line.strip() for advice in STALE.advice for line in (advice.snippet or "").splitlines()}


def is_code(line: str) -> bool:
    return line.strip() in SNIPPETS or line.startswith("    tcpdump ")


TEXTS = {"hostile": HOSTILE, "long": LONG, "wide": "中文字符" * 60, "words": "a bc def " * 40}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", [*TEXTS, "empty"])
def test_no_line_is_wider_than_the_page(name: str, page: Page) -> None:
    poisoned = poison(EXAMPLE, TEXTS.get(name, ""), FIXED | CODE)
    text = render(poisoned, page)
    lines = [line for line in text.splitlines() if not is_code(line)]
    assert widest("\n".join(lines)) <= page.width


def test_code_is_whole_however_long() -> None:
    text = render(poison(EXAMPLE, "x" * 200, FIXED | {"snippet"}), Page(width=60))
    assert {line.strip() for line in text.splitlines()} >= SNIPPETS


def test_large_numbers_fit_too() -> None:
    occurrence = replace(
        STALE.occurrences[0],
        connection="c123456789",
        idle_before_close_s=12345678.9,
        after_close_s=-0.0001,
        timeline=tuple(
            replace(step, frame=123_456_789, at_s=step.at_s * 1e6)
            for step in STALE.occurrences[0].timeline
        ),
    )
    finding = replace(STALE, occurrences=(occurrence,) * 12)
    text = render(replace(EXAMPLE, findings=(finding,)), PLAIN)
    assert widest(text) <= PLAIN.width
    assert "and 2 more" in text


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec=None), max_size=120), st.sampled_from(PAGES))
def test_any_text_is_harmless_and_fits(text: str, page: Page) -> None:
    written = render(poison(EXAMPLE, text), page)
    assert not controls_in(written)
    assert page.unicode or written.isascii()
    assert "\x1b" not in written or page.colour


@pytest.mark.parametrize("report", [EXAMPLE, QUIET])
def test_colour_changes_nothing_but_colours(report: Report) -> None:
    coloured = render(report, Page(colour=True))
    assert "\x1b[" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == render(report, PLAIN)


def test_markup_in_a_capture_is_text() -> None:
    assert "[red]bold[/]" in render(poison(EXAMPLE, "[red]bold[/] :smile:"), PLAIN)
    assert ":smile:" in render(poison(EXAMPLE, "[red]bold[/] :smile:"), PLAIN)


def test_an_empty_report_is_a_report() -> None:
    empty = replace(QUIET, captures=(), servers=(), clients=(), limits=())
    assert render(empty, PLAIN).startswith("NOTHING FOUND")
