"""Times and durations as reports write them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt


def rfc3339(time_ns: int, digits: int) -> str:
    """A time in UTC with that many digits of a second (6 or 9), as RFC 3339, section 5.6.

    Times before 1970 or after 9999, which only a damaged capture holds, are written as the
    nearest one that the format has.
    """
    seconds, fraction = divmod(time_ns, 1_000_000_000)
    return f"{_whole(seconds)}.{f'{fraction:09d}'[:digits]}Z"


def all_rfc3339(times_ns: npt.NDArray[np.int64], digits: list[int]) -> list[str]:
    """`rfc3339` of each of some int64 times, with its own digits, in a fifth of the time."""
    since_1970 = np.where(times_ns < 0, times_ns % 1_000_000_000, times_ns)
    texts = np.datetime_as_string(since_1970.view("M8[ns]")).tolist()
    return [f"{text[: 20 + count]}Z" for text, count in zip(texts, digits, strict=True)]


@lru_cache(maxsize=1024)
def _whole(seconds: int) -> str:
    """A whole second: what is reported lies close together, and formatting takes long."""
    return datetime.fromtimestamp(min(max(seconds, 0), 253_402_300_799), UTC).isoformat()[:19]


def seconds(duration_ns: int) -> float:
    """A duration in seconds, rounded to the nanosecond that it was measured in."""
    return round(duration_ns / 1e9, 9)


def rounded_seconds(durations_ns: npt.NDArray[np.int64]) -> list[float]:
    """Int64 durations in seconds, each rounded to the microsecond as `round` does it.

    That rounds what is nearest to the decimal number, and numpy a product, which differs where
    two microseconds are equally near.
    """
    exact = durations_ns / 1e9
    micros = exact * 1e6
    rounded: list[float] = (np.rint(micros) / 1e6).tolist()
    between = np.abs(micros - np.floor(micros) - 0.5) <= 1e-3 + np.abs(micros) * 1e-15
    for at in np.flatnonzero(between).tolist():
        rounded[at] = round(float(exact[at]), 6)
    return rounded


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
