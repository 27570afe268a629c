"""Link types that aren't on the shelf are read with scapy's help, and say the same."""

from __future__ import annotations

import struct

import pytest
from scapy.layers.dot11 import Dot11, RadioTap
from scapy.layers.l2 import LLC, SNAP
from scapy.packet import Packet

from netdiag.decode.layers import LINK_TYPES
from netdiag.errors import LinkTypeError
from tests.decode.building import RAW, assert_as_scapy, decode, ip_packets

IEEE802_11, IEEE802_11_RADIO, PPP_WITH_DIRECTION = 105, 127, 204


def in_wifi(packet: Packet) -> bytes:
    code = 0x86DD if packet.name == "IPv6" else 0x0800
    return bytes(Dot11(type=2) / LLC() / SNAP(code=code) / packet)


def test_wifi_says_what_plain_ip_says() -> None:
    assert IEEE802_11 not in LINK_TYPES
    expected = assert_as_scapy(ip_packets(), RAW)
    got = decode([in_wifi(p) for p in ip_packets()], IEEE802_11)
    assert list(got.rows()) == list(expected.rows())
    assert got.problems == ()


def test_behind_a_radio_header_and_before_a_frame_check_sequence() -> None:
    expected = assert_as_scapy(ip_packets(), RAW)
    got = decode([bytes(RadioTap()) + in_wifi(p) for p in ip_packets()], IEEE802_11_RADIO)
    assert list(got.rows()) == list(expected.rows())
    flags_with_fcs = struct.pack("<BBHIB", 0, 0, 9, 0x02, 0x10)
    frames = [flags_with_fcs + in_wifi(p) + b"\x01\x02\x03\x04" for p in ip_packets()]
    assert list(decode(frames, IEEE802_11_RADIO).rows()) == list(expected.rows())


def test_tunnels_behind_it_are_peeled_by_the_columns() -> None:
    expected = assert_as_scapy(ip_packets(), RAW)
    from scapy.layers.inet import IP  # noqa: PLC0415
    from scapy.layers.l2 import GRE  # noqa: PLC0415

    frames = [in_wifi(IP() / GRE() / p) for p in ip_packets()]
    assert list(decode(frames, IEEE802_11).rows()) == list(expected.rows())


def test_beside_link_types_of_the_shelf() -> None:
    packets = ip_packets()
    frames = [in_wifi(p) if i % 2 else bytes(p) for i, p in enumerate(packets)]
    got = decode(frames, [IEEE802_11 if i % 2 else RAW for i in range(len(packets))])
    expected = assert_as_scapy(packets, RAW)
    assert list(got.rows()) == list(expected.rows())


def test_cut_at_every_byte() -> None:
    packet = next(p for p in ip_packets() if p.name == "IP")
    frame = in_wifi(packet)
    tcp_ends = len(frame) - len(packet) + 40
    for size in range(len(frame)):
        got = decode([frame[:size]], IEEE802_11, originals=[len(frame)])
        assert len(got.segments) == (size >= tcp_ends)
        assert set(got.codes) <= {"headers-cut"}


def test_what_is_no_ip_is_no_problem() -> None:
    got = decode([bytes(Dot11(type=0, subtype=8)) + bytes(30), b""], IEEE802_11)
    assert len(got.segments) == 0
    assert got.problems == ()


def test_a_link_type_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(LinkTypeError, match=r"found number 999$"):
        decode([bytes(60)], 999)
