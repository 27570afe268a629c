"""Endpoints as numbers, and back."""

from __future__ import annotations

import pickle
from ipaddress import IPv4Address, IPv6Address
from unittest import mock

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode import addresses as module
from netdiag.decode.addresses import IPV6_BIT, Addresses, port, renumbered

few = st.sampled_from(
    [bytes(15) + bytes([i]) for i in range(6)] + [bytes([i]) * 16 for i in (1, 9)]
)
raw_addresses = st.lists(st.one_of(few, few, st.binary(min_size=16, max_size=16)), max_size=30)


def as_array(raw: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(raw), np.uint8).reshape(-1, 16)


def in_order_of_appearance(blocks: list[list[bytes]]) -> list[list[int]]:
    seen: dict[bytes, int] = {}
    return [[seen.setdefault(raw, len(seen)) for raw in block] for block in blocks]


@given(blocks=st.lists(raw_addresses, max_size=5))
def test_numbers_follow_the_order_of_appearance(blocks: list[list[bytes]]) -> None:
    addresses = Addresses()
    got = [addresses.number(as_array(block)) for block in blocks]
    assert [numbers.tolist() for numbers in got] == in_order_of_appearance(blocks)
    assert all(numbers.dtype == np.uint64 for numbers in got)
    for block, numbers in zip(blocks, got, strict=True):
        for raw, number in zip(block, numbers.tolist(), strict=True):
            assert addresses.address(IPV6_BIT | number << 16) == IPv6Address(raw)


@given(blocks=st.lists(raw_addresses, max_size=4))
def test_a_collision_of_keys_takes_no_address_for_another(blocks: list[list[bytes]]) -> None:
    addresses = Addresses()
    with mock.patch.object(module, "_keys", lambda halves: np.zeros(len(halves), np.uint64)):
        got = [addresses.number(as_array(block)).tolist() for block in blocks]
    assert got == in_order_of_appearance(blocks)


def test_endpoints_as_text() -> None:
    addresses = Addresses()
    v4 = int(IPv4Address("10.1.2.3")) << 16 | 8080
    (number,) = addresses.number(as_array([IPv6Address("2001:db8::1").packed])).tolist()
    v6 = IPV6_BIT | number << 16 | 443
    assert addresses.text(v4) == "10.1.2.3:8080"
    assert addresses.text(v6) == "[2001:db8::1]:443"
    assert addresses.host(v4) == "10.1.2.3"
    assert addresses.host(v6) == "2001:db8::1"
    assert (port(v4), port(v6)) == (8080, 443)
    assert addresses.text(np.uint64(v6)) == "[2001:db8::1]:443"  # type: ignore[arg-type]


def test_hosts_are_found() -> None:
    addresses = Addresses()
    assert addresses.find("2001:db8::1") is None
    addresses.number(as_array([bytes(16), IPv6Address("2001:db8::1").packed]))
    assert addresses.find("2001:db8:0::1") == IPV6_BIT | 1 << 16
    assert addresses.find("10.1.2.3") == 0x0A010203 << 16
    with pytest.raises(ValueError, match="not appear to be an IPv4 or IPv6"):
        addresses.find("shop.example")


def test_endpoints_in_order() -> None:
    addresses = Addresses()
    raw = [IPv6Address(text).packed for text in ("2001:db8::2", "::1", "2001:db8::1")]
    sixes = [IPV6_BIT | n << 16 | 443 for n in addresses.number(as_array(raw)).tolist()]
    v4 = int(IPv4Address("203.0.113.1")) << 16
    endpoints = np.array([*sixes, v4 | 8080, v4 | 80, 5 << 16, sixes[1] - 1], np.uint64)
    ordered = endpoints[addresses.order(endpoints)]
    assert [addresses.text(int(endpoint)) for endpoint in ordered] == [
        "0.0.0.5:0",
        "203.0.113.1:80",
        "203.0.113.1:8080",
        "[::1]:442",
        "[::1]:443",
        "[2001:db8::1]:443",
        "[2001:db8::2]:443",
    ]
    assert addresses.order(np.empty(0, np.uint64)).tolist() == []


def test_another_analysis_numbers_are_taken_over() -> None:
    ours, theirs = Addresses(), Addresses()
    raw = np.arange(64, dtype=np.uint8).reshape(4, 16)
    ours.number(raw[[0, 1]])
    own = theirs.number(raw[[3, 1, 2]])
    numbers = ours.take_in(theirs)
    assert numbers.tolist() == [2, 1, 3]
    endpoints = np.append(np.uint64(IPV6_BIT | 443) | own << np.uint64(16), [1 << 16 | 80])
    endpoints = endpoints.astype(np.uint64)
    made = renumbered(endpoints, numbers)
    assert [ours.text(e) for e in made.tolist()] == [theirs.text(e) for e in endpoints.tolist()]
    assert ours.take_in(Addresses()).tolist() == []


def test_they_survive_being_pickled() -> None:
    ours = Addresses()
    raw = np.arange(64, dtype=np.uint8).reshape(4, 16)
    numbers = ours.number(raw)
    again = pickle.loads(pickle.dumps(ours))
    assert again.number(raw[::-1]).tolist() == numbers[::-1].tolist()
    assert again.number(raw + np.uint8(100)).tolist() == [4, 5, 6, 7]
    assert again.host(IPV6_BIT | 2 << 16) == ours.host(IPV6_BIT | 2 << 16)
    assert len(pickle.dumps(Addresses())) < 200


def test_lasting_numbers_are_the_same_whoever_numbered_the_addresses() -> None:
    raw = np.frombuffer(bytes(range(48)), np.uint8).reshape(3, 16)
    one, other = Addresses(), Addresses()
    ports = np.array([1, 1, 2], np.uint64)

    def endpoints(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        return np.uint64(IPV6_BIT) | numbers << np.uint64(16) | ports

    mine = one.lasting(endpoints(one.number(raw)))
    other.number(raw[::-1])
    theirs = other.lasting(endpoints(other.number(raw)))
    assert mine.tolist() == theirs.tolist()
    assert len(set(mine.tolist())) == 3
    four = np.array([1 << 16, 5 << 16 | 80], np.uint64)
    assert one.lasting(four).tolist() == four.tolist()
