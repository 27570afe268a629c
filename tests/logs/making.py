"""Events, entries and logs, made in a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from netdiag.logs.entry import Entry
from netdiag.logs.event import Event
from netdiag.logs.match import Span
from netdiag.logs.read import Wanted
from netdiag.logs.stamps import Stamp
from netdiag.logs.symptoms import ENDED

SECOND = 1_000_000_000
NOON = 1_795_348_800 * SECOND
"""2026-11-22 12:00:00 UTC."""
EVERYTHING = Wanted(0, 2**62, 2026)
SERVER = "10.0.0.5"
SPAN = Span(NOON, NOON + 600 * SECOND, frozenset({(SERVER, 8080)}), frozenset({8080}))


def event(at_s: float, **changes: Any) -> Event:
    values: dict[str, Any] = {
        "finding": 0,
        "occurrence": 0,
        "time_ns": NOON + round(at_s * SECOND),
        "late_ns": 0,
        "kind": "reset",
        "client": "10.0.0.7",
        "client_port": 40001,
        "server": SERVER,
        "server_port": 8080,
        "method": b"GET",
        "target": b"/",
        "request_ns": NOON + round(at_s * SECOND),
        "absorbed": False,
    }
    return Event(**{**values, **changes})


def stamp(at_s: float, resolution_ns: int = 1_000_000, *, zoned: bool = True) -> Stamp:
    return Stamp(NOON + round(at_s * SECOND), resolution_ns, zoned)


def entry(at_s: float | None, text: bytes = b"Connection reset", **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "line": 1,
        "stamp": None if at_s is None else stamp(at_s),
        "kinds": ENDED,
        "text": text,
        "excerpt": text,
    }
    return Entry(**{**values, **changes})


def written(folder: Path, text: str | bytes, name: str = "app.log") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)
