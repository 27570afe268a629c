"""Numbers, times and frames as words that a person reads.

Units are SI symbols, the same in every language.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from netdiag.language import _


def seconds(value: float) -> str:
    """Write a measured duration: ``0.40 ms``, ``310 ms``, ``20.024 s``."""
    if abs(value) < 0.01:
        return f"{value * 1000:.2f} ms"
    if abs(value) < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.3f} s"


def more(n: int, listed: int, whole: str, partly: str) -> str:
    """Say how many are not shown: the one where the JSON report lists all, or only so many."""
    return (partly if listed < n else whole).format(n=f"{n:,}", listed=f"{listed:,}")


def pause(value: float) -> str:
    """Write a duration that is looked at, not compared: ``20.02 s``, ``5 min 12 s``."""
    if abs(value) < 1:
        return seconds(value)
    if value < 600:
        return f"{value:.2f} s"
    return span(value)


def setting(value: float) -> str:
    """Write a duration without needless digits, as it stands in a configuration: ``20 s``."""
    return f"{round(value, 3):.15g} s"


def span(value: float) -> str:
    """Write a long duration: ``14 min 3 s``, ``2 h 5 min``."""
    whole = round(value)
    if whole < 120:
        return f"{value:.1f} s"
    if whole < 7200:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def listed(items: Iterable[str]) -> str:
    """Put one thing after the other: ``9 connections, 20 exchanges``; nothing for none."""
    return reduce(
        lambda first, rest: _("{first}, {rest}").format(first=first, rest=rest) if first else rest,
        items,
        "",
    )


def as_sentence(text: str) -> str:
    """Begin with a capital what stands in a list without one, such as a cause's title."""
    return text[:1].upper() + text[1:]


def clock(time: str) -> str:
    """Take the time of day from an RFC 3339 time, to the microsecond: ``11:39:02.123456``."""
    return time.partition("T")[2].rstrip("Z")[:15]


def day(time: str) -> str:
    """Take the date from an RFC 3339 time."""
    return time.partition("T")[0]


def frame_name(frame: int, capture: int, captures: int) -> str:
    """Write a frame's number, after that of its capture where there are several: ``2:57``."""
    return f"{capture + 1}:{frame}" if captures > 1 else str(frame)
