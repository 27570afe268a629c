"""Times netdiag beside its peers on one capture, in turn, and prints what each needed.

    python benchmarks/make_capture.py --packets 1000000 --snaplen 128 /tmp/million.pcap
    python benchmarks/compare.py /tmp/million.pcap

Every program runs once to warm up and then several times in turn with the others, so that a slow
minute of the machine hits all of them. Quote the medians and the ratios, not single times. Peers
that are not installed are left out; scapy, which needs minutes, runs once, on the first 100,000
packets, and only with `--scapy`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

NETDIAG = [sys.executable, "-m", "netdiag", "analyze"]
SCAPY_PACKETS = 100_000
SCAPY = (
    "import sys; from scapy.utils import PcapReader\n"
    f"for n, p in zip(range({SCAPY_PACKETS}), PcapReader(sys.argv[1])): p.time"
)


@dataclass
class Program:
    """A command line, and what its runs have needed."""

    name: str
    command: list[str]
    wall_s: list[float] = field(default_factory=list)
    peak_mib: float = 0.0

    def run(self) -> None:
        """Run once, and note wall time and the peak of resident memory."""
        begin = time.perf_counter()
        with subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{self.name} failed with exit status {process.returncode}")
        self.wall_s.append(time.perf_counter() - begin)
        self.peak_mib = max(self.peak_mib, usage.ru_maxrss / 1024)


def programs(capture: Path, output: Path) -> list[Program]:
    """netdiag, and the peers that are installed."""
    found = [
        Program(
            "netdiag",
            [*NETDIAG, str(capture), "--format", "json", "-o", str(output)],
        )
    ]
    for name, arguments in (
        ("tcpdump", ["-r", str(capture), "-w", "/dev/null"]),
        ("tcptrace", ["-n", str(capture)]),
        ("tshark", ["-r", str(capture), "-q", "-z", "conv,tcp"]),
    ):
        path = shutil.which(name)
        if path:
            found.append(Program(f"{name} {' '.join(arguments[2:])}".strip(), [path, *arguments]))
    return found


def main() -> None:
    """Run everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("capture", type=Path)
    parser.add_argument("--packets", type=int, default=1_000_000, help="packets in the capture")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scapy", action="store_true", help="also run scapy's PcapReader")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        field_of_runners = programs(arguments.capture, Path(directory) / "report.json")
        for number in range(arguments.runs + 1):
            for program in field_of_runners:
                program.run()
                if number == 0:
                    program.wall_s.clear()
    own = statistics.median(field_of_runners[0].wall_s)
    print(f"{'program':32} {'median s':>9} {'packets/s':>11} {'peak MiB':>9} {'x netdiag':>10}")
    for program in field_of_runners:
        show(program, statistics.median(program.wall_s), arguments.packets, own)
    if arguments.scapy:
        reader = Program(
            "scapy, extrapolated", [sys.executable, "-c", SCAPY, str(arguments.capture)]
        )
        reader.run()
        show(reader, reader.wall_s[0] * arguments.packets / SCAPY_PACKETS, arguments.packets, own)


def show(program: Program, wall_s: float, packets: int, own_s: float) -> None:
    """One line of the table."""
    figures = f"{wall_s:9.3f} {packets / wall_s:11,.0f} {program.peak_mib:9.0f}"
    print(f"{program.name:32} {figures} {wall_s / own_s:10.2f}")


if __name__ == "__main__":
    main()
