"""The second opinion on stream numbers: Wireshark's own, by its command-line program."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conversations import Conversation, write

needed = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


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
