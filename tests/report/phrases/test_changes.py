"""Advice, other findings and next captures."""

from __future__ import annotations

import shlex
from typing import get_args

import pytest

from netdiag.report.finding import Advice, Audience
from netdiag.report.phrases import changes
from tests.report.example import LEAK, NEXT, STALE


@pytest.mark.parametrize("audience", get_args(Audience))
def test_every_audience_has_its_words(audience: Audience) -> None:
    assert changes.AUDIENCES[audience] == audience
    assert changes.where(Advice(audience, None, "Do it.")).endswith(f" the {audience}")
    assert changes.where(Advice(audience, "X/1", "Do it.")).endswith(f" the {audience} (X/1)")


def test_where_to_read_on() -> None:
    assert changes.explaining(STALE) == "netdiag explain stale-keep-alive"
    assert "{command}" in changes.READ_MORE


def test_a_command_on_two_lines_is_the_same_command() -> None:
    broken = changes.broken(NEXT.command)
    assert broken.count("\n") == 1
    assert shlex.split(broken.replace("\\\n", "")) == shlex.split(NEXT.command)
    assert changes.broken("tcpdump -i any") == "tcpdump -i any"


def test_findings_in_short() -> None:
    assert changes.told_in_short(LEAK).startswith("The client keeps 9 connections that the server")
    assert changes.times(STALE) == "3 times; first: tcp.stream eq 16"
    assert changes.more_findings(1, 1) == "and 1 more finding, listed in the JSON report"
    assert changes.more_findings(1200, 492) == (
        "and 1,200 more findings, of which the JSON report lists 492"
    )
