"""Zones as users name them."""

from __future__ import annotations

import pytest

from netdiag.errors import LogError
from netdiag.logs.zones import Zone, parse_zone, written
from tests.logs.making import NOON, SECOND


def zone(name: str) -> Zone:
    found = parse_zone(name)
    assert found is not None
    return found


def test_nothing_said_is_no_zone() -> None:
    assert parse_zone(None) is None


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("UTC", 0),
        ("Z", 0),
        ("+02:00", 2),
        ("-0530", -5.5),
        ("+2", 2),
        ("UTC+01:00", 1),
        ("Europe/Berlin", 1),
        ("America/New_York", -5),
    ],
)
def test_a_face_in_a_zone_becomes_utc(name: str, hours: float) -> None:
    assert zone(name).to_utc(NOON + 5) == NOON + 5 - round(hours * 3600) * SECOND


def test_summer_time_counts() -> None:
    july = NOON - 130 * 86400 * SECOND
    assert zone("Europe/Berlin").to_utc(july) == july - 7200 * SECOND


@pytest.mark.parametrize("name", ["", "Berlin", "+99:00", "Europe/../passwd", "/etc/passwd", "x\0"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(LogError, match="--log-timezone: expected UTC"):
        parse_zone(name)


def test_an_offset_is_written_as_logs_do() -> None:
    assert [written(s) for s in (0, 3600, -12600, 20700)] == [
        "+00:00",
        "+01:00",
        "-03:30",
        "+05:45",
    ]
