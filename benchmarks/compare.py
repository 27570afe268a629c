"""Times netdiag beside its peers on one capture, in turn, and prints what each needed.

    python benchmarks/make_capture.py --packets 1000000 --snaplen 128 /tmp/million.pcap
    python benchmarks/compare.py /tmp/million.pcap

Peers that are not installed are left out. scapy gets the first 20,000 packets only, and its time
for all of them is worked out from that. `python -m benchmarks` does this for every shape.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __package__ in (None, ""):  # run as a script: the folder above is what holds the package
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.timing.machine import describe
from benchmarks.timing.pairs import compare
from benchmarks.timing.programs import PEERS, installed_peers
from benchmarks.timing.running import RunError
from benchmarks.timing.tables import programs_table


def main(words: list[str] | None = None) -> int:
    """Run everything and print a table; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("capture", type=Path)
    parser.add_argument("--runs", type=int, default=5, help="how many pairs with each peer")
    names = [peer.name for peer in PEERS]
    parser.add_argument("--without", action="append", default=[], choices=names, help="a peer")
    options = parser.parse_args(words)
    peers = installed_peers(tuple(options.without))
    try:
        timings = compare(options.capture, peers, options.runs, tell)
    except RunError as error:
        print(error, file=sys.stderr)
        return 2
    print(programs_table(timings).text())
    print("\n".join(describe(peers)))
    return 0


def tell(line: str) -> None:
    """Say what is being done, where that doesn't get into the table."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
