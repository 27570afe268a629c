"""The names of link types: what tcpdump, Wireshark and libpcap call them.

Those that can carry TCP, and the commonest others; source: https://www.tcpdump.org/linktypes.html
"""

from __future__ import annotations

NAMES = {
    0: "NULL",
    1: "EN10MB",
    6: "IEEE802",
    7: "ARCNET",
    8: "SLIP",
    9: "PPP",
    10: "FDDI",
    12: "RAW",
    14: "RAW",
    50: "PPP_SERIAL",
    51: "PPP_ETHER",
    100: "ATM_RFC1483",
    101: "RAW",
    104: "C_HDLC",
    105: "IEEE802_11",
    107: "FRELAY",
    108: "LOOP",
    109: "ENC",
    113: "LINUX_SLL",
    117: "PFLOG",
    119: "PRISM_HEADER",
    122: "IP_OVER_FC",
    123: "SUNATM",
    127: "IEEE802_11_RADIO",
    138: "APPLE_IP_OVER_IEEE1394",
    143: "DOCSIS",
    163: "IEEE802_11_RADIO_AVS",
    166: "PPP_PPPD",
    189: "USB_LINUX",
    192: "PPI",
    195: "IEEE802_15_4",
    204: "PPP_WITH_DIR",
    219: "MPLS",
    220: "USB_LINUX_MMAPPED",
    226: "IPNET",
    227: "CAN_SOCKETCAN",
    228: "IPV4",
    229: "IPV6",
    239: "NFLOG",
    240: "NETANALYZER",
    242: "IPOIB",
    249: "USBPCAP",
    253: "NETLINK",
    258: "PKTAP",
    271: "VSOCK",
    274: "ETHERNET_MPACKET",
    276: "LINUX_SLL2",
}


def link_type_name(number: int) -> str:
    """The name of a LINKTYPE_* number; ``LINKTYPE_<number>`` for one without a name."""
    return NAMES.get(number, f"LINKTYPE_{number}")
