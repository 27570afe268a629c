"""``analyze`` over conversations: segments that belong together, in any order that bytes spell.

Random bytes are hardly ever two segments of one connection. Here every four bytes are a segment:
on which of four connections and from which side, its flags, how long after the one before, and
what it carries; sequence numbers follow by themselves, but where a bit says otherwise.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tests.capture.building import START_NS, Packet, pcap
from tests.fuzz.whole import check_capture

MOST_BYTES = 400
RAW = 101
END_NS = (1 << 32) * 1_000_000_000
"""A pcap file has 32 bits for the seconds."""
CONNECTIONS = 4
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MS = 1_000_000
WAITS_NS = (
    *(0, 1_000, MS, 40 * MS, 200 * MS, 1000 * MS, 5_000 * MS, 20_000 * MS, 60_000 * MS),
    *(61_000 * MS, 3_600_000 * MS, -1, -MS, -5_000 * MS, -START_NS, 10 * 365 * 86_400_000 * MS),
)
ANSWER = b"HTTP/1.1 200 OK\r\nServer: nginx/1.25.3\r\nContent-Length: 2\r\n"
PAYLOADS = (
    b"",
    b"GET /a HTTP/1.1\r\nHost: h\r\nUser-Agent: Apache-HttpClient/4.5.12 (Java/1.8)\r\n\r\n",
    ANSWER + b"\r\nok",
    ANSWER + b"Connection: close\r\n\r\nok",
    ANSWER + b"Keep-Alive: timeout=5, max=2\r\n\r\nok",
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n",
    b"POST /b\x1b[31m HTTP/1.1\r\nHost: \xe2\x80\xae\r\nExpect: 100-continue\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
    b"\x17\x03\x03\x00\x13" + bytes(19),
    b"\x15\x03\x03\x00\x02\x01\x00",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
    b"\x00\x00\x08\x07" + bytes(5) + bytes(8),
    b"*1\r\n$4\r\nPING\r\n",
    b"\x01\x00\x00\x00\x01",
)
LOST, REPEATED, STALE, CUT = 16, 32, 64, 128
"""Bits of the last byte: bytes skipped, sent again, with an old acknowledgment, cut by a snap
length."""


def seeds() -> Iterator[bytes]:
    """The stories that netdiag knows, on one connection and then on two side by side."""
    hello = _told(0, SYN, 0, 0) + _told(1, SYN | ACK, 2, 0) + _told(0, ACK, 1, 0)
    asked = _told(0, PSH | ACK, 2, 1) + _told(1, PSH | ACK, 3, 2)
    ended = _told(1, FIN | ACK, 7, 0) + _told(0, ACK, 1, 0)
    reset = _told(1, RST, 1, 0)
    stale = hello + asked + asked + ended + _told(0, PSH | ACK, 6, 1) + reset
    silent = hello + asked + b"".join(_told(0, PSH | ACK, w, 1 | REPEATED) for w in (8, 4, 5, 6))
    abort = hello + _told(0, PSH | ACK, 2, 1) + reset
    refused = _told(0, SYN, 0, 0) + _told(1, RST | ACK, 1, 0)
    announced = hello + _told(0, PSH | ACK, 2, 1) + _told(1, PSH | ACK, 2, 3) + ended
    tls = hello + _told(0, PSH | ACK, 1, 9) + _told(1, PSH | ACK, 1, 10) + _told(1, ACK, 7, 11)
    for story in (stale, silent, abort, refused, announced, tls, hello + asked + reset):
        yield story
        shifted = b"".join(
            bytes([story[i] | 2]) + story[i + 1 : i + 4] for i in range(0, len(story), 4)
        )
        yield story + shifted
        yield story[12:] + story


def _told(side: int, flags: int, wait: int, carried: int) -> bytes:
    """Four bytes of an input."""
    return bytes([side, flags, wait, carried])


def check(data: bytes) -> None:
    """See `check_capture`."""
    check_capture(capture_of(data))


def capture_of(data: bytes) -> bytes:
    """The capture that an input stands for."""
    ahead = [[0xFFFFFF00 + i, 1000 * i] for i in range(CONNECTIONS)]
    now, packets = START_NS, []
    for where, flags, wait, carried in struct.iter_unpack("4B", data[: len(data) // 4 * 4]):
        side, connection = where & 1, where >> 1 & 3
        payload = PAYLOADS[carried & 15]
        now += WAITS_NS[wait & 15] * (1 + (wait >> 4))
        mine, other = ahead[connection][side], ahead[connection][1 - side]
        if carried & LOST:
            mine += len(payload) + 1
        if carried & REPEATED:
            mine -= len(payload)
        else:
            ahead[connection][side] = mine + len(payload) + (flags & (FIN | SYN)).bit_count()
        if carried & STALE:
            other -= 100
        packet = _packet(connection, side, (mine, other, flags), payload)
        kept = packet[:48] if carried & CUT else packet
        packets.append(Packet(now % END_NS, kept, len(packet), RAW))
    return pcap(packets, link_field=RAW)


def _packet(connection: int, side: int, numbers: tuple[int, int, int], payload: bytes) -> bytes:
    client, server = (bytes([10, 0, 0, 1]), 40000 + connection), (bytes([10, 0, 0, 2]), 80)
    source, destination = (server, client) if side else (client, server)
    sequence, acknowledgment, flags = numbers
    head = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(payload), connection, 0x4000, 64 - side, 6, 0)
    ports = struct.pack(">HH", source[1], destination[1])
    rest = (sequence & 0xFFFFFFFF, acknowledgment & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
    tcp = ports + struct.pack(">IIBBHHH", *rest)
    return head + source[0] + destination[0] + tcp + payload
