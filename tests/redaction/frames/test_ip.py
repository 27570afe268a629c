"""IP headers: numbers stay, addresses and options don't."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from scapy.layers.inet import IP, TCP, IPOption
from scapy.layers.inet6 import (
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    PadN,
)
from scapy.layers.ipsec import AH
from scapy.layers.l2 import Ether
from scapy.packet import Packet

from tests.redaction.frames.packets import (
    CLIENT,
    SECRET,
    SERVER,
    checksums,
    computed,
    ether,
    redacted,
    tcp,
    v4,
    v6,
)


def test_what_the_diagnosis_reads_stays() -> None:
    before = Ether(bytes(ether() / v4(ttl=57, id=4711, tos=0x28, flags="DF") / tcp()))
    after = Ether(redacted(before))
    for name in ("ttl", "id", "tos", "flags", "len", "ihl", "proto", "frag"):
        assert after[IP].getfieldval(name) == before[IP].getfieldval(name)


def test_addresses_have_stand_ins_that_stay_the_same() -> None:
    there = Ether(redacted(ether() / IP(src=CLIENT, dst=SERVER) / tcp()))[IP]
    back = Ether(redacted(ether() / IP(src=SERVER, dst=CLIENT) / tcp()))[IP]
    assert (there.src, there.dst) == (back.dst, back.src)
    assert {there.src, there.dst}.isdisjoint({CLIENT, SERVER})


def test_the_flow_label_goes() -> None:
    after = Ether(redacted(ether() / v6(fl=0x12345, tc=8, hlim=61) / tcp()))[IPv6]
    assert (after.fl, after.tc, after.hlim) == (0, 8, 61)


def test_options_are_blank_and_the_checksum_is_right() -> None:
    record = IPOption(b"\x07\x0b\x08" + ip_address(CLIENT).packed + ip_address(SERVER).packed)
    shown = redacted(ether() / v4(options=[record]) / tcp())
    assert shown[34:46] == bytes(12)
    assert checksums(shown) == computed(shown)
    assert Ether(shown)[TCP].dport == 8080


def test_later_fragments_are_blank() -> None:
    shown = redacted(ether() / v4(frag=10, proto=6) / SECRET)
    assert shown[34:] == bytes(len(SECRET))
    assert redacted(ether() / v6(nh=44) / IPv6ExtHdrFragment(offset=8, nh=6) / SECRET)[
        62:
    ] == bytes(len(SECRET))


@pytest.mark.parametrize(
    "between",
    [
        IPv6ExtHdrHopByHop(options=[PadN(optdata=b"HID")]),
        IPv6ExtHdrDestOpt(options=[PadN(optdata=b"HID")]),
        IPv6ExtHdrFragment(id=7),
    ],
)
def test_tcp_is_found_behind_extension_headers(between: Packet) -> None:
    shown = redacted(ether() / v6() / between / tcp())
    assert b"HID" not in shown
    assert SECRET not in shown
    assert Ether(shown)[TCP].dport == 8080
    assert checksums(shown) == computed(shown)


def test_other_protocols_are_blank() -> None:
    assert redacted(ether() / v4(proto=50) / SECRET)[34:] == bytes(len(SECRET))


def test_tcp_is_found_behind_authentication() -> None:
    header = AH(nh=6, spi=77, icv=b"HIDHIDHIDHID", payloadlen=4)
    for ip in (v4(proto=51), v6(nh=51)):
        shown = redacted(ether() / ip / header / tcp())
        assert b"HID" not in shown
        assert TCP(shown[-20 - len(SECRET) :]).dport == 8080
        assert shown.endswith(b"x" * len(SECRET))
