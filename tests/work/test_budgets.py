"""An examination costs no more than its budgets, compiled or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.native import native
from tests.work.budgets import BUDGETS, PEAK_BYTES, ROWS_EACH, Counts, each, grown

ROOT = Path(__file__).parents[2]
SMALL, LARGE = 50_000, 200_000
LONG, LONGER = 600_000, 1_200_000
MODES = {"compiled": {"NETDIAG_PURE": ""}, "pure": {"NETDIAG_PURE": "1"}}


def counted(shape: str, packets: int, mode: str) -> Counts:
    """Count in a process of its own: what runs here has imported and cached what it wanted."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.work.measuring", shape, str(packets)],
        cwd=ROOT,
        env={**os.environ, **MODES[mode]},
        capture_output=True,
        text=True,
        check=True,
    )
    counts: Counts = json.loads(run.stdout)
    return counts


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", ["keep-alive", "short"])
def test_an_examination_stays_within_its_budgets(shape: str, mode: str) -> None:
    if mode == "compiled" and native is None:
        pytest.skip("netdiag was installed without a C compiler")
    small, large = (counted(shape, packets, mode) for packets in (SMALL, LARGE))
    exceeded = [line for b in BUDGETS if (line := b.excess(shape, small, large))]
    assert not exceeded, "\n".join([f"{shape}, {mode}:", *exceeded])


@pytest.mark.parametrize(("shape", "mode"), PEAK_BYTES)
def test_twice_the_packets_need_no_more_memory(shape: str, mode: str) -> None:
    if mode == "compiled" and native is None:
        pytest.skip("netdiag was installed without a C compiler")
    long, longer = (counted(shape, packets, mode)["peak_bytes"] for packets in (LONG, LONGER))
    # More or fewer rows wait for a look at its end, and more or fewer blocks for somebody to take
    # them; if all rows were held, it would be twice that and more.
    assert longer < long + 35_000_000
    assert longer < PEAK_BYTES[shape, mode]


@pytest.mark.parametrize("shape", ROWS_EACH)
def test_of_connections_that_came_to_a_good_end_few_rows_stay(shape: str) -> None:
    if native is None:
        pytest.skip("netdiag was installed without a C compiler")
    counts = counted(shape, LONGER, "compiled")
    assert counts["segments"] < ROWS_EACH[shape] * counts["packets"]


def test_what_is_exceeded_is_said_with_its_reason() -> None:
    small, large = {"packets": 10, "calls": 5}, {"packets": 20, "calls": 45}
    assert grown("calls", per=100)(small, large) == 400
    assert each("calls", "packets")(small, large) == 2.25
    growth = BUDGETS[1]
    said = growth.excess("keep-alive", small, large)
    assert said == f"{growth.what}: 4000.0, not {growth.most['keep-alive']}. {growth.why}"
    assert growth.excess("keep-alive", small, {"packets": 20, "calls": 5}) == ""
