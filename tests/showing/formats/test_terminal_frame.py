"""One frame on a terminal."""

from __future__ import annotations

from netdiag.report.connection_view import Dissection
from netdiag.report.formats.terminal_format.paper import Paper
from netdiag.report.page import PLAIN
from netdiag.showing.formats.terminal_frame import MOST_BYTES, hexdump, write_frame
from tests.report.hostile import HOSTILE, controls_in, widest


def frame(data: bytes, *fields: str) -> str:
    paper = Paper(PLAIN)
    dissection = Dissection(
        frame=7,
        capture=1,
        time="2026-11-21T11:00:00.000001Z",
        of_connection=False,
        link_type="EN10MB",
        captured_bytes=len(data),
        original_bytes=len(data),
        layers=("Ether", "Raw"),
        fields=fields,
        bytes_hex=data.hex(),
    )
    return paper.print(write_frame(dissection, 2, paper))


def test_bytes_as_wireshark_has_them() -> None:
    assert list(hexdump(b"GET / HTTP/1.1\r\n\x1b")) == [
        "  0000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..",
        "  0010  1b                                               .",
    ]
    assert list(hexdump(b"")) == []


def test_long_frames_are_cut() -> None:
    text = frame(b"x" * (MOST_BYTES + 9))
    assert text.count("  xxxxxxxxxxxxxxxx\n") == MOST_BYTES // 16
    assert text.rstrip().endswith("9 more bytes: --format json has them")


def test_whose_it_is() -> None:
    assert "2:7  11:00:00.000001, of another connection or none" in frame(b"x")


def test_fields_are_only_text() -> None:
    text = frame(b"x", f"load = {HOSTILE}", "y" * 300)
    assert not controls_in(text)
    assert widest(text) <= 80
