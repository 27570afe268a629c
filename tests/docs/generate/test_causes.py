"""A cause's page has its manual, links to its look-alikes, and captures that show it."""

from __future__ import annotations

import pytest

from docs.generate.causes import look_alikes, pages
from netdiag.diagnosis.causes import CAUSES, Cause

PAGES = pages()


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.slug)
def test_a_page_is_the_whole_manual(cause: Cause) -> None:
    page = PAGES[f"causes/{cause.slug}.md"]
    headings = [line for line in cause.manual.splitlines() if line.startswith("## ")]
    assert [line for line in page.splitlines() if line in headings] == headings
    assert all(f"[{slug}]({slug}.md)" in page for slug in look_alikes(cause))


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.slug)
def test_every_cause_is_shown_on_a_capture(cause: Cause) -> None:
    assert "```{run} netdiag analyze fixtures/pcaps/" in PAGES[f"causes/{cause.slug}.md"]


def test_a_cause_is_no_look_alike_of_itself() -> None:
    assert all(cause.slug not in look_alikes(cause) for cause in CAUSES)
