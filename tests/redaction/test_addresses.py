"""Stand-ins of addresses: one for each, in the same range, telling nothing."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.redaction.addresses import AddressMap

KEY = bytes(range(32))
MAP = AddressMap(KEY)
V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)


def kind(address: IPv4Address | IPv6Address) -> tuple[bool, ...]:
    return (
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_unspecified,
    )


@given(V4 | V6)
def test_an_address_stays_what_it_is_for(address: IPv4Address | IPv6Address) -> None:
    assert kind(ip_address(MAP.host(str(address)))) == kind(address)


@pytest.mark.parametrize("network", ["10.1.2.3", "172.31.255.1", "192.168.0.1", "fd00::1"])
def test_private_addresses_stay_private_and_change(network: str) -> None:
    shown = ip_address(MAP.host(network))
    assert shown.is_private
    assert str(shown) != network


@given(V4, V4)
def test_prefixes_of_ipv4_are_preserved(one: IPv4Address, other: IPv4Address) -> None:
    shown = [int.from_bytes(MAP.ipv4(address.packed), "big") for address in (one, other)]
    assert (shown[0] ^ shown[1]).bit_length() == (int(one) ^ int(other)).bit_length()


@given(V6, V6)
def test_prefixes_of_ipv6_are_preserved(one: IPv6Address, other: IPv6Address) -> None:
    shown = [int.from_bytes(MAP.ipv6(address.packed), "big") for address in (one, other)]
    assert (shown[0] ^ shown[1]).bit_length() == (int(one) ^ int(other)).bit_length()


@pytest.mark.parametrize("nobody", ["127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "::"])
def test_what_names_nobody_stays(nobody: str) -> None:
    assert MAP.host(nobody) == nobody


@given(st.binary(min_size=6, max_size=6))
def test_a_mac_keeps_whether_it_is_for_many(mac: bytes) -> None:
    shown = MAP.mac(mac)
    assert shown[0] & 1 == mac[0] & 1
    assert shown in (mac, MAP.mac(mac))
    assert mac in (bytes(6), b"\xff" * 6) or shown[0] & 2


def test_macs_keep_nothing_else() -> None:
    macs = [b"\x00\x1b\x21\x00\x00" + bytes([n]) for n in range(100)]
    shown = {MAP.mac(mac) for mac in macs}
    assert len(shown) == 100
    assert len({mac[:3] for mac in shown}) > 90


def test_the_same_key_gives_the_same_stand_ins_and_another_one_others() -> None:
    assert AddressMap(KEY).host("192.0.2.77") == MAP.host("192.0.2.77")
    assert AddressMap(bytes(32)).host("192.0.2.77") != MAP.host("192.0.2.77")


def test_a_zone_is_left_out() -> None:
    assert MAP.host("fe80::1%eth0") == MAP.host("fe80::1")
