"""A run on this host: what is said of it."""

from __future__ import annotations

from pathlib import Path

from netdiag.cli.recording import summary
from netdiag.recording.run import Recording, Totals


def done(tmp_path: Path, **totals: int) -> Recording:
    file = tmp_path / "my x.pcap0"
    file.write_bytes(bytes(2000))
    return Recording((file,), Totals(**totals), 61.0, "stopped")


def test_how_much_and_what_next(tmp_path: Path) -> None:
    first, last = summary(done(tmp_path, captured=1234, dropped=0))
    assert first == "1,234 packets in 61s, 2 kB"
    assert last == f"netdiag analyze '{tmp_path}/my x.pcap0'"


def test_drops_are_told(tmp_path: Path) -> None:
    _, dropped, _ = summary(done(tmp_path, captured=9, dropped=3, missed=1))
    assert dropped.startswith("4 packets were dropped before tcpdump had them")
    _, one, _ = summary(done(tmp_path, captured=9, dropped=1))
    assert one.startswith("1 packet was dropped")


def test_nothing_at_all(tmp_path: Path) -> None:
    _, why = summary(done(tmp_path, captured=0, dropped=0))
    assert "right host, port and interface" in why


def test_unknown_counts(tmp_path: Path) -> None:
    assert summary(done(tmp_path))[0].startswith("? packets")
