"""Wireshark's analysis of one capture after another, by a server that starts once.

From captures to what `tests.connections.tshark.opinion` makes of them: `sharkd` has the same engine
behind a line of JSON for each question, and `tshark` takes a third of a second to start.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.connections.tshark import MARKS, PREFERENCES, Segment, Talk

FIELDS = ("tcp.stream", "tcp.len", *(f"tcp.analysis.{mark}" for mark in MARKS))
LAST = -1
"""Of the values that a field has in one frame."""


def is_installed() -> bool:
    """Debian's `tshark` brings it along; others may not."""
    return shutil.which("sharkd") is not None


class Sharkd:
    """The server, for as long as the context lasts."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["sharkd", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._asked = 0

    def __enter__(self) -> Sharkd:
        for preference in (*PREFERENCES, "nameres.transport_name:FALSE"):
            name, _, value = preference.partition(":")
            self._ask("setconf", name=name, value=value)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def opinion(self, path: Path) -> tuple[dict[int, Segment], list[Talk]]:
        """All segments by frame number, and all conversations."""
        self._ask("load", file=str(path.resolve()))
        columns = {f"column{i}": f"{field}:{LAST}" for i, field in enumerate(FIELDS)}
        segments = {}
        for frame in self._ask("frames", **columns):
            stream, length, *said = frame["c"]
            if stream:
                marks = frozenset(mark for mark, value in zip(MARKS, said, strict=True) if value)
                segments[frame["num"]] = Segment(int(stream), int(length), marks)
        (tap,) = self._ask("tap", tap0="conv:TCP")["taps"]
        return segments, [_talk(row) for row in tap["convs"]]

    def _ask(self, method: str, **more: str) -> Any:
        """The result of one request."""
        self._asked += 1
        request = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": more}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = "\n"
        while line == "\n":  # there is one behind each answer
            line = self._process.stdout.readline()
        answer = json.loads(line)
        assert answer["id"] == self._asked, answer
        assert "result" in answer, f"{request}: {answer}"
        return answer["result"]


def _talk(row: dict[str, Any]) -> Talk:
    return Talk(
        ports=(int(row["sport"]), int(row["dport"])),
        frames_there=row["txf"],
        frames_back=row["rxf"],
        bytes_there=row["txb"],
        bytes_back=row["rxb"],
        start_s=row["start"],
        duration_s=row["stop"] - row["start"],
    )
