"""`Plan`: which captures to make, and what to time on each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.timing.pairs import Tell, Timing, compare
from benchmarks.timing.programs import Program
from benchmarks.timing.tables import Table, peers_table, programs_table

ROOT = Path(__file__).parents[2]
SNAP_LENGTH = 128
PARTS = ("shapes", "larger", "growth", "files")
HEADLINE = "keep-alive"
LIGHT = ("tcpdump", "tcptrace")
"""Peers that large captures can be given to: tshark holds 700 bytes of memory a packet."""
LARGER = 5
"""The part of that name has so many times as many packets."""
FILES = ("pcap", "pcapng", "pcap.gz", "pcap.zst")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    Attributes:
        folder: where captures are made, and removed after their use.
        packets: of each capture.
        runs: how often each pair runs.
        shapes: names.
        growth: packets of the captures of the part of that name.
        peers: whom to time netdiag with.
        tell: is told what is being done.
    """

    folder: Path
    packets: int
    runs: int
    shapes: Sequence[str]
    growth: Sequence[int]
    peers: Sequence[Program]
    tell: Tell

    def measure(self, parts: Sequence[str]) -> dict[str, Table]:
        """Tables by name.

        Raises:
            RunError: a program can't read a capture.
        """
        tables: dict[str, Table] = {}
        if "shapes" in parts:
            timings = {shape: self._timed(shape, self.packets, self.peers) for shape in self.shapes}
            names = [peer.name for peer in self.peers]
            tables["shapes"] = peers_table("capture", timings, names)
            if HEADLINE in timings:
                tables["programs"] = programs_table(timings[HEADLINE])
        light = [peer for peer in self.peers if peer.name in LIGHT]
        if "larger" in parts:
            packets = LARGER * self.packets
            larger = {shape: self._timed(shape, packets, light) for shape in self.shapes}
            tables["larger"] = peers_table("capture", larger, [peer.name for peer in light])
        if "growth" in parts:
            sizes = {
                f"{packets / 1e6:g} M": self._timed(HEADLINE, packets, light)
                for packets in self.growth
            }
            tables["growth"] = peers_table("packets", sizes, [peer.name for peer in light])
        if "files" in parts:
            kinds = {kind: self._timed(HEADLINE, self.packets, [], kind) for kind in FILES}
            tables["files"] = peers_table("file", kinds, [])
        return tables

    def _timed(
        self, shape: str, packets: int, peers: Sequence[Program], kind: str = "pcap"
    ) -> list[Timing]:
        with self._capture(shape, packets, kind) as path:
            return compare(path, peers, self.runs, self._tell_of(f"{packets} of {shape}, {kind}"))

    @contextmanager
    def _capture(self, shape: str, packets: int, kind: str = "pcap") -> Iterator[Path]:
        """Make a capture, in a process of its own: see `benchmarks.timing`."""
        self.tell(f"making {packets} packets of {shape}, {kind}")
        path = self.folder / f"{shape}.{kind}"
        numbers = ("--packets", str(packets), "--snaplen", str(SNAP_LENGTH))
        making = [sys.executable, "-m", "benchmarks.make_capture", str(path), "--shape", shape]
        subprocess.run([*making, *numbers], cwd=ROOT, check=True)
        try:
            yield path
        finally:
            path.unlink()

    def _tell_of(self, what: str) -> Tell:
        return lambda line: self.tell(f"{what}: {line}")
