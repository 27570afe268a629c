"""Durations and sizes as people write them."""

from __future__ import annotations

import pytest

from netdiag.errors import RecordingError
from netdiag.recording.amounts import duration_text, parse_duration, parse_size, size_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("0.5s", 0.5),
        ("10m", 600),
        ("10min", 600),
        ("1h30m", 5400),
        ("2H", 7200),
        ("1d", 86_400),
        ("30d", 2_592_000),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration("--duration", text) == seconds


@pytest.mark.parametrize(
    "text", ["", "0", "0s", "-5", "ten", "10 m", "10x", "m", "31d", "1e9", "nan", "10m; reboot"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(RecordingError, match=r"--duration: expected .*found"):
        parse_duration("--duration", text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2G", 2_000_000_000),
        ("1.5GB", 1_500_000_000),
        ("500m", 500_000_000),
        ("2GiB", 2 * 1024**3),
        ("1000000", 1_000_000),
        ("1T", 10**12),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size("--size", text) == size


@pytest.mark.parametrize("text", ["", "0", "999k", "-2G", "G", "2X", "$(reboot)"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(RecordingError, match=r"--size: expected .*found"):
        parse_size("--size", text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1s"), (90, "90s"), (600, "10m"), (7200, "2h"), (172_800, "2d")]
)
def test_durations_as_they_are_written(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
    assert parse_duration("", text) == max(round(seconds), 1)


def test_sizes_as_they_are_written() -> None:
    assert [size_text(n) for n in (2_000_000_000, 5 * 10**8, 14_854, 0)] == [
        *("2.0 GB", "500 MB", "15 kB", "0 kB"),
    ]
