"""WHAT TO CHANGE."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from netdiag.report.finding import Advice, Audience
from netdiag.report.formats.terminal_format import changes
from netdiag.report.model import Report
from tests.report.example import EXAMPLE, QUIET, STALE

from .conftest import Write


def advising(advice: Advice) -> Report:
    return replace(EXAMPLE, findings=(replace(STALE, advice=(advice,)),))


def test_snippets_can_be_pasted(write: Write) -> None:
    text = write(changes.write, EXAMPLE)
    snippet = STALE.advice[0].snippet
    assert snippet is not None
    assert "\n".join(f"      {line}" for line in snippet.splitlines()) in text


def test_tabs_and_empty_lines_in_snippets(write: Write) -> None:
    advice = Advice("client", None, "Do it.", "a {\n\n\tb\n}", "text")
    assert "      a {\n\n          b\n      }\n" in write(changes.write, advising(advice))


@pytest.mark.parametrize("audience", get_args(Audience))
def test_every_audience_has_its_place(write: Write, audience: Audience) -> None:
    text = write(changes.write, advising(Advice(audience, "Product/1", "Do it.")))
    assert f"{audience} (Product/1)\n    Do it.\n" in text


def test_where_to_read_on(write: Write) -> None:
    assert write(changes.write, EXAMPLE).endswith("Read more: netdiag explain stale-keep-alive\n")


def test_nothing_to_change(write: Write) -> None:
    assert write(changes.write, QUIET) == ""
