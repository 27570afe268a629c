"""TCP: the header stays, options as far as they are known, checksums are right."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP
from scapy.layers.l2 import Ether

from tests.redaction.frames.packets import (
    SECRET,
    checksums,
    computed,
    ether,
    redacted,
    tcp,
    v4,
    v6,
)


@pytest.mark.parametrize("ip", [v4, v6])
def test_header_and_length_stay_and_the_payload_goes(ip) -> None:  # type: ignore[no-untyped-def]
    before = Ether(bytes(ether() / ip() / tcp(window=4321, urgptr=5)))
    after = Ether(redacted(before))
    for name in ("sport", "dport", "seq", "ack", "flags", "window", "urgptr", "dataofs"):
        assert after[TCP].getfieldval(name) == before[TCP].getfieldval(name)
    assert bytes(after[TCP].payload) == b"x" * len(SECRET)


@pytest.mark.parametrize("ip", [v4, v6])
@pytest.mark.parametrize("payload", [b"", b"a", SECRET, b"GET /x HTTP/1.1\r\n\r\n"])
def test_checksums_are_right(ip, payload: bytes) -> None:  # type: ignore[no-untyped-def]
    shown = redacted(ether() / ip() / tcp(payload))
    assert checksums(shown) == computed(shown)


def test_known_options_stay_and_clocks_keep_their_differences() -> None:
    options = [("MSS", 1460), ("SAckOK", b""), ("WScale", 7), ("Timestamp", (5000, 0))]
    first = Ether(redacted(ether() / v4() / tcp(options=options)))[TCP].options
    options[-1] = ("Timestamp", (5010, 5000))
    second = Ether(redacted(ether() / v4() / tcp(options=options)))[TCP].options
    assert first[:3] == options[:3]
    (_, (one, none)), (_, (two, echo)) = first[3], second[3]
    assert (two - one) % 2**32 == 10
    assert echo == one != 5000
    assert none == 0


@pytest.mark.parametrize(
    "option",
    [(34, b"cookie12"), (19, b"0123456789abcdef"), (30, b"\x00\x81key-of-it"), (253, b"unknown")],
)
def test_other_options_are_blank(option: tuple[int, bytes]) -> None:
    before = bytes(ether() / v4() / tcp(options=[option, ("NOP", None)]))
    shown = redacted(Ether(before))
    assert option[1] in before
    assert option[1] not in shown
    assert checksums(shown) == computed(shown)
    assert {name for name, _ in Ether(shown)[TCP].options} <= {"NOP", "EOL"}


def test_of_a_segment_that_was_cut_the_rest_counts_as_zeros() -> None:
    whole = ether() / v4() / tcp(SECRET * 4)
    shown = redacted(whole, snap=80)
    rest = shown + bytes(len(bytes(whole)) - 80)
    assert checksums(rest) == computed(rest)


def test_a_header_that_contradicts_itself_has_no_payload() -> None:
    shown = redacted(ether() / v4() / tcp(dataofs=3))
    assert SECRET not in shown
    assert b"x" not in shown[54:]


@pytest.mark.parametrize("offset", [3, 15])
def test_what_is_no_header_keeps_its_ports_only(offset: int) -> None:
    shown = redacted(ether() / v4() / tcp(b"SECRET", dataofs=offset, window=4321, urgptr=5))
    assert shown[34:38] == (40000).to_bytes(2, "big") + (8080).to_bytes(2, "big")
    assert not any(shown[38:])
