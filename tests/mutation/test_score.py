"""What counts as killed."""

from __future__ import annotations

from tests.mutation.score import Score, killed, scores, survivors

RESULTS = {
    "netdiag.timeouts.holes.x_without_holes__mutmut_1": 1,  # a test failed
    "netdiag.timeouts.holes.x_without_holes__mutmut_2": 0,  # none did
    "netdiag.timeouts.timers.xǁNoiseǁover__mutmut_1": 33,  # none runs it
    "netdiag.timeouts.timers.xǁNoiseǁover__mutmut_2": -24,  # it ran for ever
    "netdiag.timeouts.timers.xǁNoiseǁover__mutmut_3": None,
}


def test_scores_by_module() -> None:
    assert scores(RESULTS) == {
        "timeouts.holes": Score(killed=1, tried=2, all=2),
        "timeouts.timers": Score(killed=1, tried=2, all=3),
    }


def test_what_was_not_tried_is_no_part_of_the_share() -> None:
    assert killed(Score.of(RESULTS.values())) == 0.5
    assert killed(Score.of([None])) == 0


def test_survivors() -> None:
    names = list(RESULTS)
    assert list(survivors(RESULTS)) == [f"{names[1]}: survived", f"{names[2]}: no test runs it"]
