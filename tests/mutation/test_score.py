"""What counts as killed."""

from __future__ import annotations

from tests.mutation.score import REPORTED, SURVIVED, Score, interval, killed, scores, survivors

RESULTS = {
    "netdiag.timeouts.holes.x_without_holes__mutmut_1": 1,  # a test failed
    "netdiag.timeouts.holes.x_without_holes__mutmut_2": 0,  # none did
    "netdiag.timeouts.timers.xǁNoiseǁover__mutmut_1": 33,  # none runs it
    "netdiag.timeouts.timers.xǁNoiseǁover__mutmut_2": -24,  # it ran for ever
    "netdiag.timeouts.timers.xǁNoiseǁover__mutmut_3": None,
}


def test_scores_by_module() -> None:
    assert scores(RESULTS) == {
        "timeouts.holes": Score(killed=1, reported=0, tried=2, all=2),
        "timeouts.timers": Score(killed=1, reported=0, tried=2, all=3),
    }


def test_what_was_not_tried_is_no_part_of_the_share() -> None:
    assert killed(Score.of(RESULTS.values())) == 0.5
    assert killed(Score.of([None])) == 0


def test_what_only_a_report_shows_is_killed_but_told_apart() -> None:
    assert Score.of([REPORTED, 1, SURVIVED]) == Score(killed=2, reported=1, tried=3, all=3)


def test_the_interval_of_a_share() -> None:
    """Against R: prop.test(90, 100, correct = FALSE)."""
    low, high = interval(Score.of([1] * 90 + [0] * 10))
    assert (round(low, 4), round(high, 4)) == (0.8256, 0.9448)
    assert interval(Score.of([])) == (0, 1)


def test_survivors() -> None:
    names = list(RESULTS)
    assert list(survivors(RESULTS)) == [f"{names[1]}: survived", f"{names[2]}: no test runs it"]
