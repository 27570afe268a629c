"""Log lines are found below what happened, with the causes that are possible."""

from __future__ import annotations

from typing import get_args

from docs.generate.products import OUTCOMES
from docs.generate.symptoms import pages
from netdiag.diagnosis.products.product import Outcome

PAGE = pages()["symptoms.md"]


def test_every_outcome_has_its_part() -> None:
    assert set(OUTCOMES) == set(get_args(Outcome))
    assert PAGE.count("Possible causes: [") == len(OUTCOMES)


def test_the_exception_is_found_with_its_cause() -> None:
    part = PAGE.split("## A RST answered a request that came after the server's FIN")[1]
    part = part.split("\n## ")[0]
    assert "NoHttpResponseException" in part
    assert "[stale-keep-alive](causes/stale-keep-alive.md)" in part
