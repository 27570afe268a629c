"""What the charts name."""

from __future__ import annotations

from typing import get_args

from netdiag.report.charts import GapEnd, MarkKind
from netdiag.report.formats.html_format import terms


def test_every_word_of_the_contract_has_a_name_of_its_own() -> None:
    for names, words in ((terms.GAP_ENDS, GapEnd), (terms.MARKS, MarkKind)):
        assert set(names) == set(get_args(words))
        assert len(set(names.values())) == len(names)
