"""HTTP/1: shape and framing stay, everything that names anything goes."""

from __future__ import annotations

import pytest

from netdiag.exchanges import heads
from netdiag.redaction.payloads.http1 import mask_start_line
from tests.redaction.payloads.masking import WORDS, masked


def target(line: bytes) -> bytes:
    return mask_start_line(line, WORDS).split(b" ")[1]


def test_a_request() -> None:
    shown = masked(
        b"POST /api/acme/orders?user=bob HTTP/1.1\r\nHost: shop.acme.example\r\n"
        b"Cookie: sid=5f3c\r\nX-Acme-Tenant: blue\r\nContent-Length: 4\r\n\r\nbody"
    )
    lines = shown.split(b"\r\n")
    assert lines[0].startswith(b"POST /")
    assert lines[0].endswith(b" HTTP/1.1")
    assert lines[1:] == [
        b"Host: " + b"x" * 17,
        b"Cookie: " + b"x" * 8,
        b"x" * 13 + b": xxxx",
        b"Content-Length: 4",
        b"",
        b"xxxx",
    ]


def test_a_response() -> None:
    shown = masked(
        b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1 (web17)\r\nKeep-Alive: timeout=5, max=100\r\n"
        b"Connection: Keep-Alive\r\nSet-Cookie: a=b\r\nLocation: http://x/\r\n\r\n"
    )
    assert shown == (
        b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1 xxxxxxx\r\nKeep-Alive: timeout=5, max=100\r\n"
        b"Connection: Keep-Alive\r\nSet-Cookie: xxx\r\nLocation: xxxxxxxxx\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"HTTP/1.1 503 Service Unavailable", b"HTTP/1.1 503 Service Unavailable"),
        (b"HTTP/1.1 503 bob is asleep", b"HTTP/1.1 503 xxxxxxxxxxxxx"),
        (b"OPTIONS * HTTP/1.1", None),
        (b"GET / HTTP/1.1", b"GET / HTTP/1.1"),
    ],
)
def test_start_lines(line: bytes, shown: bytes | None) -> None:
    assert mask_start_line(line, WORDS) == (line if shown is None else shown)


def test_the_same_path_is_the_same_and_another_one_isnt() -> None:
    assert target(b"GET /a/b HTTP/1.1") == target(b"GET /a/b HTTP/1.0")
    assert target(b"GET /a/b HTTP/1.1") != target(b"GET /a/c HTTP/1.1")
    assert target(b"GET /q?a HTTP/1.1") != target(b"GET /q?b HTTP/1.1")


def test_a_proxy_that_cuts_a_prefix_is_still_seen() -> None:
    front = mask_start_line(b"GET /app/orders/7 HTTP/1.1", WORDS)
    assert heads.asks_the_same(front, mask_start_line(b"GET /orders/7 HTTP/1.1", WORDS))
    absolute = mask_start_line(b"GET http://app.example/orders/7 HTTP/1.1", WORDS)
    assert heads.asks_the_same(absolute, mask_start_line(b"GET /orders/7 HTTP/1.1", WORDS))


def test_hosts_in_targets_go_and_ports_stay() -> None:
    shown = target(b"CONNECT db.acme.example:5432 HTTP/1.1")
    assert shown.endswith(b":5432")
    assert b"acme" not in shown
    assert b"bob" not in target(b"GET http://bob:pw@acme.example/x HTTP/1.1")


@pytest.mark.parametrize("end", range(1, 75))
def test_a_head_that_was_cut_shows_no_more_than_a_whole_one(end: int) -> None:
    head = (
        b"GET /secret?secret HTTP/1.1\r\nX-Secret: secret\r\nContent-Length: secret\r\n\r\nsecret"
    )
    assert b"secret" not in masked(head[:end], len(head))


def test_a_value_that_is_not_what_it_should_be_goes() -> None:
    shown = masked(b"GET / HTTP/1.1\r\nConnection: bob\r\nContent-Length: 12bob\r\n\r\n")
    assert b"bob" not in shown


def test_chunks_keep_their_sizes() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert masked(head + b"4;a=b\r\nbody\r\n0\r\n\r\n") == head + b"4xxxx\r\nxxxx\r\n0\r\n\r\n"


def test_chunks_go_on_in_segments_of_their_own() -> None:
    assert masked(b"4\r\nbobs\r\n3\r\nbob\r\n") == b"4\r\nxxxx\r\n3\r\nxxx\r\n"
    assert masked(b"0\r\n\r\n") == b"0\r\n\r\n"
    assert masked(b"4\r\nbob\r\n") == b"xxxxxx\r\n"


def test_the_end_of_chunks_stays_in_a_segment_of_its_own() -> None:
    assert masked(b"the rest\r\n0\r\n\r\n").endswith(b"\r\n\r\n")


@pytest.mark.parametrize("start", [b"GET", b"HTTP/1.", b"POS"])
def test_a_start_that_was_cut_is_still_one(start: bytes) -> None:
    assert masked(start, 100) == start
    assert masked(start) == b"x" * len(start)
