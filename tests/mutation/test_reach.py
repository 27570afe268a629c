"""Which tests are run for a mutant, in which order."""

from __future__ import annotations

from tests.mutation.reach import CPU_S, REPORTS, Check, stages

MUTANT = "netdiag.timeouts.holes.x_without_holes__mutmut_1"
CALLED = frozenset({"netdiag.timeouts.holes.x_without_holes"})
TWIN, ROOM = "tests/timeouts/test_holes.py", "tests/timeouts/test_infer.py"


def chosen(*tests: Check) -> list[list[str]]:
    return [[test.name for test in stage] for stage in stages(MUTANT, tests)]


def test_the_modules_own_tests_then_the_rooms_then_reports() -> None:
    tests = [
        Check(f"{REPORTS}::a", 0.1, CALLED),
        Check(f"{ROOM}::slow", 0.4, CALLED),
        Check(f"{ROOM}::quick", 0.2, CALLED),
        Check(f"{TWIN}::own", 0.9, CALLED),
    ]
    expected = [[f"{TWIN}::own"], [f"{ROOM}::quick", f"{ROOM}::slow"], [f"{REPORTS}::a"]]
    assert chosen(*tests) == expected


def test_only_what_calls_the_function() -> None:
    assert chosen(Check(f"{TWIN}::own", 0.1, frozenset({"netdiag.timeouts.holes.x_other"}))) == []


def test_what_takes_too_long_is_left_out_but_reports_never_are() -> None:
    tests = [
        Check(f"{TWIN}::own", CPU_S - 1, CALLED),
        Check(f"{ROOM}::first", 2, CALLED),
        Check(f"{ROOM}::second", 3, CALLED),
        Check(f"{REPORTS}::a", CPU_S, CALLED),
    ]
    assert chosen(*tests) == [[f"{TWIN}::own"], [f"{ROOM}::first"], [f"{REPORTS}::a"]]


def test_one_test_runs_however_long_it_takes() -> None:
    assert chosen(Check(f"{TWIN}::own", 2 * CPU_S, CALLED)) == [[f"{TWIN}::own"]]
