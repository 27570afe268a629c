"""Oddities are named and counted, once a code."""

from __future__ import annotations

from netdiag.problems import MOST_EACH, Problem, ProblemLog


def test_an_empty_log_has_no_entries() -> None:
    assert ProblemLog().entries() == ()


def test_one_oddity() -> None:
    log = ProblemLog()
    log.add("truncated-file", "the file ends inside a packet", frame=7)
    assert log.entries() == (Problem("truncated-file", "the file ends inside a packet", 7, 1),)


def test_counts_add_up_and_the_first_detail_and_frame_stay() -> None:
    log = ProblemLog()
    log.add("cut", "first", frame=3, count=2)
    log.add("cut", "second", frame=9, count=40)
    assert log.entries() == (Problem("cut", "first", 3, 42),)


def test_a_first_oddity_without_a_frame_keeps_none() -> None:
    log = ProblemLog()
    log.add("gap", "somewhere")
    log.add("gap", "at last", frame=5)
    assert log.entries() == (Problem("gap", "somewhere", None, 2),)


def test_codes_come_in_the_order_of_their_first_appearance() -> None:
    log = ProblemLog()
    for code in ("b", "a", "b", "c", "a"):
        log.add(code, code)
    assert [(p.code, p.count) for p in log.entries()] == [("b", 2), ("a", 2), ("c", 1)]


def test_nothing_counted_is_nothing_added() -> None:
    log = ProblemLog()
    log.add("none", "none at all", count=0)
    assert log.entries() == ()
    log.add("some", "two", count=2)
    log.add("some", "none", count=0)
    assert log.entries() == (Problem("some", "two", None, 2),)


def test_memory_is_bound_by_the_number_of_codes() -> None:
    log = ProblemLog()
    for frame in range(10_000):
        log.add(f"code-{frame % 3}", "again", frame)
    assert [p.count for p in log.entries()] == [3334, 3333, 3333]
    assert [p.frame for p in log.entries()] == [0, 1, 2]


def test_oddities_with_a_place_each_are_told_one_by_one_up_to_a_limit() -> None:
    log = ProblemLog()
    log.add("other", "before")
    for number in range(100):
        log.add_each("hole", f"number {number}")
    holes = log.entries()[1:]
    assert [p.detail for p in holes] == [f"number {n}" for n in range(MOST_EACH)]
    assert {p.code for p in holes} == {"hole"}
    assert [p.count for p in holes] == [1] * (MOST_EACH - 1) + [100 - MOST_EACH + 1]
