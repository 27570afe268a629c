"""`AddressMap`: another address for each address, always the same one under the same key.

IPv4 and IPv6 keep their prefixes (`crypto_pan`): hosts of one network stay hosts of one network.
What an address is for stays as well: private, link-local, multicast and reserved addresses stay
in their ranges, and those that name nobody (loopback, unspecified, broadcast) stay what they are.
MAC addresses keep nothing but whether they are for one or for many.
"""

from __future__ import annotations

import hashlib
import ipaddress
from functools import lru_cache

from netdiag.redaction.crypto_pan import CryptoPan
from netdiag.redaction.keys import purpose_key

REMEMBERED = 1 << 16
"""So many addresses of each kind are worked out once only."""

IPV4_RANGES = (
    *("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.168.0.0/16", "224.0.0.0/4", "255.255.255.255/32"),
)
"""IANA's special-purpose ranges that say what an address is for; 240.0.0.0/4 lies along the way
to the last."""

IPV6_RANGES = ("::1/128", "fc00::/7", "fe80::/10", "ff00::/8")

_LOCALLY_ADMINISTERED, _FOR_MANY = 0x02, 0x01
_NOBODY_MACS = (bytes(6), b"\xff" * 6)


class AddressMap:
    """The addresses of one key."""

    def __init__(self, key: bytes) -> None:
        """Prepare the maps; `key` is that of the whole redaction."""
        self._ipv4 = CryptoPan(purpose_key(key, "ipv4"), 32, _prefixes(IPV4_RANGES))
        self._ipv6 = CryptoPan(purpose_key(key, "ipv6"), 128, _prefixes(IPV6_RANGES))
        self._mac_key = purpose_key(key, "mac")
        self.ipv4 = lru_cache(REMEMBERED)(self._map_ipv4)
        self.ipv6 = lru_cache(REMEMBERED)(self._map_ipv6)
        self.mac = lru_cache(REMEMBERED)(self._map_mac)

    def host(self, text: str) -> str:
        """The address that stands for one written as text.

        Raises:
            ValueError: the text is no address.
        """
        address = ipaddress.ip_address(text.partition("%")[0])
        if address.version == 4:
            return str(ipaddress.IPv4Address(self.ipv4(address.packed)))
        return str(ipaddress.IPv6Address(self.ipv6(address.packed)))

    def _map_ipv4(self, packed: bytes) -> bytes:
        """Four bytes for four bytes."""
        if packed[0] in (0, 127):
            return packed
        return self._ipv4.permute(int.from_bytes(packed, "big")).to_bytes(4, "big")

    def _map_ipv6(self, packed: bytes) -> bytes:
        """Sixteen bytes for sixteen bytes."""
        return self._ipv6.permute(int.from_bytes(packed, "big")).to_bytes(16, "big")

    def _map_mac(self, packed: bytes) -> bytes:
        """Six bytes for six bytes, marked as locally administered (IEEE 802, section 8.4)."""
        if packed in _NOBODY_MACS:
            return packed
        name = bytearray(hashlib.blake2b(packed, key=self._mac_key, digest_size=6).digest())
        name[0] = name[0] & ~_FOR_MANY | packed[0] & _FOR_MANY | _LOCALLY_ADMINISTERED
        return bytes(name)


def _prefixes(ranges: tuple[str, ...]) -> list[tuple[int, int]]:
    networks = [ipaddress.ip_network(text) for text in ranges]
    return [
        (int(net.network_address) >> (net.max_prefixlen - net.prefixlen), net.prefixlen)
        for net in networks
    ]
