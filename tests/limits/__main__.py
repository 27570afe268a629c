"""The large hostile captures, and what netdiag needs for each beside a normal one.

    python -m tests.limits                      all of them: some minutes, and 1 GB in the folder
    python -m tests.limits syn-flood options    these
    python -m tests.limits --part 0.1           a tenth of the size
    python -m tests.limits syn-flood --keep /tmp/flood.pcap

A normal capture is of benchmark shape `short`, with as many packets or, where a case has few, as
many bytes. Figures are of whole processes: seconds of processors, which a busy machine changes
little, and resident memory at most (Linux).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.shapes import load_shape
from tests.limits.cases import CASES

BYTES_A_PACKET = 140
MEASURE = (
    "import resource, runpy, sys; sys.argv[0] = 'netdiag'\n"
    "try: runpy.run_module('netdiag', run_name='__main__')\n"
    "finally:\n"
    " status = open('/proc/self/status').read()\n"
    " used = resource.getrusage(resource.RUSAGE_SELF)\n"
    " print(used.ru_utime + used.ru_stime, status.split('VmHWM:')[1].split()[0], file=sys.stderr)"
)


def cost(capture: Path) -> tuple[float, int, str]:
    """Seconds and bytes that `netdiag analyze` needs; and its exit status and report's size."""
    words = [sys.executable, "-c", MEASURE, "analyze", str(capture), "--format", "json"]
    run = subprocess.run(words, capture_output=True, check=False)
    *_, seconds, peak = run.stderr.split()
    said = run.stderr.decode(errors="replace").splitlines()
    note = f"exit {run.returncode}, report {len(run.stdout):,} B"
    if run.returncode:
        note += ", " + (said[-2] if len(said) > 1 else "")
    return float(seconds), int(peak) * 1024, note


def normal(path: Path, packets: int) -> None:
    """A capture without anything odd."""
    load_shape("short").write(path, max(packets, 1000), 128, 1)


def main(words: list[str] | None = None) -> None:
    """Measure the cases that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.limits",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--part", type=float, default=1.0, help="of the full size")
    parser.add_argument("--keep", type=Path, help="write the (one) case there, and no more")
    options = parser.parse_args(words)
    unknown = sorted(set(options.cases) - set(CASES))
    if unknown or (options.keep and len(options.cases) != 1):
        parser.error(f"no such case: {unknown[0]}" if unknown else "--keep wants one case")
    for name in options.cases or CASES:
        case = CASES[name]
        size = max(int(case.size * options.part), 200)
        if options.keep:
            case.make(options.keep, size)
            return
        sys.stdout.write(f"{name:22}")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory(prefix="netdiag-limits-") as folder:
            capture, plain = Path(folder) / f"capture{case.suffix}", Path(folder) / "normal.pcap"
            case.make(capture, size)
            packets = size * case.packets or capture.stat().st_size / BYTES_A_PACKET
            normal(plain, int(packets))
            (seconds, peak, note), (least_s, least, _) = cost(capture), cost(plain)
            sys.stdout.write(
                f"{capture.stat().st_size / 1e6:8.1f} MB {seconds:7.2f} s {peak / 1e6:7.0f} MB;"
                f"  normal {least_s:6.2f} s {least / 1e6:6.0f} MB;"
                f"  x{seconds / least_s:.1f} x{peak / least:.2f}  {note}\n"
            )


if __name__ == "__main__":
    main()
