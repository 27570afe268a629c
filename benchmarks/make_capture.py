"""A large capture of a given shape, made by numpy in seconds.

    python benchmarks/make_capture.py /tmp/million.pcap --packets 1000000 --snaplen 128
    python benchmarks/make_capture.py /tmp/pool.pcapng.zst --shape keep-alive

Sequence numbers, acknowledgements, time stamps and checksums are right, and the packets of all
connections are interleaved by time. The same seed makes the same file. Memory does not grow with
the number of packets. A name that ends in `.pcapng` makes a pcapng file, `.gz` or `.zst` behind
either compresses it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __package__ in (None, ""):  # run as a script: the folder above is what holds the package
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.shapes import SHAPES, load_shape


def main(words: list[str] | None = None) -> None:
    """Write the capture that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        epilog="\n".join(f"{name:15}{summary}" for name, summary in SHAPES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", type=Path)
    parser.add_argument("--shape", choices=SHAPES, default="ten-exchanges")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--snaplen", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    shape = load_shape(options.shape)
    shape.write(options.path, options.packets, options.snaplen, options.seed)


if __name__ == "__main__":
    main()
