"""Every fixture, frame by frame and field by field: the columns say what scapy says."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from scapy.utils import RawPcapNgReader, RawPcapReader

from netdiag.decode import load
from tests.decode.building import Decoded, by_scapy, keep_all

PCAPS = Path(__file__).parents[2] / "fixtures" / "pcaps"
FILES = sorted(p for p in PCAPS.glob("*.pcap*") if p.suffix in (".pcap", ".pcapng", ".gz"))


def time_ns(metadata: object) -> int:
    """What scapy's raw readers say of a packet's time, in nanoseconds."""
    if hasattr(metadata, "tshigh"):
        ticks = metadata.tshigh << 32 | metadata.tslow  # type: ignore[attr-defined]
        return int(ticks * 10**9 // metadata.tsresol)  # type: ignore[attr-defined]
    return int(metadata.sec * 10**9 + metadata.usec)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_frame_by_frame(path: Path) -> None:
    loaded = load([str(path)], keep_all)
    got = Decoded(loaded.segments, loaded.addresses, loaded.samples)
    times = dict(zip(loaded.segments.frame.tolist(), loaded.segments.time_ns.tolist(), strict=True))
    expected, expected_times, count = [], {}, 0
    with closing(RawPcapReader(str(path))) as reader:
        for data, metadata in reader:
            count += 1
            is_pcapng = isinstance(reader, RawPcapNgReader)
            link_type = metadata.linktype if is_pcapng else reader.linktype
            row = by_scapy(data, link_type, count, metadata.wirelen)
            if row is not None:
                expected.append(row)
                scale = 1 if is_pcapng or reader.nano else 1000
                fraction = time_ns(metadata)
                seconds, part = divmod(fraction, 10**9)
                expected_times[count] = seconds * 10**9 + part * scale
    assert loaded.captures[0].info.packets == count
    assert loaded.captures[0].tcp_packets == len(expected)
    assert list(got.rows()) == expected
    assert times == expected_times


def test_there_are_fixtures() -> None:
    """Lest an empty folder look like success."""
    if not PCAPS.exists():
        pytest.skip("the fixtures aren't recorded yet")
    assert len(FILES) > 0
