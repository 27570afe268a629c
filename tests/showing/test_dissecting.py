"""Frames taken apart, whatever they hold."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.showing.dissecting import LONGEST_LINE, take_apart
from tests.recorded import examine_files, recorded
from tests.showing.shown import shown, shown_of


def test_a_frame_and_its_layers() -> None:
    (frame,) = shown_of("tomcat-stale-20s", "c1", frames=("88",)).dissections
    assert (frame.frame, frame.capture, frame.of_connection) == (88, 0, True)
    assert frame.layers == ("Ether", "IP", "TCP")
    assert any(line.split() == ["flags", "=", "FA"] for line in frame.fields)
    assert len(frame.bytes_hex) == 2 * frame.captured_bytes == 2 * frame.original_bytes


def test_frames_of_others_and_in_the_order_asked_for() -> None:
    frames = shown_of("tomcat-stale-20s", "c1", frames=("93", "4", "1")).dissections
    assert [(f.frame, f.of_connection) for f in frames] == [(93, True), (4, False), (1, True)]


def test_a_compressed_and_damaged_capture(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap.gz"
    path.write_bytes(gzip.compress(recorded("tomcat-stale-20s").path.read_bytes()[:9000]))
    found = examine_files([path])
    last = found.subject.captures[0].info.packets
    (frame,) = shown(found, "c1", [path], frames=(str(last),)).dissections
    assert frame.frame == last


def test_pcapng() -> None:
    assert recorded("stale").path.suffix == ".pcapng"
    (frame,) = shown_of("stale", frames=("2",)).dissections
    assert "TCP" in frame.layers


@pytest.mark.parametrize("link_type", [0, 1, 101, 113, 276, 228, 4711])
@settings(deadline=None, max_examples=25)  # the first one imports scapy
@given(data=st.binary(max_size=120))
def test_any_bytes(link_type: int, data: bytes) -> None:
    layers, fields = take_apart(data, link_type)
    assert all(len(line) <= LONGEST_LINE for line in fields)
    assert len(layers) >= (1 if data else 0)


def test_long_payloads_are_cropped() -> None:
    _, fields = take_apart(b"\xff" * 5000, 4711)
    assert max(map(len, fields)) == LONGEST_LINE
