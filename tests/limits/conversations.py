"""Captures whose packets are sound and whose conversations are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.limits.frames import (
    ACK,
    CLIENT,
    FIN,
    PSH,
    RST,
    SERVER,
    START_US,
    SYN,
    Bytes,
    Ints,
    Numbers,
    pcap_start,
    records,
    segments,
    text,
    ticking,
    woven,
    write_pcap,
)

REQUEST = "GET /######### HTTP/1.1\r\nHost: h#########.test\r\nUser-Agent: a#########\r\n\r\n"
RESPONSE = "HTTP/1.1 200 OK\r\nServer: s#########\r\nContent-Length: 0\r\n\r\n"
HTTP = 8080
LOOPBACK = 0x7F000001


def syn_flood(path: Path, size: int) -> None:
    """`size` SYNs, each from a source of its own."""
    rng = np.random.default_rng(1)
    hosts, ports = rng.integers(1, 1 << 32, size), rng.integers(1024, 65_536, size)
    write_pcap(path, segments(size, (hosts, ports), (SERVER, HTTP), SYN, hosts * 7))


def syn_flood_one_source(path: Path, size: int) -> None:
    """`size` SYNs of one host, over all its ports again and again."""
    number = np.arange(size)
    ports = 1024 + number % 64_000
    write_pcap(path, segments(size, (CLIENT, ports), (SERVER, HTTP), SYN, number * 100_003))


def four_tuple_reused(path: Path, size: int) -> None:
    """`size` connections of one client port, one after the other, refused and reset."""
    client, server = (CLIENT, 40_000), (SERVER, HTTP)
    first = np.arange(size) * 100_003
    parts = [
        segments(size, client, server, SYN, first),
        segments(size, server, client, SYN | ACK, 5, first + 1),
        segments(size, client, server, ACK, first + 1, 6),
        segments(size, client, server, RST, first + 1),
    ]
    write_pcap(path, woven(parts))


def _chatter(size: int) -> Bytes:
    number = np.arange(size)
    client = (CLIENT, 1024 + number % 100)
    said = text("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", size)
    return segments(size, client, (SERVER, HTTP), PSH | ACK, number // 100 * 29, 1, said)


def times_back(path: Path, size: int) -> None:
    """`size` packets, each earlier than the one before it."""
    write_pcap(path, _chatter(size), ticking(size)[::-1])


def times_jump(path: Path, size: int) -> None:
    """`size` packets at times between 1970 and 2106."""
    jumps: Ints = np.random.default_rng(1).integers(0, (1 << 32) * 1_000_000, size)
    write_pcap(path, _chatter(size), jumps)


def times_zero(path: Path, size: int) -> None:
    """`size` packets at no time."""
    write_pcap(path, _chatter(size), np.zeros(size, np.int64))


def endless_header(path: Path, size: int) -> None:
    """A request whose header goes on for `size` segments."""
    _headers(path, size, 1)


def endless_headers(path: Path, size: int) -> None:
    """The same in a hundred connections at once."""
    _headers(path, size, 100)


def _headers(path: Path, size: int, connections: int) -> None:
    number = np.arange(size)
    line = text("X-#########: " + "a" * 87, size)
    line[:connections] = np.frombuffer(
        b"GET / HTTP/1.1\r\nX: ".ljust(line.shape[1], b"a"), np.uint8
    )
    client = (CLIENT, 1024 + number % connections)
    sequence = number // connections * line.shape[1]
    write_pcap(path, segments(size, client, (SERVER, HTTP), PSH | ACK, sequence, 1, line))


def byte_a_segment(path: Path, size: int) -> None:
    """Requests sent byte by byte, in `size` segments of ten connections."""
    said = np.frombuffer(b"GET /index.html HTTP/1.1\r\nHost: www.example.test\r\n\r\n", np.uint8)
    number = np.arange(size)
    position = number // 10
    byte = said[position % len(said)][:, None]
    client = (CLIENT, 1024 + number % 10)
    write_pcap(path, segments(size, client, (SERVER, HTTP), PSH | ACK, position, 1, byte))


def _exchanges(
    size: int, server: tuple[Numbers, Numbers], client: tuple[Numbers, Numbers]
) -> list[Bytes]:
    """Connections of one exchange; the server closes, and the client uses it again."""
    said, answer = text(REQUEST, size), text(RESPONSE, size)
    mine, others = 1 + said.shape[1], 1 + answer.shape[1]
    return [
        segments(size, client, server, SYN),
        segments(size, server, client, SYN | ACK, 0, 1),
        segments(size, client, server, PSH | ACK, 1, 1, said),
        segments(size, server, client, PSH | ACK, 1, mine, answer),
        segments(size, client, server, ACK, mine, others),
        segments(size, server, client, FIN | ACK, others, mine),
        segments(size, client, server, ACK, mine, others + 1),
        segments(size, client, server, PSH | ACK, mine, others + 1, said),
        segments(size, server, client, RST, others + 1),
    ]


def _write_parts(
    path: Path, parts: list[Bytes], gap_us: tuple[int, ...], step_us: int = 100
) -> None:
    """Each row a connection; its packets at `gap_us` after its start, all at once."""
    size = len(parts[0])
    starts = START_US + step_us * np.arange(size)
    rows, times = [], []
    for part, gap in zip(parts, gap_us, strict=True):
        rows.append(part)
        times.append(starts + gap)
    order = np.argsort(np.concatenate(times), kind="stable")
    which = np.repeat(np.arange(len(parts)), size)[order]
    row = np.tile(np.arange(size), len(parts))[order]
    made = [records(part, when) for part, when in zip(rows, times, strict=True)]
    with path.open("wb") as file:
        file.write(pcap_start())
        for begin in range(0, len(order), 1 << 16):
            here, rank = which[begin : begin + (1 << 16)], row[begin : begin + (1 << 16)]
            wide = np.zeros((len(here), max(part.shape[1] for part in made)), np.uint8)
            size_of = np.array([part.shape[1] for part in made])[here]
            for i, part in enumerate(made):
                wide[here == i, : part.shape[1]] = part[rank[here == i]]
            file.write(wide[np.arange(wide.shape[1]) < size_of[:, None]].tobytes())


_STALE_US = (0, 10, 20, 30, 40, 20_000_000, 20_000_010, 25_000_000, 25_000_010)
_FINE_US = (0, 10, 20, 30, 40, 20_000_000, 20_000_010)


def servers(path: Path, size: int) -> None:
    """`size` servers, with a host name, user agent, product and path each; nothing fails."""
    number = np.arange(size)
    hosts = (0x0A100000 + number // 50, 1 + number % 50_000)
    parts = _exchanges(size, hosts, (CLIENT, 20_000 + number % 40_000))
    _write_parts(path, parts[:7], _FINE_US)


def hosts(path: Path, size: int) -> None:
    """`size` clients of one server, each request with a host name and a path of its own."""
    number = np.arange(size)
    parts = _exchanges(size, (SERVER, HTTP), (CLIENT + number // 50, 20_000 + number % 50))
    _write_parts(path, parts[:7], _FINE_US)


def failing(path: Path, size: int) -> None:
    """`size` requests to one server that had closed: a stale reuse each."""
    number = np.arange(size)
    parts = _exchanges(size, (SERVER, HTTP), (CLIENT + number // 50, 20_000 + number % 50))
    _write_parts(path, parts, _STALE_US)


def failing_at_once(path: Path, size: int) -> None:
    """The same, of one client and all at the same moment: each looks for its retry."""
    number = np.arange(size)
    client = CLIENT + number // 50_000, 10_000 + number % 50_000
    _write_parts(path, _exchanges(size, (SERVER, HTTP), client), _STALE_US, step_us=1)


def failing_proxy(path: Path, size: int) -> None:
    """A proxy on the capturing host, and as many requests to it as fail behind it, all at once."""
    number = np.arange(size)
    half = size // 2
    ports = 10_000 + number % 50_000
    host = LOOPBACK + number // 50_000
    target = np.where(number < half, HTTP, HTTP + 1)
    _write_parts(path, _exchanges(size, (LOOPBACK, target), (host, ports)), _STALE_US, step_us=1)


def failing_servers(path: Path, size: int) -> None:
    """The same, of `size` servers, with their own names in everything that they say."""
    number = np.arange(size)
    hosts = (0x0A100000 + number // 50, 1 + number % 50_000)
    parts = _exchanges(size, hosts, (CLIENT, 20_000 + number % 40_000))
    _write_parts(path, parts, _STALE_US)


def collisions(path: Path, size: int) -> None:
    """`size` connections whose addresses and ports add, or xor, to the same."""
    number = np.arange(size)
    low = number & 0xFFFF
    host = CLIENT + (number >> 16)
    ends = (host, low), (host ^ 0x00FF_0000, low ^ 0xFFFF)
    write_pcap(path, segments(size, *ends, SYN, number))
