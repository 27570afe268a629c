"""What is told of the stretches that could not be read."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.capture.blocks import Blocks
from netdiag.capture.records import RecordColumns
from netdiag.capture.skipped import SkipLog, Skipped
from netdiag.problems import ProblemLog
from tests.capture.building import BytesStream


def rows(*times_ns: int) -> RecordColumns:
    values = np.array(times_ns, np.int64)
    return RecordColumns.empty().take(slice(0, 0)) if not len(values) else _rows(values)


def _rows(times_ns: np.ndarray) -> RecordColumns:
    same = np.zeros(len(times_ns), np.int64)
    return RecordColumns(
        frame=same,
        time_ns=times_ns,
        start=same,
        captured=same,
        original=same,
        link_type=same.astype(np.int32),
        interface=same.astype(np.int32),
    )


@pytest.fixture
def log() -> SkipLog:
    blocks = Blocks(BytesStream(bytes(10_000)), 1000)
    blocks.advance(0)
    return SkipLog(blocks, ProblemLog())


def test_a_hole_is_told_once_it_is_known_what_follows(log: SkipLog) -> None:
    log.see(rows(1, 5_000_000_000))
    log.begin(400, 20, "is odd")
    log.end(600)
    assert log.entries == []
    log.see(rows(7_500_000_000, 9_000_000_000))
    assert log.entries == [Skipped(400, 200, 20, 5_000_000_000, 7_500_000_000, 10)]
    assert log.entries[0].seconds == 2.5
    (problem,) = log._problems.entries()
    assert problem.code == "damaged-file"
    assert problem.detail == (
        "the record behind packet 20, at byte 400, is odd; 200 bytes skipped (about 10 packets, "
        "2.500 s), then read on: the packets behind them are numbered from 21 as if none were "
        "missing, and other programs may stop there or count differently"
    )


def test_nothing_behind_it(log: SkipLog) -> None:
    log.see(rows(5))
    log.begin(400, 20, "is odd")
    log.finish()
    assert log.entries == [Skipped(400, 600, 20, 5, None, 30)]
    assert log.entries[0].seconds is None
    assert log._problems.entries()[0].detail == (
        "the record behind packet 20, at byte 400, is odd; analysed up to packet 20"
    )


def test_nothing_before_it(log: SkipLog) -> None:
    log.begin(24, 0, "is odd")
    log.end(124)
    log.see(rows(5))
    assert log.entries == [Skipped(24, 100, 0, None, 5, None)]
    assert "100 bytes skipped, then read on" in log._problems.entries()[0].detail


def test_damage_behind_damage_is_one_hole(log: SkipLog) -> None:
    log.begin(100, 1, "is odd")
    log.end(200)
    log.begin(200, 1, "is odder")
    log.end(300)
    log.see(rows(5))
    assert [(s.byte, s.bytes) for s in log.entries] == [(100, 200)]
    log.finish()
    assert len(log.entries) == 1
