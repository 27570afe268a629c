"""The Internet checksum (RFC 1071), as the redacted bytes need it."""

from __future__ import annotations


def checksum(data: bytes | bytearray) -> int:
    """The ones' complement of the ones' complement sum of the 16-bit words, from 0 to 0xFFFF.

    The number that all bytes make is congruent to the sum of its words modulo 0xFFFF, and much
    faster to be had.
    """
    number = int.from_bytes(data, "big")
    if len(data) % 2:
        number <<= 8
    return 0xFFFF - (number % 0xFFFF or (0xFFFF if number else 0))


def pseudo_header(addresses: bytes | bytearray, protocol: int, length: int) -> bytes:
    """What TCP, UDP and ICMPv6 sum up before themselves (RFC 9293, section 3.1; RFC 8200, 8.1).

    Args:
        addresses: source and destination, 8 or 32 bytes.
        protocol: its number.
        length: bytes of header and payload.
    """
    return bytes(addresses) + (length & 0xFFFFFFFF).to_bytes(4, "big") + bytes([0, 0, 0, protocol])
