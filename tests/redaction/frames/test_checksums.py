"""The Internet checksum, against scapy's."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from scapy.utils import checksum as scapys

from netdiag.redaction.frames.checksums import checksum, pseudo_header


@given(st.binary(max_size=200))
@example(b"")
@example(b"\x00\x00")
@example(b"\xff\xff")
@example(b"\xff\xff\xff\xff")
def test_as_scapy_does_it(data: bytes) -> None:
    assert checksum(data) == scapys(data)


def test_a_pseudo_header() -> None:
    assert pseudo_header(bytes(8), 6, 0x1234) == bytes(8) + b"\0\0\x12\x34\0\0\0\x06"
