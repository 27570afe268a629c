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

from hypothesis import assume, given
from hypothesis import strategies as st

from netdiag.analysis import analyze
from netdiag.report.model import Verdict
from tests.conversations import Packet, write
from tests.machines.budget import budget
from tests.machines.chance import GIVEN_UP, HEALTHY, WHOLE, conversations, damaged, stale

SURE = {"low": 0, "medium": 1, "high": 2}
CHANCES = st.randoms(use_true_random=False)


def verdict(packets: list[Packet], snap_length: int = WHOLE) -> Verdict:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "talk.pcap"
        write(path, packets, snap_length)
        return analyze([path]).verdict


@budget(15)
@given(CHANCES)
def test_what_is_lost_is_no_error(chance: Random) -> None:
    packets = conversations(chance, chance.choice((HEALTHY, GIVEN_UP)))
    whole = verdict(packets)
    assert whole.cause == "none"
    for _ in range(3):
        found = verdict(*damaged(chance, packets))
        assert found.cause == "none" or SURE[found.confidence] < SURE[whole.confidence]


@budget(15)
@given(CHANCES)
def test_what_is_lost_is_no_other_error(chance: Random) -> None:
    packets = stale(chance)
    assume(packets)
    whole = verdict(packets)
    assume(whole.cause == "stale-keep-alive")
    for _ in range(3):
        found = verdict(*damaged(chance, packets))
        assert found.cause in {"none", whole.cause} or found.confidence != "high"
