"""Pairs in turn, and what is worked out from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.timing import pairs
from benchmarks.timing.programs import NETDIAG, Program

CAPTURE = Path(__file__).parents[3] / "fixtures" / "pcaps" / "tomcat-stale-20s.pcap"
PEER = Program("peer", "", ("peer", "{capture}", "{packets}"), ())


class Machine:
    """Runs nothing, and says how long each would have taken."""

    def __init__(self, own_s: list[float], peer_s: list[float]) -> None:
        self.order: list[str] = []
        self._own_s, self._peer_s = iter(own_s), iter(peer_s)

    def seconds(self, command: list[str]) -> float:
        self.order.append("peer" if command[0] == "peer" else "netdiag")
        took: Iterator[float] = self._peer_s if command[0] == "peer" else self._own_s
        return next(took)


def on(machine: Machine, monkeypatch: pytest.MonkeyPatch, packets: int = 1000) -> None:
    monkeypatch.setattr(pairs, "wall_seconds", machine.seconds)
    monkeypatch.setattr(pairs, "peak_mebibytes", lambda command: 7.0)
    monkeypatch.setattr(pairs, "_packets", lambda report: packets)


def test_the_ratio_is_that_of_pairs_so_that_a_slow_minute_hits_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = Machine([1, 10, 1], [2, 20, 5])
    on(machine, monkeypatch)
    own, peer = pairs.compare(CAPTURE, [PEER], 3, lambda line: None)
    assert (own.wall_s, own.ratio, own.packets_per_s) == (1, 1, 1000)
    assert (peer.wall_s, peer.ratio) == (5, 2)
    assert machine.order == ["netdiag", "peer", "peer", "netdiag", "netdiag", "peer"]


def test_of_a_part_the_start_is_not_multiplied(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine([1], [3, 5])
    on(machine, monkeypatch)
    slow = Program("peer", "", PEER.arguments, (), most_packets=100)
    peer = pairs.compare(CAPTURE, [slow], 1, lambda line: None)[1]
    assert peer.wall_s == 3 + (5 - 3) * 10
    assert peer.extrapolated


def test_netdiag_alone_runs_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine([1, 2, 3], [])
    on(machine, monkeypatch)
    (own,) = pairs.compare(CAPTURE, [], 3, lambda line: None)
    assert own.wall_s == 2


def test_a_real_run_tells_packets_time_and_memory() -> None:
    said: list[str] = []
    (own,) = pairs.compare(CAPTURE, [], 1, said.append)
    assert own.name == NETDIAG.name
    assert own.packets == 118
    assert own.wall_s > 0.05
    assert own.peak_mib > 20
    assert said == ["netdiag: memory"]
