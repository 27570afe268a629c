"""Activity: requests, closes and failures, counted in bins."""

from __future__ import annotations

import pytest

from netdiag.report.build.activity import MOST_BINS, activity
from netdiag.report.charts import Activity
from tests.recorded import Examined
from tests.scripted import Scripted, pooled, reused


def of(found: Examined) -> Activity:
    made = activity(found.subject, found.findings)
    assert made is not None
    return made


def test_everything_is_counted_where_it_fell(scripted: Scripted) -> None:
    made = of(scripted(reused(5, 3), pooled(client_port=40001, start_s=20)))
    assert sum(made.requests) == 3
    assert sum(made.server_closes) == 1
    (failures,) = made.failures
    assert (failures.finding, sum(failures.counts)) == (0, 1)
    assert failures.counts.index(1) == pytest.approx(8 / made.bin_s, abs=1)
    assert made.server_closes.index(1) == pytest.approx(5 / made.bin_s, abs=1)
    assert round(made.duration_s) == 20


@pytest.mark.parametrize("span_s", [0.001, 0.5, 7, 119, 120, 121, 3600, 86_400])
def test_bins_are_round_and_not_too_many(scripted: Scripted, span_s: float) -> None:
    made = of(scripted(reused(0.5, 0.2), pooled(client_port=40001, start_s=span_s)))
    assert len(made.requests) <= MOST_BINS
    assert len(made.requests) == len(made.server_closes) == len(made.failures[0].counts)
    assert made.bin_s * len(made.requests) >= made.duration_s
    assert f"{made.bin_s:e}"[0] in "125"


def test_nothing_without_packets(scripted: Scripted) -> None:
    found = scripted()
    assert activity(found.subject, found.findings) is None
