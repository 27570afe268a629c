"""BSD loopback headers in both byte orders, of all systems."""

from __future__ import annotations

import pytest

from tests.decode.building import ETHERNET, RAW, assert_as_scapy, decode, ip_packets

NULL, LOOP = 0, 108
FAMILIES_OF_IPV6 = [10, 23, 24, 28, 30]


@pytest.mark.parametrize("family6", FAMILIES_OF_IPV6)
@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("link_type", [NULL, LOOP])
def test_families(link_type: int, order: str, family6: int) -> None:
    inside = [bytes(p) for p in ip_packets()]
    expected = assert_as_scapy(inside, RAW)
    frames = [
        (family6 if data[0] >> 4 == 6 else 2).to_bytes(4, order) + data  # type: ignore[arg-type]
        for data in inside
    ]
    got = decode(frames, link_type)
    assert list(got.rows()) == list(expected.rows())
    assert got.problems == ()


def test_scapy_agrees_where_it_knows_the_family() -> None:
    inside = [p for p in ip_packets() if p.name == "IP"]
    assert_as_scapy([b"\x02\x00\x00\x00" + bytes(p) for p in inside], NULL)


@pytest.mark.parametrize("head", [b"\x07\x00\x00\x00", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff"])
def test_other_families_are_no_problem(head: bytes) -> None:
    got = decode([head + bytes(ip_packets()[0])], NULL)
    assert len(got.segments) == 0
    assert got.problems == ()
    assert ETHERNET != NULL
