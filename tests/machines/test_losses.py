"""What is lost from a capture makes netdiag less sure, and never surely wrong.

A search: of conversations packets are lost, doubled, put in another order or cut, for several
reasons at a time. Where nothing went wrong, the verdict must not turn from "none" into an error of
which it is as sure as it was of that; where a stale connection was used, not into another error of
which it is sure.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from netdiag.report.model import Verdict
from tests.conversations import Packet
from tests.machines.__main__ import main
from tests.machines.budget import budget
from tests.machines.chance import GIVEN_UP, HEALTHY, WHOLE, conversations, damaged, stale
from tests.machines.seeds import breaks, example, search, verdict

CHANCES = st.randoms(use_true_random=False)


def judge(packets: list[Packet], snap_length: int = WHOLE) -> Verdict:
    with TemporaryDirectory() as folder:
        return verdict(Path(folder) / "talk.pcap", packets, snap_length)


@budget(15)
@given(CHANCES)
def test_what_is_lost_is_no_error(chance: Random) -> None:
    packets = conversations(chance, chance.choice((HEALTHY, GIVEN_UP)))
    whole = judge(packets)
    assert whole.cause == "none"
    for _ in range(3):
        assert not breaks(judge(*damaged(chance, packets)), whole)


@budget(15)
@given(CHANCES)
def test_what_is_lost_is_no_other_error(chance: Random) -> None:
    packets = stale(chance)
    assume(packets)
    whole = judge(packets)
    assume(whole.cause == "stale-keep-alive")
    for _ in range(3):
        assert not breaks(judge(*damaged(chance, packets)), whole)


@pytest.mark.parametrize("seed", [601_068, 700_551, 700_844, 703_249, 713_932, 720_750])
def test_what_once_broke(seed: int, tmp_path: Path) -> None:
    """Why each did is told by a test of its own, where it was mended."""
    found = list(search(range(seed, seed + 1), tmp_path / "talk.pcap"))
    assert [number for _, number, _ in found] == [0, 1, 2]
    assert not [wrong for _, _, wrong in found if wrong is not None]


def test_a_seed_makes_the_same_each_time() -> None:
    assert example(3) == example(3)
    assert [example(seed).is_stale for seed in range(4)] == [False, False, True, True]
    assert example(3).captures != example(7).captures


def test_a_verdict_that_is_sure_of_another_cause_breaks_the_rules() -> None:
    none, sure, unsure = (
        Verdict(cause, None, confidence, "")
        for cause, confidence in (
            ("none", "medium"),
            ("server-abort", "high"),
            ("server-abort", "medium"),
        )
    )
    stale_one = Verdict("stale-keep-alive", None, "high", "")
    assert breaks(sure, none)
    assert breaks(unsure, none)
    assert not breaks(none, none)
    assert breaks(sure, stale_one)
    assert not breaks(unsure, stale_one)
    assert not breaks(none, stale_one)


def test_a_search_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["0", "4"]) == 0
    assert capsys.readouterr().out.endswith("bad captures, 0 broken\n")
