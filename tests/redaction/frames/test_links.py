"""Link layers: all that lead to TCP, none with an address left."""

from __future__ import annotations

import pytest
from scapy.contrib.mpls import MPLS
from scapy.layers.inet import TCP
from scapy.layers.l2 import LLC, SNAP, CookedLinux, CookedLinuxV2, Dot1Q, Ether, Loopback
from scapy.layers.ppp import HDLC, PPP, PPPoE
from scapy.packet import Packet, Padding

from netdiag.decode import layers
from netdiag.redaction.frames import LAYERS
from tests.redaction.frames.packets import MACS, SECRET, ether, redacted, tcp, v4

MAC = bytes.fromhex(MACS["src"].replace(":", ""))
RAW = bytes(v4() / tcp())
FRAMES: dict[str, tuple[int, Packet | bytes, type[Packet]]] = {
    "ethernet": (1, ether() / v4() / tcp(), Ether),
    "vlan": (1, ether() / Dot1Q(vlan=17) / Dot1Q(vlan=4) / v4() / tcp(), Ether),
    "snap": (1, Ether(type=len(RAW) + 8) / LLC() / SNAP() / v4() / tcp(), Ether),
    "mpls": (1, ether() / MPLS(label=77, s=0) / MPLS(label=78, s=1) / v4() / tcp(), Ether),
    "pppoe": (1, ether() / PPPoE(sessionid=99) / PPP() / v4() / tcp(), Ether),
    "cooked": (113, CookedLinux(lladdrtype=1, lladdrlen=6, src=MAC) / v4() / tcp(), CookedLinux),
    "cooked 2": (
        276,
        CookedLinuxV2(lladdrtype=1, lladdrlen=6, src=MAC, proto=0x800) / v4() / tcp(),
        CookedLinuxV2,
    ),
    "null": (0, Loopback(type=2) / v4() / tcp(), Loopback),
    "ppp": (9, HDLC() / PPP() / v4() / tcp(), HDLC),
}


@pytest.mark.parametrize("name", FRAMES)
def test_tcp_is_found_and_nothing_is_left(name: str) -> None:
    link_type, frame, kind = FRAMES[name]
    shown = redacted(frame, link_type)
    assert SECRET in bytes(frame)
    assert SECRET not in shown
    assert MAC not in shown
    assert kind(shown)[TCP].dport == 8080


def test_vlans_are_kept_and_a_session_is_not() -> None:
    _, vlan, _ = FRAMES["vlan"]
    assert Ether(redacted(vlan))[Dot1Q].vlan == 17
    _, session, _ = FRAMES["pppoe"]
    assert Ether(redacted(session))[PPPoE].sessionid == 0


def test_a_trailer_is_blank() -> None:
    frame = ether() / v4() / tcp(b"") / Padding(SECRET)
    assert redacted(frame)[-len(SECRET) :] == bytes(len(SECRET))


def test_netlink_is_blank() -> None:
    frame = CookedLinux(lladdrtype=824, proto=0x800) / SECRET
    assert SECRET not in redacted(frame, 113)


def test_every_layer_that_is_decoded_can_be_redacted() -> None:
    decoded = {int(layer.protocol) for layer in layers.LAYERS}
    assert decoded <= set(LAYERS)
    assert {int(protocol) for protocol in layers.LINK_TYPES.values()} <= set(LAYERS)
