"""Endpoints as single numbers, exactly: no hashing, so no two endpoints can be taken for one.

An endpoint is ``family << 48 | address << 16 | port`` in a uint64: for IPv4 the family bit is 0
and the address is its 32 bits; for IPv6 the family bit is 1 and the address is a number that
`Addresses` gave to it when it first appeared.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

import numpy as np
import numpy.typing as npt

IPV6_BIT = 1 << 48
_PORT = np.uint64(0xFFFF)

LOOPBACK_NET = np.uint64(127)
"""127.0.0.0/8 (RFC 1122, section 3.2.1.3), as the eight highest bits of an IPv4 address."""

MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
"""An odd number near 2⁶⁴ divided by the golden ratio: a product's high bits depend on all bits."""
LEAST_SLOT_BITS = 12
SPARE_SLOT_BITS = 3
"""Slots are eight times as many as addresses, so that most addresses have one of their own."""

Halves = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]


class Addresses:
    """The IPv6 addresses of an analysis, numbered from 0 in order of appearance.

    A known address is found by its key: in the slot of the key's high bits, or if another
    address took that, among the sorted keys. It is always compared in full: a collision costs
    time, and never takes one address for another.
    """

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._known: list[bytes] = []
        self._index()

    def __len__(self) -> int:
        return len(self._known)

    def __getstate__(self) -> bytes:
        """The addresses alone; how they are found is made anew where they are unpickled."""
        return b"".join(self._known)

    def __setstate__(self, state: bytes) -> None:
        self._known = [state[i : i + 16] for i in range(0, len(state), 16)]
        self._numbers = {raw: number for number, raw in enumerate(self._known)}
        self._index()

    def take_in(self, others: Addresses) -> npt.NDArray[np.uint64]:
        """Number the addresses of another analysis; uint64, by their numbers in that one."""
        raw = np.frombuffer(b"".join(others._known), np.uint8).reshape(-1, 16)
        return self.number(raw)

    def number(self, addresses: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
        """Numbers for a (rows, 16) uint8 array of IPv6 addresses, as uint64 of shape (rows,).

        Addresses not seen before are numbered in the order of the rows.
        """
        raw = np.ascontiguousarray(addresses)
        halves = raw.view(np.uint64).reshape(-1, 2)
        keys = _keys(halves)
        numbers = np.zeros(len(raw), np.int64)
        missing = np.arange(len(raw))
        if self._known:
            numbers = self._slots.take(self._slots_of(keys))
            missing = np.flatnonzero(self._differ(numbers, halves))
        if self._known and len(missing):
            places = np.searchsorted(self._keys, keys[missing])
            numbers[missing] = self._by_key[np.minimum(places, len(self._keys) - 1)]
            missing = missing[self._differ(numbers[missing], halves[missing])]
        if len(missing):
            numbers[missing] = self._learn(raw[missing].view("V16").ravel())
        return numbers.astype(np.uint64)

    def _differ(self, numbers: Numbers, halves: Halves) -> npt.NDArray[np.bool_]:
        """Whether the address of each number is another one than that of the row."""
        high, low = self._halves
        differ: npt.NDArray[np.bool_] = high.take(numbers) != halves[:, 0]
        differ |= low.take(numbers) != halves[:, 1]
        return differ

    def _slots_of(self, keys: Halves) -> Numbers:
        return (keys >> self._shift).astype(np.int64)

    def _learn(self, rows: npt.NDArray[np.void]) -> Numbers:
        """Numbers for addresses of which most are new."""
        distinct, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
        numbers = np.empty(len(distinct), np.int64)
        for i in np.argsort(first).tolist():
            raw = distinct[i].tobytes()
            number = self._numbers.setdefault(raw, len(self._known))
            if number == len(self._known):
                self._known.append(raw)
            numbers[i] = number
        self._index()
        return numbers[inverse]

    def _index(self) -> None:
        """Make the columns by which known addresses are found."""
        halves = np.frombuffer(b"".join(self._known), np.uint64).reshape(-1, 2)
        self._halves = np.ascontiguousarray(halves.T)
        keys = _keys(halves)
        self._by_key = np.argsort(keys, kind="stable")
        self._keys = keys[self._by_key]
        bits = max(len(keys).bit_length() + SPARE_SLOT_BITS, LEAST_SLOT_BITS)
        self._shift = np.uint64(64 - bits)
        self._slots = np.zeros(1 << bits, np.int64)
        self._slots[self._slots_of(keys)] = np.arange(len(keys))

    def lasting(self, endpoints: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """A number for each endpoint that is the same in every analysis, mostly its own; uint64."""
        six = np.flatnonzero(endpoints & np.uint64(IPV6_BIT))
        numbers = (endpoints[six] >> np.uint64(16)) & np.uint64(0xFFFFFFFF)
        made = endpoints.copy()
        made[six] = _keys(np.ascontiguousarray(self._halves.T))[numbers] ^ endpoints[six] & _PORT
        return made

    def address(self, endpoint: int) -> IPv4Address | IPv6Address:
        """The IP address of an endpoint number."""
        bits = (int(endpoint) >> 16) & 0xFFFFFFFF
        if int(endpoint) & IPV6_BIT:
            return IPv6Address(self._known[bits])
        return IPv4Address(bits)

    def host(self, endpoint: int) -> str:
        """The endpoint's address alone, as text, without brackets."""
        bits = (int(endpoint) >> 16) & 0xFFFFFFFF
        return _text(self._known[bits] if int(endpoint) & IPV6_BIT else bits)

    def text(self, endpoint: int) -> str:
        """``address:port``, with IPv6 addresses in brackets."""
        host = self.host(endpoint)
        return f"[{host}]:{port(endpoint)}" if ":" in host else f"{host}:{port(endpoint)}"

    def find(self, host: str) -> int | None:
        """The endpoint number of `host` with port 0; None for an IPv6 address not seen.

        Raises:
            ValueError: `host` is no IP address.
        """
        address = ip_address(host)
        if isinstance(address, IPv4Address):
            return int(address) << 16
        number = self._numbers.get(address.packed)
        return None if number is None else IPV6_BIT | number << 16

    def order(self, endpoints: npt.NDArray[np.uint64]) -> Numbers:
        """The indices that sort endpoints by address, IPv4 first, then by port."""
        six = (endpoints & np.uint64(IPV6_BIT)) != 0
        high, low = np.zeros((2, len(endpoints)), np.uint64)
        low[~six] = endpoints[~six] >> np.uint64(16)
        if six.any():
            numbers = (endpoints[six] >> np.uint64(16)) & np.uint64(0xFFFFFFFF)
            halves = np.frombuffer(b"".join(self._known), ">u8").reshape(-1, 2)[numbers]
            high[six], low[six] = halves.T
        return np.lexsort((endpoints & np.uint64(0xFFFF), low, high, six))


@lru_cache(maxsize=4096)
def _text(address: int | bytes) -> str:
    """An IPv4 address's number or the 16 bytes of an IPv6 address as text; it takes long."""
    return str(ip_address(address))


def port(endpoint: int) -> int:
    """The port of an endpoint number."""
    return int(endpoint) & 0xFFFF


def renumbered(
    endpoints: npt.NDArray[np.uint64], numbers: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """Endpoints with other numbers for their IPv6 addresses; ``numbers[old]`` is the new one."""
    six = np.flatnonzero(endpoints & np.uint64(IPV6_BIT))
    old = (endpoints[six] >> np.uint64(16)) & np.uint64(0xFFFFFFFF)
    made = endpoints.copy()
    made[six] = np.uint64(IPV6_BIT) | numbers[old] << np.uint64(16) | endpoints[six] & _PORT
    return made


def _keys(halves: Halves) -> Halves:
    """One number an address, nearly always its own; products wrap around at 2⁶⁴."""
    return (halves[:, 0] * MIX ^ halves[:, 1]) * MIX
