"""Reads durations and sizes as people write them, ``10m`` and ``2G``, and writes them back."""

from __future__ import annotations

import re

from netdiag.errors import RecordingError

_UNITS_S = {"d": 86_400, "h": 3_600, "m": 60, "min": 60, "s": 1}
_DURATION = r"(?:\d+(?:\.\d+)?(?:d|h|min|m|s))+"
_PART = r"(\d+(?:\.\d+)?)(d|h|min|m|s)"
LONGEST_S = 30 * 86_400

_UNITS_BYTES = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
LEAST_BYTES, MOST_BYTES = 10**6, 10**15
_SIZE = r"(\d+(?:\.\d+)?)([kmgt]?)(i?)b?"


def parse_duration(option: str, text: str) -> float:
    """Seconds from ``90s``, ``10m``, ``1h30m`` or a plain number of seconds.

    Raises:
        RecordingError: it is no duration, is zero, or longer than a month.
    """
    found = text.strip().lower()
    if re.fullmatch(r"\d+(\.\d+)?", found):
        found += "s"
    if not re.fullmatch(_DURATION, found):
        raise RecordingError(
            f"{option}: expected a duration such as 90s, 10m or 2h; found {text!r}"
        )
    seconds = sum(float(number) * _UNITS_S[unit] for number, unit in re.findall(_PART, found))
    if not 0 < seconds <= LONGEST_S:
        raise RecordingError(f"{option}: expected more than 0 s and at most 30d; found {text!r}")
    return seconds


def parse_size(option: str, text: str) -> int:
    """Bytes from ``500M``, ``2G``, ``1.5GB`` (thousands) or ``2GiB`` (1024).

    Raises:
        RecordingError: it is no size, smaller than a million bytes (tcpdump's own unit), or more
            than any disk has.
    """
    match = re.fullmatch(_SIZE, text.strip(), re.IGNORECASE)
    if match is None:
        raise RecordingError(f"{option}: expected a size such as 500M or 2G; found {text!r}")
    number, unit, binary = match.groups()
    factor: int = (1024 if binary else 1000) ** _UNITS_BYTES[unit.lower()]
    size = float(number) * factor
    if not LEAST_BYTES <= size <= MOST_BYTES:
        raise RecordingError(f"{option}: expected at least 1M and at most 1000T; found {text!r}")
    return round(size)


def duration_text(seconds: float) -> str:
    """As timeout(1) and this module read it: ``90s``, ``10m``, ``2h``; never 0."""
    whole = max(round(seconds), 1)
    for unit in ("d", "h", "m"):
        if whole % _UNITS_S[unit] == 0:
            return f"{whole // _UNITS_S[unit]}{unit}"
    return f"{whole}s"


def size_text(size: int) -> str:
    """``2.0 GB``, ``500 MB``, ``3 kB``."""
    if size >= 1_000_000_000:
        return f"{size / 1e9:.1f} GB"
    if size >= 1_000_000:
        return f"{size / 1e6:.0f} MB"
    return f"{size / 1e3:.0f} kB"
