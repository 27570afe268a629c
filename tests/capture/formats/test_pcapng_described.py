"""Interfaces as columns, however many there are."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.capture.formats import pcapng_described
from netdiag.capture.formats.pcapng_described import MOST_NAMED, Described
from netdiag.capture.formats.pcapng_interfaces import NAME, NANOSECONDS, Interface
from netdiag.problems import ProblemLog


def test_each_row_has_the_clock_the_link_type_and_the_snap_length_of_its_interface() -> None:
    described = Described(ProblemLog())
    for interface in (Interface(1, 64), Interface(101, 0, NANOSECONDS, 7), Interface(1, 96, 0, -1)):
        described.add(interface)
    rows = np.array([2, 0, 1, 0])
    ticks = np.array([3, 3, 3, 4], np.uint64)
    assert described.times_ns(rows, ticks).tolist() == [2_000_000_000, 3000, 7_000_000_003, 4000]
    assert described.times_ns(rows[:1], ticks[:1]).tolist() == [2_000_000_000]
    assert described.times_ns(rows[:0], ticks[:0]).tolist() == []
    assert described.link_types(rows).tolist() == [1, 1, 101, 1]
    assert described.snap_lengths(np.array([2, 3, 0])).tolist() == [96, 0, 64]


def test_nothing_described_has_no_limit() -> None:
    described = Described(ProblemLog())
    assert described.snap_lengths(np.array([0, 5])).tolist() == [0, 0]
    assert described.link_types(np.empty(0, np.int64)).tolist() == []


def test_of_many_interfaces_the_texts_are_not_kept() -> None:
    described = Described(ProblemLog())
    for number in range(MOST_NAMED + 2):
        described.add(Interface(1, number, texts=((NAME, b"eth0"),)))
    assert described.entries[MOST_NAMED - 1].texts
    assert not described.entries[MOST_NAMED].texts


def test_of_too_many_interfaces_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcapng_described, "MOST_DESCRIBED", 3)
    problems = ProblemLog()
    described = Described(problems)
    for number in range(5):
        described.add(Interface(1, number))
    assert len(described) == 3
    (problem,) = problems.entries()
    assert (problem.code, problem.count) == ("too-many-interfaces", 2)
