"""Each shape's capture is what it claims to be, by Wireshark's account and by netdiag's."""

from __future__ import annotations

import subprocess
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from benchmarks.shapes import SHAPES, load_shape
from benchmarks.shapes.shape import Shape
from benchmarks.traffic.packets import RST, Packets
from netdiag.analysis import examine
from tests.connections import tshark

PACKETS = 20_000
SEED = 8
"""One with which a request is lost in so short a capture of the pool."""
WHOLE = 65_535
CHECKSUMS = [f"{name}.check_checksum:TRUE" for name in ("ip", "tcp", "udp")]
FAULTS = (
    "_ws.malformed || tcp.analysis.flags || ip.checksum.status == 0 || tcp.checksum.status == 0"
    " || udp.checksum.status == 0 || eth.src_not_group"
)
NAMED = {name: load_shape(name) for name in SHAPES}
KEEP_ALIVE, NOISE = NAMED["keep-alive"], NAMED["noise"]
each_shape = pytest.mark.parametrize("shape", NAMED.values(), ids=NAMED)


def made(shape: Shape, folder: Path, seed: int = SEED, snap_length: int = WHOLE) -> str:
    path = folder / "made.pcap"
    shape.write(path, PACKETS, snap_length, seed)
    return str(path)


def packets_of(shape: Shape, seed: int = SEED) -> Packets:
    return Packets.joined(list(shape.packets(PACKETS, seed)))


@tshark.needed
@each_shape
def test_wireshark_finds_no_fault_in_it(shape: Shape, tmp_path: Path) -> None:
    options = [word for option in CHECKSUMS for word in ("-o", option)]
    reading = ["tshark", "-n", "-r", made(shape, tmp_path), *options]
    faults = subprocess.run(
        [*reading, "-Y", FAULTS], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert faults == []


@each_shape
def test_netdiag_finds_its_connections_and_no_failure_that_is_not_there(
    shape: Shape, tmp_path: Path
) -> None:
    packets = packets_of(shape)
    examination = examine([made(shape, tmp_path, snap_length=128)])
    scene = examination.subject.scene
    spoken = packets.connection[packets.connection >= 0]
    assert len(scene.traffic) == len(spoken)
    assert len(scene.connections) == len(np.unique(spoken))
    problems = [p for capture in examination.subject.captures for p in capture.problems]
    assert problems == []
    errors = [finding for finding in examination.findings if finding.severity == "error"]
    assert {finding.cause.slug for finding in errors} <= {"stale-keep-alive"}
    assert sum(len(finding.cases) for finding in errors) == len(planted(packets))


def planted(packets: Packets) -> set[int]:
    """The connections on which a request was lost."""
    return set(packets.connection[packets.flags == RST].tolist())


def test_some_requests_of_the_pool_are_lost() -> None:
    assert planted(packets_of(KEEP_ALIVE, SEED))


@pytest.mark.parametrize("name", ["time_us", "sequence", "text"])
def test_the_seed_decides_everything(name: str) -> None:
    first, again, other = (packets_of(KEEP_ALIVE, seed) for seed in (1, 1, 2))
    assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(getattr(first, name), getattr(other, name))


def test_most_of_the_noise_is_not_tcp() -> None:
    packets = packets_of(NOISE)
    assert 0.6 < (packets.connection < 0).mean() < 0.8
    assert len(np.unique(packets.text[packets.connection < 0])) == len(NOISE.link.frame_length)


@each_shape
def test_its_packets_are_in_time_order(shape: Shape) -> None:
    assert (np.diff(packets_of(shape).time_us) >= 0).all()


@pytest.mark.parametrize("name", ["ten-exchanges", "bulk"])
def test_memory_does_not_grow_with_the_packets(name: str) -> None:
    peaks = []
    for count in (150_000, 450_000):
        tracemalloc.start()
        made = sum(len(table) for table in NAMED[name].packets(count, SEED))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made == count
    assert peaks[1] < 1.2 * peaks[0]
