"""What an EtherType announces; shared by every layer that carries one.

Source: https://www.iana.org/assignments/ieee-802-numbers
"""

from __future__ import annotations

from netdiag.decode.layers.interface import Protocol, table

ETHERTYPES = table(
    1 << 16,
    {
        0x0800: Protocol.IPV4,
        0x6558: Protocol.ETHERNET,  # transparent Ethernet bridging, in GRE and Geneve
        0x8100: Protocol.VLAN,  # 802.1Q
        0x86DD: Protocol.IPV6,
        0x8847: Protocol.MPLS,
        0x8848: Protocol.MPLS,  # with an upstream-assigned label, RFC 5332
        0x8864: Protocol.PPPOE,  # session stage
        0x880B: Protocol.PPP,  # in GRE version 1, RFC 2637
        0x88A8: Protocol.VLAN,  # 802.1ad, the outer tag of QinQ
        0x9100: Protocol.VLAN,  # QinQ before it was standardised
    }
    # Up to 1500 the field is a length, and an 802.2 header follows (IEEE 802.3, section 3.2.6).
    | dict.fromkeys(range(1501), Protocol.LLC),
)
