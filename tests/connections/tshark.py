"""The second opinion on streams, segments and totals: Wireshark's, by its command-line program."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from tests.conversations import Conversation, write

needed = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


MARKS = (
    "retransmission",
    "fast_retransmission",
    "spurious_retransmission",
    "out_of_order",
    "lost_segment",
    "duplicate_ack",
    "keep_alive",
    "reused_ports",
)
"""What its analysis of sequence numbers says of a segment: fields below ``tcp.analysis``."""

PREFERENCES = (
    "tcp.analyze_sequence_numbers:TRUE",
    "tcp.fastrt_supersedes_ooo:TRUE",
    "tcp.reassemble_out_of_order:FALSE",
    "tcp.desegment_tcp_streams:TRUE",
)
"""As Wireshark ships them; whoever runs the tests may have others."""


class Segment(NamedTuple):
    """A TCP segment as it sees it; the innermost one of its frame."""

    stream: int
    length: int
    marks: frozenset[str]


class Talk(NamedTuple):
    """A row of its statistics of conversations; `there` is from the first end to the second.

    `tshark` rounds bytes from 10 kB on, and what was rounded is None here.
    """

    ports: tuple[int, int]
    frames_there: int
    frames_back: int
    bytes_there: int | None
    bytes_back: int | None
    start_s: float
    duration_s: float


def opinion(path: Path) -> tuple[dict[int, Segment], list[Talk]]:
    """All segments by frame number, and all conversations, in one run."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=l"]
    for preference in PREFERENCES:
        command += ["-o", preference]
    fields = ["frame.number", "tcp.stream", "tcp.len", *(f"tcp.analysis.{m}" for m in MARKS)]
    for field in fields:
        command += ["-e", field]
    command += ["-z", "conv,tcp"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    rows, _, totals = run.stdout.partition("\n====")
    segments = {}
    for line in rows.splitlines():
        frame, stream, length, *said = line.split("\t")
        if stream:
            marks = frozenset(mark for mark, value in zip(MARKS, said, strict=True) if value)
            segments[int(frame)] = Segment(int(stream), int(length), marks)
    return segments, [_talk(line) for line in totals.splitlines() if "<->" in line]


def _talk(line: str) -> Talk:
    first, _, second, *rest = line.split()
    ports = int(first.rpartition(":")[2]), int(second.rpartition(":")[2])
    back, back_bytes, back_unit, there, there_bytes, there_unit, *_, start, duration = rest
    return Talk(
        ports=ports,
        frames_there=int(there),
        frames_back=int(back),
        bytes_there=int(there_bytes) if there_unit == "bytes" else None,
        bytes_back=int(back_bytes) if back_unit == "bytes" else None,
        start_s=float(start),
        duration_s=float(duration),
    )


def stream_numbers(path: Path) -> dict[int, int]:
    """`tcp.stream` by frame number; of the innermost TCP segment where there are several."""
    fields = ("-e", "frame.number", "-e", "tcp.stream", "-E", "occurrence=l")
    run = subprocess.run(
        ["tshark", "-n", "-r", str(path), "-T", "fields", *fields],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = (line.split("\t") for line in run.stdout.splitlines())
    return {int(frame): int(stream) for frame, stream in rows if stream}


@cache
def splits_after_the_end() -> bool:
    """Whether this Wireshark takes a SYN after a FIN or RST for a new stream, whatever its number.

    4.0 doesn't, and netdiag's stream numbers are like that; later ones do.
    """
    talk = Conversation()
    talk.client.syn().server.aborts().client.repeats()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "refused.pcap"
        write(path, talk.packets)
        return stream_numbers(path)[3] == 1
