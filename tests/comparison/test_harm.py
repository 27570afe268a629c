"""Who was harmed, and by what kind of cause."""

from __future__ import annotations

import pytest

from netdiag.comparison.harm import find_harm
from tests.recorded import examine


@pytest.mark.parametrize(
    ("name", "reuses", "absorbed"),
    [("cure-before", 17, 0), ("cure-by-retries", 18, 18), ("httpclient-default-retry", 4, 3)],
)
def test_harmed_reuses(name: str, reuses: int, absorbed: int) -> None:
    harm = find_harm(examine(name).findings)
    assert len(harm.reuses) == reuses
    assert sum(reuse.absorbed for reuse in harm.reuses) == absorbed
    assert harm.others == {}
    assert list(harm.reuses) == sorted(harm.reuses, key=lambda reuse: reuse.exchange)


def test_other_causes() -> None:
    harm = find_harm(examine("announced-close-ignored").findings)
    assert harm.reuses == ()
    assert [*harm.others.values()] == [{"announced-close-ignored": 3}]


def test_what_never_reaches_the_wire() -> None:
    harm = find_harm(examine("mariadb-idle-reset").findings)
    assert harm.reuses == ()
    assert sum(harm.unseen.values()) > 0
