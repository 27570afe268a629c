"""`find_stamp`: when a line of a log was written, as it says itself.

From one line (bytes). ISO 8601 and RFC 3339 with a blank or a comma too, the common log format,
epoch seconds to nanoseconds and klog are read here, because millions of lines have them; all other
spellings (syslog, RFC 1123, java.util.logging, Apache's error log, …) are found by their month and
read by python-dateutil. What zone a time without one is in is left to `netdiag.logs.zones`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from msgspec import Struct

SECOND_NS = 1_000_000_000
LATEST_START = 160
"""A time that says when a line was written begins among its first bytes."""
FARTHEST_NS = 1 << 62
"""No time lies farther from 1970, some 146 years: what does is none, and overflows 64 bits."""


class Stamp(Struct, frozen=True):
    """One time as a line tells it.

    Attributes:
        time_ns: since 1970; where `zoned` is False the clock's face taken for UTC.
        resolution_ns: the last digit's worth: the line was written in [time_ns, + resolution_ns).
        zoned: the line says its zone.
    """

    time_ns: int
    resolution_ns: int
    zoned: bool


_ZONE = rb"(Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d\b)"
_ISO = re.compile(
    rb"(?<![\d/])(\d{4})[-/](\d\d)[-/](\d\d)[T ]{1,2}(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\d*\s?"
    + _ZONE
    + rb"?"
)
_COMMON = re.compile(
    rb"(\d\d)/([A-Z][a-z][a-z])/(\d{4})[: ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s?" + _ZONE + rb"?"
)
_KLOG = re.compile(rb"^[EWIF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{1,9})")
_EPOCH = re.compile(
    rb"(?:^\[?|\"(?:time|ts|timestamp|@timestamp|timeMillis|t)\"\s*:\s*\"?"
    rb"|\b(?:time|ts)=\"?)(\d{10})(?:\.(\d{1,9})|(\d{3}|\d{6}|\d{9}))?(?:\"|[\s,}\]:]|$)"
)
_INSTANT = re.compile(rb"\"epochSecond\"\s*:\s*(\d{1,11}),\s*\"nanoOfSecond\"\s*:\s*(\d{1,9})")
_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MONTH = rb"(?:" + b"|".join(_MONTHS) + rb")[a-z]*"
_CLOCK = rb"\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?:\s?[AP]M)?"
_WORDS = re.compile(
    rb"(?:" + _MONTH + rb"\.? +\d{1,2},?(?: \d{4},?)? +" + _CLOCK + rb"(?: \d{4})?"
    rb"|\d{1,2}[- ]" + _MONTH + rb"[- ]\d{4}[ :]" + _CLOCK + rb")(?:\s?" + _ZONE + rb")?"
)


def find_stamp(line: bytes, year: int) -> Stamp | None:
    """Find the first time in the head of a line; None without one.

    Args:
        line: one line of the log.
        year: for times that name none.
    """
    stamp = _find(line, year)
    return None if stamp is None or abs(stamp.time_ns) >= FARTHEST_NS else stamp


def _find(line: bytes, year: int) -> Stamp | None:
    head = line[:LATEST_START] if not line.startswith(b"{") else line[:4096]
    found = _ISO.search(head)
    if found is not None:
        return _iso(found)
    found = _COMMON.search(head)
    if found is not None:
        return _common(found)
    found = _EPOCH.search(head)
    if found is not None:
        return _epoch(found)
    found = _INSTANT.search(head)
    if found is not None:
        return Stamp(int(found[1]) * SECOND_NS + int(found[2]), 1, True)
    found = _KLOG.match(head)
    if found is not None:
        face = (b"%d" % year, *found.group(1, 2, 3, 4, 5))
        return _stamp(face, found[6], None)
    found = _WORDS.search(head)
    return None if found is None else _words(found[0].decode("latin-1"), year)


def _iso(found: re.Match[bytes]) -> Stamp | None:
    return _stamp(found.group(1, 2, 3, 4, 5, 6), found[7], found[8])


def _common(found: re.Match[bytes]) -> Stamp | None:
    day, name, *rest = found.group(1, 2, 3, 4, 5, 6)
    if name not in _MONTHS:
        return None
    month = b"%02d" % (_MONTHS.index(name) + 1)
    return _stamp((rest[0], month, day, *rest[1:]), found[7], found[8])


def _epoch(found: re.Match[bytes]) -> Stamp:
    fraction = found[2] or found[3] or b""
    time_ns = int(found[1]) * SECOND_NS + int(fraction.ljust(9, b"0"))
    return Stamp(time_ns, 10 ** (9 - len(fraction)), True)


def _stamp(face: tuple[bytes, ...], fraction: bytes | None, zone: bytes | None) -> Stamp | None:
    seconds = _seconds(face)
    if seconds is None:
        return None
    digits = fraction or b""
    time_ns = (seconds - _offset(zone)) * SECOND_NS + int(digits.ljust(9, b"0"))
    return Stamp(time_ns, 10 ** (9 - len(digits)), zone is not None)


@lru_cache(maxsize=4096)
def _seconds(face: tuple[bytes, ...]) -> int | None:
    """A clock's face in seconds since 1970, as if it were in UTC; None for a 31st of February."""
    year, month, day, hour, minute, second = (int(part) for part in face)
    try:
        moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    return int(moment.timestamp()) + min(second, 60)  # 60 is a leap second


@lru_cache(maxsize=256)
def _offset(zone: bytes | None) -> int:
    """A zone's seconds east of UTC."""
    if zone is None or not zone.startswith((b"+", b"-")):
        return 0
    digits = zone[1:].replace(b":", b"")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone.startswith(b"-") else seconds


@lru_cache(maxsize=4096)
def _words(text: str, year: int) -> Stamp | None:
    """A time with a month's name, in whatever order its parts stand."""
    from dateutil import parser  # noqa: PLC0415 - slow to import, and few logs need it

    # dateutil takes `22-Nov-2026:05:10:31` for no time.
    text = re.sub(r"(\d{4}):", r"\1 ", text)
    try:
        moment = parser.parse(text, default=datetime(year, 1, 1))
        zoned = moment.tzinfo is not None
        moment = moment.astimezone(UTC) if zoned else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # a zone of a hundred hours, or a year before the first
        return None
    fraction = re.search(r":\d\d[.,](\d+)", text)
    digits = min(len(fraction[1]), 9) if fraction else 0
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Stamp(since // timedelta(microseconds=1) * 1000, 10 ** (9 - digits), zoned)
