"""HTTP/1 heads: every question that is asked of one, and what products are recognised by.

An input is a head, or two behind one another to be compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netdiag.decode.samples import Samples
from netdiag.diagnosis.products.recognise import recognise_client, recognise_server
from netdiag.exchanges import heads
from netdiag.exchanges.framings import read_heads
from tests.fuzz.seeds import payloads

MOST_BYTES = 768
"""No more of a head is remembered."""
BETWEEN = b"\n\n\n"
HEADERS = (b"connection", b"server", b"user-agent", b"keep-alive", b"host", b"x")
LONGEST_S = 10**9


def seeds() -> Iterator[bytes]:
    """Recorded heads, and what RFC 9112 allows and nobody sends."""
    for payload in payloads():
        if b"HTTP/1" in payload:
            yield payload
    line = b"HTTP/1.1 200 OK\r\n"
    yield line + b'Keep-Alive: timeout="5", max=1000\r\nConnection: keep-alive, close\r\n\r\n'
    yield line + b"Content-Length: 18446744073709551616\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    yield (
        line + b"Server: nginx/1.2 (Ubuntu) mod_x\r\nUser-Agent: Apache-HttpClient/4.5 (Java/8)\r\n"
    )
    yield b"GET http://a.example/b?c HTTP/1.1\r\n" + BETWEEN + b"GET /b?c HTTP/1.1\r\n"


def check(data: bytes) -> None:
    """Values lie in the head; numbers are no numbers that nothing can count."""
    one, _, other = data.partition(BETWEEN)
    for name in HEADERS:
        value = heads.field(one, name)
        assert value is None or value in one
    said = heads.keep_alive(one)
    assert all(0 <= number <= LONGEST_S for number in said.values())
    length = heads.content_length(one)
    assert length is None or 0 <= length < 10**19
    framing = heads.framing.__wrapped__(one)
    assert framing.head_bytes is None or framing.head_bytes <= len(one)
    _check_compiled(one, framing)
    first = heads.start_line(one)
    assert heads.asks_the_same(first, heads.start_line(other)) == heads.asks_the_same(
        heads.start_line(other), first
    )
    client, server = heads.field(one, b"user-agent"), heads.field(one, b"server")
    if client is not None:
        recognise_client(client.decode("latin-1"), "http/1")
    if server is not None:
        recognise_server(server.decode("latin-1"), "http/1")


def _check_compiled(head: bytes, framing: heads.Framing) -> None:
    """Heads are read many at once, too, and say the same."""
    samples = Samples()
    size = np.array([len(head)], np.int64)
    rows = samples.add(np.frombuffer(head + bytes(256), np.uint8), size * 0, size)
    read = read_heads(samples, rows)
    of_it = None if read.head_bytes[0] < 0 else int(read.head_bytes[0])
    body = None if read.content_length[0] < 0 else int(read.content_length[0])
    if head:
        assert (of_it, body, bool(read.is_chunked[0])) == tuple(framing)
        assert bool(read.closes[0]) == heads.announces_close.__wrapped__(head)
