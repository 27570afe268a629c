"""Times and durations as reports write them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


def rfc3339(time_ns: int, digits: int) -> str:
    """A time in UTC with that many digits of a second (6 or 9), as RFC 3339, section 5.6.

    Times before 1970 or after 9999, which only a damaged capture holds, are written as the
    nearest one that the format has.
    """
    seconds, fraction = divmod(time_ns, 1_000_000_000)
    return f"{_whole(seconds)}.{f'{fraction:09d}'[:digits]}Z"


@lru_cache(maxsize=1024)
def _whole(seconds: int) -> str:
    """A whole second: what is reported lies close together, and formatting takes long."""
    return datetime.fromtimestamp(min(max(seconds, 0), 253_402_300_799), UTC).isoformat()[:19]


def seconds(duration_ns: int) -> float:
    """A duration in seconds, rounded to the nanosecond that it was measured in."""
    return round(duration_ns / 1e9, 9)


def optional_seconds(duration_ns: int) -> float | None:
    """`seconds`, or None for a duration that is not known (negative)."""
    return None if duration_ns < 0 else seconds(duration_ns)


def in_words(duration_s: float) -> str:
    """A duration as a sentence has it: ``20 s``, ``0.35 s``, ``2.5 ms``."""
    if duration_s < 0.01:
        return f"{duration_s * 1000:.3g} ms"
    if duration_s < 1:
        return f"{duration_s:.3f} s"
    return f"{duration_s:.2f}".rstrip("0").rstrip(".") + " s"
