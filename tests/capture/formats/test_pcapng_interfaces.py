"""Interface descriptions and their clocks, against exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.capture.formats.pcapng_interfaces import Interface
from tests.capture.building import interface, option


@given(exponent=st.integers(0, 27), seconds=st.integers(0, 1 << 31), part=st.fractions(0, 1))
def test_decimal_clocks(exponent: int, seconds: int, part: Fraction) -> None:
    ticks = int((seconds + part) * 10**exponent) % (1 << 64)
    expected = ticks * 10**9 // 10**exponent
    got = Interface(1, 0, exponent).times_ns(np.array([ticks], np.uint64))
    assert got.tolist() == [expected]


@given(exponent=st.integers(0, 63), seconds=st.integers(0, 1 << 31), part=st.fractions(0, 1))
def test_binary_clocks(exponent: int, seconds: int, part: Fraction) -> None:
    ticks = int((seconds + part) * 2**exponent) & ((1 << 64) - 1)
    if ticks >> exponent > 1 << 33:
        ticks &= (1 << exponent) - 1
    exact = Fraction(ticks, 2**exponent) * 10**9
    got = Interface(1, 0, 0x80 | exponent).times_ns(np.array([ticks], np.uint64))
    # Only 34 bits of the fraction are looked at: at most one nanosecond is lost.
    assert got[0] in (int(exact), int(exact) - 1)
    if exponent <= 34:
        assert got[0] == int(exact)


@pytest.mark.parametrize("resolution", [28, 127, 0x80 | 64, 0xFF])
def test_impossible_resolutions_are_no_crash(resolution: int) -> None:
    assert Interface(1, 0, resolution).times_ns(np.array([5, 6], np.uint64)).tolist() == [0, 0]


@pytest.mark.parametrize("offset", [3600, -3600, 0])
def test_the_offset_is_added(offset: int) -> None:
    got = Interface(1, 0, 6, offset).times_ns(np.array([7_200_000_000], np.uint64))
    assert got.tolist() == [(7200 + offset) * 10**9]


def test_an_offset_beyond_64_bits_is_no_crash() -> None:
    Interface(1, 0, 6, -(1 << 63)).times_ns(np.array([1, 2], np.uint64))


@pytest.mark.parametrize("order", ["<", ">"])
def test_options_are_read(order: str) -> None:
    options = b"".join(
        [
            option(2, b"eth0", order),
            option(9, b"\x8a", order),
            option(14, (-5).to_bytes(8, "little" if order == "<" else "big", signed=True), order),
            option(0, b"", order),
            option(9, b"\x03", order),  # behind the end of the options
        ]
    )
    block = interface(113, 96, options, order)
    assert Interface.parse(block, order) == Interface(113, 96, 0x8A, -5, ((2, b"eth0"),))


def test_options_that_are_cut_end_the_options() -> None:
    block = interface(1, 0, option(9, b"\x03") + b"\x0e\x00\x08\x00\x01\x02\x03\x04")
    assert Interface.parse(block, "<") == Interface(1, 0, 3, 0)


def test_a_block_too_short_for_its_fields() -> None:
    assert Interface.parse(bytes(12), "<") == Interface(0, 0)


@pytest.mark.parametrize(
    ("resolution", "finer"),
    [(6, False), (7, True), (9, True), (0x80 | 19, False), (0x80 | 20, True)],
)
def test_finer_than_microseconds(resolution: int, finer: bool) -> None:
    assert Interface(1, 0, resolution).finer_than_microseconds is finer
