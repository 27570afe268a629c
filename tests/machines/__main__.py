"""``python -m tests.machines FIRST COUNT``: conversations of so many seeds, and what breaks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.machines.seeds import search


def main(arguments: list[str] | None = None) -> int:
    """0 where nothing breaks, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.machines", description=__doc__)
    parser.add_argument("first", type=int, help="the first seed")
    parser.add_argument("count", type=int, nargs="?", default=1000, help="(default: 1000)")
    options = parser.parse_args(arguments)
    seeds = range(options.first, options.first + options.count)
    conversations, captures, broken = set[int](), 0, 0
    with TemporaryDirectory() as folder:
        for seed, number, wrong in search(seeds, Path(folder) / "talk.pcap"):
            conversations.add(seed)
            captures += 1
            if wrong is not None:
                broken += 1
                print(f"seed {seed}, capture {number}: {wrong}", flush=True)
    print(f"{len(conversations):,} conversations, {captures:,} bad captures, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
