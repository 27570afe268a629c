"""Frames that gave no segment are counted by kind."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.decode.layers import Protocol
from netdiag.decode.outcomes import report_outcomes, report_rows
from netdiag.decode.peeling import Peeling
from netdiag.problems import ProblemLog
from tests.decode.building import records


def reported(*outcomes: Protocol, originals: list[int] | None = None) -> list[tuple[str, int, int]]:
    rows = records([bytes(60)] * len(outcomes), originals=originals).rows
    protocol = np.array(outcomes, np.uint8)
    problems = ProblemLog()
    report_outcomes(rows, Peeling(protocol, rows.start, rows.start, rows.start), problems)
    return [(p.code, p.frame or 0, p.count) for p in problems.entries()]


def test_what_leads_nowhere_is_no_problem() -> None:
    assert reported(Protocol.OTHER, Protocol.TCP) == []


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Protocol.FRAGMENT, "ipv4-fragments"),
        (Protocol.FRAGMENT_V6, "ipv6-fragments"),
        (Protocol.BAD_IPV4, "malformed-ipv4"),
        (Protocol.BAD_IPV6, "malformed-ipv6"),
        (Protocol.CUT, "malformed-frame"),
        (Protocol.MPLS, "deep-tunnel"),
        (Protocol.BAD_TCP, "malformed-tcp"),
    ],
)
def test_each_outcome_has_its_code(outcome: Protocol, code: str) -> None:
    assert reported(Protocol.TCP, outcome, Protocol.OTHER, outcome) == [(code, 2, 2)]


def test_the_snap_length_is_blamed_for_what_it_cut() -> None:
    got = reported(Protocol.CUT, Protocol.CUT, Protocol.CUT, originals=[90, 60, 61])
    assert got == [("headers-cut", 1, 2), ("malformed-frame", 2, 1)]


def test_no_rows_are_no_problem() -> None:
    problems = ProblemLog()
    rows = records([bytes(1)] * 3).rows
    report_rows(rows, np.zeros(3, np.bool_), ("code", "detail"), problems)
    assert problems.entries() == ()
    report_rows(rows, np.array([False, True, True]), ("code", "detail"), problems)
    assert [(p.code, p.frame, p.count) for p in problems.entries()] == [("code", 2, 2)]
