"""The capture that performance is measured with is a capture of consistent connections."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from netdiag.decode import Flag, Load, load
from tests.decode.building import keep_all

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "make_capture.py"


def make(path: Path, snap_length: int, seed: int = 1) -> str:
    options = ["--packets", "4000", "--snaplen", str(snap_length), "--seed", str(seed)]
    subprocess.run([sys.executable, str(SCRIPT), str(path), *options], check=True)
    return str(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Load:
    return load([make(tmp_path_factory.mktemp("made") / "capture.pcap", 65535)], keep_all)


def test_every_packet_is_tcp_and_in_time_order(made: Load) -> None:
    assert len(made.segments) == 4000
    assert made.captures[0].problems == ()
    assert (np.diff(made.segments.time_ns) >= 0).all()


def test_sequence_numbers_follow_from_what_was_sent(made: Load) -> None:
    s = made.segments
    expected: dict[tuple[int, int], int] = {}
    for i in range(len(s)):
        flow, flags = (int(s.source[i]), int(s.destination[i])), int(s.flags[i])
        sequence = int(s.sequence[i])
        if not flags & Flag.SYN:
            assert sequence == expected[flow]
            assert int(s.acknowledgment[i]) == expected[flow[::-1]]
        used = int(s.length[i]) + bool(flags & Flag.SYN) + bool(flags & Flag.FIN)
        expected[flow] = (sequence + used) & 0xFFFFFFFF


def test_payloads_are_http(made: Load) -> None:
    s = made.segments
    texts = {made.samples.text(int(row))[:4] for row in s.sample[s.length > 0]}
    assert texts == {b"GET ", b"HTTP"}


def test_a_snap_length_changes_only_what_is_remembered(made: Load, tmp_path: Path) -> None:
    cut = load([make(tmp_path / "cut", 96)], keep_all)
    for name in ("sequence", "length", "flags", "source", "time_ns"):
        assert np.array_equal(getattr(cut.segments, name), getattr(made.segments, name))
    other = load([make(tmp_path / "other", 96, seed=2)], keep_all)
    assert not np.array_equal(other.segments.sequence, cut.segments.sequence)
