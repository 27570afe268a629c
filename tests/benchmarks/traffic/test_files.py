"""Files of every kind, read again by netdiag."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.shapes import load_shape
from netdiag.analysis import examine
from netdiag.capture import find_captures, open_capture

NAMES = ["made.pcap", "made.pcapng", "made.pcap.gz", "made.pcap.zst", "made.pcapng.zst"]
PACKETS = 3000


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_file_has_the_same_packets(name: str, tmp_path: Path) -> None:
    shape = load_shape("short")
    shape.write(tmp_path / name, PACKETS, 96, seed=1)
    shape.write(tmp_path / "plain.pcap", PACKETS, 96, seed=1)
    report = examine([str(tmp_path / "plain.pcap"), str(tmp_path / name)]).report()
    assert report.captures[0].tcp_packets == PACKETS
    assert [problem.code for problem in report.captures[1].problems] == ["duplicate-file"]


def test_a_pcapng_file_says_its_snap_length(tmp_path: Path) -> None:
    load_shape("short").write(tmp_path / "made.pcapng", 100, 96, seed=1)
    (source,) = find_captures([str(tmp_path / "made.pcapng")])
    with open_capture(source) as capture:
        captured = [int(size) for block in capture for size in block.rows.captured]
    assert max(captured) == 96
    assert len(captured) == 100


def test_the_bytes_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    written = []
    for name in ("one.pcap.gz", "two.pcap.gz"):
        load_shape("tls").write(tmp_path / name, 500, 65535, seed=4)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
