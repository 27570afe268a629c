"""Which change the wire shows."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from netdiag.comparison.cures import find_cures
from netdiag.comparison.model import Fates, Measures
from tests.comparison.pairs import compared

BEFORE = compared("cure-before").before.measures


def after(**fates: int) -> Measures:
    """The same side with other fates."""
    exposure = replace(BEFORE.exposure, occasions=sum(fates.values()), fates=Fates(**fates))
    return replace(BEFORE, exposure=exposure)


@pytest.mark.parametrize(
    ("fate", "kind"),
    [
        ("expired", "client-limit"),
        ("checked", "check-before-use"),
        ("noticed", "client-follows"),
        ("answered", "server-timeout"),
        ("not_kept", "not-kept"),
    ],
)
def test_each_has_its_mark(fate: str, kind: str) -> None:
    (cure,) = find_cures(BEFORE, after(**{fate: 20}))
    assert (cure.kind, cure.before, cure.after) == (kind, 0, 20)
    assert cure.text.endswith(".")


def test_several_at_once_most_often_first() -> None:
    kinds = [cure.kind for cure in find_cures(BEFORE, after(checked=5, expired=15))]
    assert kinds == ["client-limit", "check-before-use"]


def test_a_share_that_hardly_grew_is_none() -> None:
    assert find_cures(BEFORE, after(harmed=95, answered=5)) == ()
    assert find_cures(BEFORE, BEFORE) == ()


def test_recorded_ones_are_told_with_their_numbers() -> None:
    assert "after 1 s" in compared("cure-by-limit").cures[0].text
    assert "18 of 18" in compared("cure-by-retries").cures[0].text
    assert "a request after 5" in compared("cure-at-server").cures[0].text
