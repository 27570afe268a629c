"""A large pcap of many pooled HTTP connections, made by numpy in seconds.

    python benchmarks/make_capture.py /tmp/million.pcap --packets 1000000 --snaplen 128

Each connection opens with SYN, SYN/ACK and ACK, has several exchanges (a request head and a
response with a body, each acknowledged), and mostly ends with FINs. Sequence numbers are
consistent, and the packets of all connections are interleaved by time. The same seed makes the
same file.
"""

from __future__ import annotations

import argparse
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

SYN, SYN_ACK, ACK, REQUEST, REQUEST_ACK, RESPONSE, RESPONSE_ACK, FIN, FIN_ACK, LAST_ACK = range(10)
FROM_CLIENT = np.array([1, 0, 1, 1, 0, 0, 1, 0, 1, 0], bool)
FLAGS = np.array([0x02, 0x12, 0x10, 0x18, 0x10, 0x18, 0x10, 0x11, 0x11, 0x10], np.uint8)
OPENING, CLOSING = [SYN, SYN_ACK, ACK], [FIN, FIN_ACK, LAST_ACK]
EXCHANGE = [REQUEST, REQUEST_ACK, RESPONSE, RESPONSE_ACK]

PATHS = ["/", "/health", "/api/v1/orders", "/api/v1/orders/4711/items", "/login", "/search?q=keep"]
REQUESTS = [
    f"{method} {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: Keep-Alive\r\n"
    f"User-Agent: Apache-HttpClient/4.5.13 (Java/17.0.9)\r\nAccept-Encoding: gzip,deflate\r\n\r\n"
    for method in ("GET", "HEAD")
    for path in PATHS
]
RESPONSES = [
    f"HTTP/1.1 {status}\r\nServer: nginx/1.24.0\r\nContent-Type: application/json\r\n"
    f"Content-Length: {body}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=60\r\n\r\n"
    + "x"
    * body
    for status, body in (
        ("200 OK", 312),
        ("200 OK", 1100),
        ("201 Created", 25),
        ("204 No Content", 0),
        ("404 Not Found", 146),
        ("503 Service Unavailable", 190),
    )
]
TEMPLATES = [t.encode() for t in REQUESTS + RESPONSES]
TEMPLATE_LENGTHS = np.array([len(t) for t in TEMPLATES])
HEADERS = 14 + 20 + 32
"""Ethernet, IPv4 and TCP with time stamps; a SYN has eight more bytes of options."""


@dataclass
class Packets:
    """One row a packet, in time order."""

    time_us: Ints
    connection: Ints
    role: Ints
    template: Ints
    length: Ints
    sequence: Ints
    acknowledgment: Ints


