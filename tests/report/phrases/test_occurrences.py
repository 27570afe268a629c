"""Occurrences in columns; the terminal's tests have more of their cells."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from netdiag.report.finding import Outcome, PassedOnEvent, RetryEvent
from netdiag.report.phrases import occurrences
from tests.report.example import STALE

FIRST = STALE.occurrences[0]


def test_columns_have_a_cell_for_each() -> None:
    columns = occurrences.columns(STALE.occurrences, 1)
    assert [column.head for column in columns] == [
        "",
        "idle",
        "close",
        "after close",
        "request",
        "outcome",
    ]
    assert {len(column.cells) for column in columns} == {3}
    assert columns[0].cells == ("c17", "c23", "c31")


def test_a_column_without_anything_is_left_out() -> None:
    closed = replace(FIRST, request=None, after_close_s=None)
    heads = [column.head for column in occurrences.columns([closed], 1)]
    assert heads == ["", "idle", "close", "outcome"]


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_has_its_word(outcome: Outcome) -> None:
    entry = replace(FIRST, outcome=outcome, reset=None, retry=None)
    assert occurrences.columns([entry], 1)[-1].cells == (outcome,)


def test_what_became_of_it_in_the_end() -> None:
    failed = RetryEvent("c18", 61, 0, 0.4, "failed", None)
    passed_on = PassedOnEvent("c1", 0, 0, 70, 0.1, 502, "high")
    entry = replace(FIRST, retry=failed, passed_on=passed_on)
    expected = "reset in 58, retry failed, client got 502"
    assert occurrences.columns([entry], 1)[-1].cells == (expected,)


def test_title_and_note() -> None:
    assert occurrences.title(1) == "The occurrence"
    assert occurrences.title(1234) == "The 1,234 occurrences"
    assert occurrences.note([FIRST]).startswith("on 2017-05-12, times in UTC")
    assert occurrences.note([]).startswith("times in UTC")
    assert occurrences.hidden(3, 3) == "and 3 more, listed in the JSON report"
    assert occurrences.hidden(30_000, 90) == "and 30,000 more, of which the JSON report lists 90"
