"""The whole Markdown report."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.report.formats.markdown_format import render
from netdiag.report.model import Report
from netdiag.report.page import PLAIN, Page
from tests.conftest import Golden
from tests.report.example import EXAMPLE, QUIET
from tests.report.hostile import HOSTILE, controls_in, poison

from .rendered import ACTIVE, OURS, blocks, elements, outside_code

SKELETON = blocks(render(poison(EXAMPLE, "word"), PLAIN))


def test_the_whole_report(golden: Golden) -> None:
    golden("example.md", render(EXAMPLE, PLAIN))


def test_nothing_found(golden: Golden) -> None:
    golden("quiet.md", render(QUIET, PLAIN))


def test_the_verdict_comes_first_and_needs_no_mark_up() -> None:
    title, headline = render(EXAMPLE, PLAIN).split("\n\n")[:2]
    assert title == "## stale-keep-alive: error, high confidence"
    assert headline.startswith("**3 requests from 10.0.0.5 failed because they were sent")


@pytest.mark.parametrize("report", [EXAMPLE, QUIET])
def test_nothing_in_it_does_anything(report: Report) -> None:
    text = render(report, PLAIN)
    assert elements(text) <= OURS
    assert not [piece for piece in outside_code(text) if ACTIVE.search(piece)]


HOSTILE_TEXTS = [
    HOSTILE,
    "@here <!channel> [x](javascript:alert(1)) | #1 `` ``` <b> **b** http://e.org :tada: $x$",
    "```\n</pre><script>alert(1)</script>\n~~~\n- x\n1. y\n# z\n| a |",
    "|",
    "`",
    "\\",
    "1.",
    "-",
]


@pytest.mark.parametrize("page", [PLAIN, Page(unicode=False)])
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_changes_nothing_but_text(text: str, page: Page) -> None:
    written = render(poison(EXAMPLE, text), page)
    assert blocks(written) == SKELETON
    assert elements(written) <= OURS
    assert not [piece for piece in outside_code(written) if ACTIVE.search(piece)]
    assert not controls_in(written)
    assert page.unicode or written.isascii()


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_any_text_changes_nothing_but_text(text: str) -> None:
    written = render(poison(EXAMPLE, text), PLAIN)
    assert blocks(written) == SKELETON
    assert elements(written) <= OURS
    assert not [piece for piece in outside_code(written) if ACTIVE.search(piece)]
    assert not controls_in(written)


def test_an_empty_report_is_a_report() -> None:
    empty = replace(QUIET, captures=(), servers=(), clients=(), limits=())
    assert render(empty, PLAIN).startswith("## Nothing found: high confidence\n\n**No request")
