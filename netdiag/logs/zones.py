"""`Zone`: how a log's clock face becomes UTC, as the user said it.

From ``--log-timezone``: ``UTC``, ``+02:00``, or a name of the IANA database. Which zone fits best
where nobody said it is left to `netdiag.logs.clocks`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from msgspec import Struct

from netdiag.errors import LogError

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?")

OFFSETS_S = tuple(
    round(hours * 3600)
    for hours in (
        *range(-12, 15),
        *(-9.5, -3.5, -2.5, 3.5, 4.5, 5.5, 5.75, 6.5, 8.75, 9.5, 10.5, 12.75, 13.75),
    )
)
"""Every offset from UTC that a place on earth has today, in seconds (IANA time zone database)."""


class Zone(Struct, frozen=True):
    """A time zone that the user named.

    Attributes:
        name: as the user wrote it.
        rule: what it says of each day.
    """

    name: str
    rule: tzinfo

    def to_utc(self, face_ns: int) -> int:
        """A clock's face, taken for UTC, in real UTC; nanoseconds.

        An hour that an autumn has twice is taken for the first.
        """
        seconds, rest = divmod(face_ns, 1_000_000_000)
        face = datetime(1970, 1, 1) + timedelta(seconds=seconds)
        offset = self.rule.utcoffset(face)
        shift = 0 if offset is None else round(offset.total_seconds())
        return (seconds - shift) * 1_000_000_000 + rest


def parse_zone(text: str | None) -> Zone | None:
    """Read ``--log-timezone``; None where the user said nothing.

    Raises:
        LogError: there is no such zone.
    """
    if text is None:
        return None
    if text.upper() in {"UTC", "GMT", "Z"}:
        return Zone(text, UTC)
    found = _OFFSET.fullmatch(text)
    if found is not None:
        shift = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if shift < timedelta(hours=24):
            return Zone(text, timezone(-shift if found[1] == "-" else shift))
    else:
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - few runs need it

        try:
            return Zone(text, ZoneInfo(text))
        except (KeyError, ValueError, OSError):
            pass
    raise LogError(
        f"--log-timezone: expected UTC, an offset such as +02:00 or a name such as Europe/Berlin,"
        f" found '{text}'"
    )


def written(offset_s: int) -> str:
    """An offset as logs write it: ``+01:00``."""
    sign = "-" if offset_s < 0 else "+"
    return f"{sign}{abs(offset_s) // 3600:02d}:{abs(offset_s) // 60 % 60:02d}"
