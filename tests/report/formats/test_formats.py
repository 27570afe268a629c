"""The shelf of formats: every entry can be found and keeps the rules that all of them share."""

from __future__ import annotations

import pytest

from netdiag.report.formats import FORMATS, Format, format_named
from netdiag.report.page import PLAIN, Page
from tests.report.example import EXAMPLE, QUIET
from tests.report.hostile import HOSTILE, controls_in, poison

ALL = pytest.mark.parametrize("entry", FORMATS, ids=[entry.name for entry in FORMATS])


@ALL
def test_entries_are_found_by_their_name(entry: Format) -> None:
    assert format_named(entry.name) is entry


@ALL
def test_texts_end_with_one_newline(entry: Format) -> None:
    for report in (EXAMPLE, QUIET):
        text = entry.render(report, PLAIN)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


@ALL
@pytest.mark.parametrize("page", [PLAIN, Page(colour=True), Page(unicode=False)])
def test_nothing_hostile_gets_through(entry: Format, page: Page) -> None:
    assert not controls_in(entry.render(poison(EXAMPLE, HOSTILE), page))


@ALL
def test_ascii_pages_get_ascii(entry: Format) -> None:
    assert entry.render(poison(EXAMPLE, HOSTILE), Page(unicode=False)).isascii()