def make_packets(rng: np.random.Generator, count: int, exchanges: int) -> Packets:
    """About `count` packets, cut to exactly that many."""
    per_connection = len(OPENING) + exchanges * len(EXCHANGE) + len(CLOSING)
    connections = max(count * 11 // 10 // per_connection, 1) + 1
    turns = rng.geometric(1 / exchanges, connections)
    turns[-1] += count // 4  # so that cutting never leaves too few
    closes = rng.random(connections) < 0.8
    sizes = 3 + 4 * turns + 3 * closes
    connection = np.repeat(np.arange(connections), sizes)
    first = np.cumsum(sizes) - sizes
    step = np.arange(len(connection)) - first[connection]
    role = np.where(step < 3, step, REQUEST + (step - 3) % 4)
    from_end = step - 3 - 4 * turns[connection]
    role = np.where(from_end >= 0, FIN + from_end, role)

    template = np.full(len(role), -1)
    asks, answers = role == REQUEST, role == RESPONSE
    template[asks] = rng.integers(0, len(REQUESTS), asks.sum())
    template[answers] = rng.integers(len(REQUESTS), len(TEMPLATES), answers.sum())
    length = np.where(template >= 0, TEMPLATE_LENGTHS[template], 0)

    sent, received = _sequence_numbers(rng, role, length, connection, first)
    wait = rng.exponential(np.where(asks, 2e6, 300.0)).astype(np.int64) + 20
    elapsed = np.cumsum(wait)
    elapsed -= (elapsed - wait)[first][connection]
    spread = int(count * 500)
    time_us = 1_700_000_000_000_000 + rng.integers(0, spread, connections)[connection] + elapsed
    order = np.argsort(time_us, kind="stable")[:count]
    columns = (time_us, connection, role, template, length, sent, received)
    return Packets(*(column[order] for column in columns))


def _sequence_numbers(
    rng: np.random.Generator, role: Ints, length: Ints, connection: Ints, first: Ints
) -> tuple[Ints, Ints]:
    """Sequence and acknowledgment numbers: what each side has sent before each packet."""
    used = length + np.isin(role, [SYN, SYN_ACK, FIN, FIN_ACK])
    client = FROM_CLIENT[role]
    begin = rng.integers(0, 1 << 32, (2, len(first)))
    sides = []
    for side, mine in ((0, client), (1, ~client)):
        before = np.cumsum(used * mine) - used * mine
        sides.append((before - before[first][connection] + begin[side][connection]) & 0xFFFFFFFF)
    sequence = np.where(client, sides[0], sides[1])
    return sequence, np.where(role == SYN, 0, np.where(client, sides[1], sides[0]))


def _put(matrix: npt.NDArray[np.uint8], at: int, values: npt.ArrayLike, dtype: str) -> None:
    column = np.ascontiguousarray(np.broadcast_to(values, len(matrix)).astype(dtype))
    matrix[:, at : at + column.itemsize] = column.view(np.uint8).reshape(len(matrix), -1)


def to_bytes(packets: Packets, rows: slice, snap_length: int) -> bytes:
    """Return the pcap records of some packets."""
    time, connection, role = (c[rows] for c in (packets.time_us, packets.connection, packets.role))
    length, template = packets.length[rows], packets.template[rows]
    is_syn = role <= SYN_ACK
    original = HEADERS + 8 * is_syn + length
    captured = np.minimum(original, snap_length)
    wide = np.zeros((len(time), 16 + HEADERS + max(8, int(TEMPLATE_LENGTHS.max()))), np.uint8)
    for at, values in (
        (0, time // 1_000_000),
        (4, time % 1_000_000),
        (8, captured),
        (12, original),
    ):
        _put(wide, at, values, "<u4")
    frame = wide[:, 16:]
    client = FROM_CLIENT[role]
    frame[:, :12] = np.frombuffer(b"\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02", np.uint8)
    _put(frame, 12, 0x0800, ">u2")
    _put_ip(frame[:, 14:34], original - 14, connection, client)
    tcp = frame[:, 34:]
    client_port = 32768 + connection % 28000
    _put(tcp, 0, np.where(client, client_port, 8080), ">u2")
    _put(tcp, 2, np.where(client, 8080, client_port), ">u2")
    _put(tcp, 4, packets.sequence[rows], ">u4")
    _put(tcp, 8, packets.acknowledgment[rows], ">u4")
    tcp[:, 12] = np.where(is_syn, 0xA0, 0x80)
    tcp[:, 13] = FLAGS[role]
    _put(tcp, 14, 502, ">u2")
    texts = np.zeros((len(TEMPLATES) + 1, wide.shape[1] - 16 - HEADERS), np.uint8)
    for i, text in enumerate(TEMPLATES):
        texts[i, : len(text)] = np.frombuffer(text, np.uint8)
    frame[:, HEADERS:] = texts[template]
    syn_options = b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + bytes(8) + b"\x01\x03\x03\x07"
    plain_options = b"\x01\x01\x08\x0a" + bytes(8)
    tcp[is_syn, 20:40] = np.frombuffer(syn_options, np.uint8)
    tcp[~is_syn, 20:32] = np.frombuffer(plain_options, np.uint8)
    return wide[np.arange(wide.shape[1]) < (16 + captured)[:, None]].tobytes()


def _put_ip(
    header: npt.NDArray[np.uint8], length: Ints, connection: Ints, client: npt.NDArray[np.bool_]
) -> None:
    """IPv4 headers with correct checksums, between 10.1.x.y and 10.2.0.z."""
    header[:, 0] = 0x45
    _put(header, 2, length, ">u2")
    _put(header, 4, np.arange(len(length)) & 0xFFFF, ">u2")
    header[:, 6] = 0x40
    header[:, 8] = 64
    header[:, 9] = 6
    near, far = 0x0A010000 + connection // 28000 * 7 + connection % 5, 0x0A020000 + connection % 8
    _put(header, 12, np.where(client, near, far), ">u4")
    _put(header, 16, np.where(client, far, near), ">u4")
    total = np.ascontiguousarray(header).view(">u2").astype(np.int64).sum(axis=1)
    total = (total & 0xFFFF) + (total >> 16)
    _put(header, 10, ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF, ">u2")


def main() -> None:
    """Write the capture that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--snaplen", type=int, default=128)
    parser.add_argument("--exchanges", type=int, default=8, help="mean number a connection")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    packets = make_packets(rng, options.packets, options.exchanges)
    with options.path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, options.snaplen, 1))
        for begin in range(0, options.packets, 50_000):
            file.write(to_bytes(packets, slice(begin, begin + 50_000), options.snaplen))


if __name__ == "__main__":
    main()
