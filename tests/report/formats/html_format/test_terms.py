"""The contract's words, as the page says them."""

from __future__ import annotations

import dataclasses
from typing import get_args

from netdiag.report.charts import GapEnd, MarkKind
from netdiag.report.finding import Audience, Confidence, Outcome, Severity
from netdiag.report.formats.html_format import terms
from netdiag.report.model import ServerCloses, Vantage
from tests.report.example import TIMEOUT


def test_every_word_of_the_contract_is_said() -> None:
    for words, say in (
        (Severity, terms.severity),
        (Confidence, terms.confidence),
        (Outcome, terms.outcome),
        (Audience, terms.audience),
        (Vantage, terms.vantage),
        (GapEnd, terms.gap_end),
    ):
        said = [say(word) for word in get_args(words)]  # type: ignore[operator]
        assert all(said)
        assert len(set(said)) == len(said)
    assert set(terms.MARKS) == set(get_args(MarkKind))


def test_a_timeout_with_what_is_known_of_it() -> None:
    known = dataclasses.replace(TIMEOUT, estimate_s=20.0, low_s=19.4, high_s=20.0)
    assert terms.timeout_range(known) == "20 s (from 19.4 s to 20 s)"
    assert terms.timeout_range(dataclasses.replace(known, low_s=None)) == "20 s"
    assert terms.timeout_range(dataclasses.replace(known, high_s=None)) == "20 s (more than 19.4 s)"
    lower = dataclasses.replace(known, estimate_s=None, high_s=None)
    assert terms.timeout_range(lower) == "more than 19.4 s"


def test_only_closes_that_were_seen() -> None:
    assert terms.closes(ServerCloses(server_fin=2, open=1)) == [
        ("server FIN", 2),
        ("still open", 1),
    ]
    assert terms.closes(ServerCloses()) == []
