"""Crypto-PAn: as its authors' program does it, and what is fixed stays fixed."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.redaction.crypto_pan import CryptoPan

AUTHORS_KEY = bytes.fromhex("1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202")
AUTHORS_SAMPLE = {
    "128.11.68.132": "135.242.180.132",
    "129.118.74.4": "134.136.186.123",
    "130.132.252.244": "133.68.164.234",
    "141.223.7.43": "141.167.8.160",
    "152.163.225.39": "151.140.114.167",
    "192.102.249.13": "252.138.62.131",
    "193.150.244.223": "253.169.52.216",
}
"""From the sample trace of Crypto-PAn 1.0, by the authors of the paper."""

V4 = st.integers(0, 2**32 - 1)
PRIVATE = ip_network("10.0.0.0/8")
FIXED = CryptoPan(AUTHORS_KEY, 32, [(10, 8)])


@pytest.mark.parametrize("address", AUTHORS_SAMPLE)
def test_as_the_authors_program(address: str) -> None:
    permuted = CryptoPan(AUTHORS_KEY, 32).permute(int(IPv4Address(address)))
    assert str(IPv4Address(permuted)) == AUTHORS_SAMPLE[address]


@given(V4, V4)
def test_two_addresses_share_as_many_bits_as_before(one: int, other: int) -> None:
    before = (one ^ other).bit_length()
    assert (FIXED.permute(one) ^ FIXED.permute(other)).bit_length() == before


@given(V4)
def test_a_fixed_range_keeps_its_addresses_and_gets_no_others(address: int) -> None:
    was_private = IPv4Address(address) in PRIVATE
    assert (IPv4Address(FIXED.permute(address)) in PRIVATE) == was_private


def test_within_a_fixed_range_addresses_change() -> None:
    changed = [n for n in range(256) if FIXED.permute((10 << 24) + n) != (10 << 24) + n]
    assert len(changed) >= 200


def test_another_key_is_another_permutation() -> None:
    other = CryptoPan(bytes(32), 32)
    numbers = range(0, 2**32, 2**27 + 12345)
    assert [other.permute(n) for n in numbers] != [FIXED.permute(n) for n in numbers]
