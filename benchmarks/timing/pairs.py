"""Times netdiag and each peer on a capture, in turn, and works out how they compare.

A machine has slow minutes. So netdiag runs again beside each peer, first the one and then the
other, and it is the median of the ratios of such pairs that is reported.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.timing.programs import NETDIAG, Program
from benchmarks.timing.running import peak_mebibytes, wall_seconds

Tell = Callable[[str], None]
"""Is told what is being done."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What a program needed for a capture.

    Attributes:
        name: the program's.
        packets: of the capture.
        wall_s: median of its runs.
        peak_mib: most memory at once.
        ratio: how many times as long as netdiag it took: the median over the pairs.
        extrapolated: whether it was given only a part, and its time worked out from that.
    """

    name: str
    packets: int
    wall_s: float
    peak_mib: float
    ratio: float
    extrapolated: bool = False

    @property
    def packets_per_s(self) -> float:
        """Packets per second."""
        return self.packets / self.wall_s


def compare(capture: Path, peers: Sequence[Program], runs: int, tell: Tell) -> list[Timing]:
    """Time netdiag and its peers on a capture; netdiag's comes first.

    Raises:
        RunError: one of them can't read it.
    """
    with tempfile.TemporaryDirectory(prefix="netdiag-benchmark-") as folder:
        output = Path(folder) / "report.json"
        tell("netdiag: memory")
        own_mib = peak_mebibytes(NETDIAG.command(capture, output, 0))
        packets = _packets(output)
        own_s: list[float] = []
        timings = []
        for peer in peers:
            tell(f"{peer.name}: memory")
            clock = _Clock(peer, capture, output, packets)
            pairs = []
            for number in range(runs):
                tell(f"netdiag and {peer.name}, pair {number + 1} of {runs}")
                pairs.append(_pair(clock, lambda: _own_s(capture, output), number % 2 == 1))
            own_s += [own for own, _ in pairs]
            timings.append(clock.timing([(theirs, theirs / own) for own, theirs in pairs]))
        while len(own_s) < runs:
            own_s.append(_own_s(capture, output))
    return [Timing("netdiag", packets, statistics.median(own_s), own_mib, 1.0), *timings]


class _Clock:
    """Times one peer; of one that gets only a part, with its start told apart from its work."""

    def __init__(self, peer: Program, capture: Path, output: Path, packets: int) -> None:
        self._peer, self._packets = peer, packets
        self._taken = min(peer.most_packets or packets, packets)
        self._command = peer.command(capture, output, self._taken)
        self._peak_mib = peak_mebibytes(self._command)
        self._start_s = 0.0
        if self._taken < packets:
            self._start_s = wall_seconds(peer.command(capture, output, 0))

    def seconds(self) -> float:
        """Run it; how long it takes or would take for all packets."""
        work_s = wall_seconds(self._command) - self._start_s
        return self._start_s + work_s * self._packets / self._taken

    def timing(self, runs: list[tuple[float, float]]) -> Timing:
        """What came of runs that took so long, and so many times as long as netdiag."""
        return Timing(
            self._peer.name,
            self._packets,
            statistics.median(wall_s for wall_s, _ in runs),
            self._peak_mib,
            statistics.median(ratio for _, ratio in runs),
            extrapolated=self._taken < self._packets,
        )


def _own_s(capture: Path, output: Path) -> float:
    return wall_seconds(NETDIAG.command(capture, output, 0))


def _pair(peer: _Clock, own: Callable[[], float], peer_first: bool) -> tuple[float, float]:
    """How long netdiag and the peer took."""
    if peer_first:
        theirs = peer.seconds()
        return own(), theirs
    return own(), peer.seconds()


def _packets(report: Path) -> int:
    captures = json.loads(report.read_text(encoding="utf-8"))["captures"]
    return sum(int(capture["packets"]) for capture in captures)
