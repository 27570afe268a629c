"""How much of several files has been read."""

from __future__ import annotations

from netdiag.decode.tally import Tally


def test_the_sum_over_files_in_any_order() -> None:
    told: list[int] = []
    tally = Tally(told.append)
    first, second = tally.of(0), tally.of(1)
    assert first is not None
    assert second is not None
    second(10)
    first(1)
    second(30)
    assert told == [10, 11, 31]


def test_nobody_wants_to_know() -> None:
    tally = Tally(None)
    tally.tell(0, 5)
    assert tally.of(0) is None
