"""`excerpt`: what of a line is shown to a reader, who has one line of a terminal for it.

From the line that says most and where in it. Of a JSON line the fields that tell of the failure;
of a long line what stands around the words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from netdiag.logs.symptoms import find_symptom

LONGEST_EXCERPT = 400
_MESSAGES = frozenset({"msg", "message", "error", "err.message", "error.message"})
_FIRST = frozenset({"msg", "message"})
_DEEPEST = 4


def excerpt(line: bytes, at: int) -> bytes:
    """At most `LONGEST_EXCERPT` bytes of a line, and of nothing behind it."""
    end = line.find(b"\n")
    line = line if end < 0 else line[:end]
    if line.startswith(b"{"):
        told = _fields(line)
        if told:
            return told[:LONGEST_EXCERPT]
    start = 0
    if at > LONGEST_EXCERPT // 2:
        start = max(0, min(at - LONGEST_EXCERPT // 2, len(line) - LONGEST_EXCERPT))
    return line[start:].strip()[:LONGEST_EXCERPT]


def _fields(line: bytes) -> bytes:
    """The fields of a JSON line that tell of a failure, each by its name; nothing if it is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return b""
    told = [
        (name.rpartition(".")[2].startswith("stack"), name not in _FIRST, f"{name}: {text}")
        for name, text in _texts(value, "", 0)
        if name in _MESSAGES or (len(text) < LONGEST_EXCERPT and _tells(text))
    ]
    lines = [text.partition("\n")[0] for _, _, text in sorted(told)]
    return "; ".join(lines).encode("utf-8", "surrogatepass")


def _tells(text: str) -> bool:
    return find_symptom(text.encode("utf-8", "surrogatepass")) is not None


def _texts(value: Any, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """All texts in an object, by the path to them."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, part in value.items():
            yield from _texts(part, f"{name}.{key}" if name else str(key), depth + 1)
