"""Reports whose every free text is hostile: what a capture may hold, it may hold anywhere."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

# Words of the contract: a renderer may look at them, and no capture can choose them.
FIXED = frozenset(
    {
        "audience",
        "bound_by",
        "cause",
        "client_state",
        "close_flag",
        "closed_by",
        "confidence",
        "end",
        "flag",
        "kind",
        "origin",
        "outcome",
        "reason",
        "risk",
        "schema",
        "sender",
        "server_state",
        "severity",
        "start",
        "vantage",
        "vantage_ends",
        "zone_basis",
    }
)

HOSTILE = (
    "[red]bold[/] \x1b[31;1mred\x1b[0m \x1b]0;title\x07 \x9b2J \u202eevil\u2066 \u200b\ufeff "
    "line\nline\r\ttab \u2028 \udce9\x00\x7f :smile: \u4e2d\u6587\u5b57\u7b26 "
)

_SGR = re.compile("\x1b\\[[0-9;]*m")


def poison(value: Any, text: str, spared: frozenset[str] = FIXED) -> Any:
    """Copy a report with every text replaced by this one, but those of the fields to be spared."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(poison(item, text, spared) for item in value)
    if isinstance(value, Struct):
        return replace(
            value,
            **{
                name: poison(getattr(value, name), text, spared)
                for name in value.__struct_fields__
                if name not in spared
            },
        )
    return value


def controls_in(text: str) -> set[str]:
    """Find what must never be written: all controls but the newline, colours set aside."""
    plain = _SGR.sub("", text).replace("\n", "")
    return {char for char in plain if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


def widest(text: str) -> int:
    """Measure the widest line in terminal cells."""
    return max(sum(_cells(char) for char in line) for line in _SGR.sub("", text).split("\n"))


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
