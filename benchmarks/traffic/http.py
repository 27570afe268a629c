"""HTTP/1.1 payloads of a web shop: requests and responses, some of several segments."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.traffic.texts import SEGMENT_BYTES

PATHS = ("/", "/health", "/api/v1/orders", "/api/v1/orders/{n}/items", "/login", "/search?q={n}")
AGENT = "Apache-HttpClient/4.5.13 (Java/17.0.9)"
ANSWERS = (
    ("200 OK", 312),
    ("200 OK", 47),
    ("200 OK", 1100),
    ("201 Created", 25),
    ("204 No Content", 0),
    ("404 Not Found", 146),
    ("503 Service Unavailable", 190),
)
SHOES = ("brown shoe, size 42", "rubber boot, size 39", "sandal, size 44")
PAGE_BYTES, DOWNLOAD_BYTES = 3_600, 1 << 40
KEPT, CLOSED = "Connection: keep-alive\r\nKeep-Alive: timeout=60\r\n", "Connection: close\r\n"


def pools(announces: str = KEPT) -> dict[str, Sequence[bytes]]:
    """``request``, ``response``, and ``page-1`` to ``page-3``, a response in three segments.

    The responses' heads have the lines of `announces`.
    """
    pages = [_head("200 OK", PAGE_BYTES, announces) + _body(PAGE_BYTES, n) for n in range(8)]
    return {
        "request": [_request(path.format(n=n)) for n in range(40) for path in PATHS],
        "response": [
            _head(status, length, announces) + _body(length, n)
            for n in range(16)
            for status, length in ANSWERS
        ],
        "page-1": [page[:SEGMENT_BYTES] for page in pages],
        "page-2": [page[SEGMENT_BYTES : 2 * SEGMENT_BYTES] for page in pages],
        "page-3": [page[2 * SEGMENT_BYTES :] for page in pages],
    }


def download_pools() -> dict[str, Sequence[bytes]]:
    """``request``, and ``head`` and ``data`` of a response of a tebibyte."""
    head = _head("200 OK", DOWNLOAD_BYTES, KEPT)
    return {
        "request": [_request(f"/images/{n}.iso") for n in range(8)],
        "head": [head + _body(SEGMENT_BYTES - len(head), 0)],
        "data": [_body(SEGMENT_BYTES, n) for n in range(16)],
    }


def _request(path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: Keep-Alive\r\n"
        f"User-Agent: {AGENT}\r\nAccept-Encoding: gzip,deflate\r\n\r\n"
    ).encode()


def _head(status: str, length: int, announces: str) -> bytes:
    body = f"Content-Type: text/plain\r\nContent-Length: {length}\r\n" if length else ""
    return f"HTTP/1.1 {status}\r\nServer: nginx/1.24.0\r\n{body}{announces}\r\n".encode()


def _body(length: int, number: int) -> bytes:
    lines = (f"{number * 17 + n}: {SHOES[n % len(SHOES)]}\n" for n in range(length // 16 + 1))
    return "".join(lines).encode()[:length]
