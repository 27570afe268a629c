"""`python -m benchmarks`: makes captures, times netdiag and its peers on them, prints tables.

    python -m benchmarks                     everything: half an hour, and 3 GB in the folder
    python -m benchmarks shapes              each shape, beside the peers
    python -m benchmarks larger              the same with five times as many packets
    python -m benchmarks growth files        captures of 1 to 20 million packets; pcapng, gzip, zstd
    python -m benchmarks --page              everything, and write it into docs/how/speed.md

Every capture is made where it is needed and removed after that. `--folder` says where.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.compare import tell
from benchmarks.shapes import SHAPES
from benchmarks.timing import page
from benchmarks.timing.machine import describe
from benchmarks.timing.plan import PARTS, SNAP_LENGTH, Plan
from benchmarks.timing.programs import PEERS, installed_peers
from benchmarks.timing.running import RunError


def main(words: list[str] | None = None) -> int:
    """Measure what the command line asks for; the exit status."""
    options = _parser().parse_args(words)
    unknown = sorted(set(options.parts) - set(PARTS))
    if unknown:
        print(f"no such part: {unknown[0]}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    if options.page and (options.parts or set(options.shapes) != set(SHAPES)):
        print("--page wants all parts and shapes: they are of one machine and day", file=sys.stderr)
        return 2
    peers = installed_peers(tuple(options.without))
    with tempfile.TemporaryDirectory(prefix="netdiag-benchmark-", dir=options.folder) as folder:
        plan = Plan(
            folder=Path(folder),
            packets=options.packets,
            runs=options.runs,
            shapes=options.shapes,
            growth=[round(millions * 1e6) for millions in options.growth],
            peers=peers,
            tell=tell,
        )
        try:
            tables = plan.measure(options.parts or PARTS)
        except RunError as error:
            print(error, file=sys.stderr)
            return 2
    captures = f"Captures of {options.packets:,} packets, cut at {SNAP_LENGTH} bytes"
    surroundings = [*describe(peers), f"{captures}; {options.runs} pairs with each program."]
    for name, table in tables.items():
        print(f"{name}\n\n{table.text()}")
    print("\n".join(surroundings))
    if options.page:
        for name, table in tables.items():
            page.put(page.PAGE, name, table.markdown())
        page.put(page.PAGE, "machine", "".join(f"- {line}\n" for line in surroundings))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [peer.name for peer in PEERS]
    parser.add_argument(
        "parts", nargs="*", help=f"{', '.join(PARTS)}; all of them if none is named"
    )
    parser.add_argument("--packets", type=int, default=1_000_000, help="of each capture")
    parser.add_argument("--runs", type=int, default=5, help="pairs of netdiag and each peer")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument(
        "--growth",
        nargs="+",
        type=float,
        default=[1, 2, 5, 10, 20],
        metavar="MILLIONS",
        help="packets of the captures of that part",
    )
    parser.add_argument("--without", action="append", default=[], choices=names, help="a peer")
    parser.add_argument("--folder", type=Path, help="for the captures; else the one for such files")
    parser.add_argument("--page", action="store_true", help="write the tables into the docs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
