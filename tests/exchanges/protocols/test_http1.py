"""Request lines and status lines of HTTP/1.x."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from netdiag.exchanges.protocols.http1 import HEAD_BYTES, LONGEST_HEAD
from tests.exchanges.protocols.marking import mark_all, mark_one

# IANA's HTTP Method Registry (RFC 9110 and the WebDAV family), and those of caches and UPnP.
METHODS = (
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND",
    "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "MKCALENDAR",
    "BASELINE-CONTROL", "QUERY", "PURGE", "BAN", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY",
)  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_every_method_begins_a_request(method: str) -> None:
    marked = mark_one(f"{method} /path HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert marked.mark == Mark.HTTP_REQUEST
    first = f"{method} "[:4].encode()
    assert marked.detail == int.from_bytes(first, "big")


# Of the longest one only the first 16 bytes are looked at.
@pytest.mark.parametrize("method", sorted(set(METHODS) - {"BASELINE-CONTROL"}))
def test_a_method_must_be_a_word_of_its_own(method: str) -> None:
    assert mark_one(f"{method}TER / HTTP/1.1\r\n".encode()).mark == Mark.OPAQUE
    assert mark_one(f"{method.lower()} / HTTP/1.1\r\n".encode()).mark == Mark.OPAQUE


def test_all_at_once_is_each_by_itself() -> None:
    lines = [f"{method} / HTTP/1.1\r\n".encode() for method in METHODS] + [b"opaque"]
    assert mark_all(lines) == [mark_one(line) for line in lines]


@pytest.mark.parametrize("target", ["rtsp://camera/1", "sip:me@example.test", "RTSP://x", "sips:x"])
def test_protocols_that_borrow_methods_are_told_by_their_targets(target: str) -> None:
    for method in ("OPTIONS", "SUBSCRIBE", "NOTIFY"):
        assert mark_one(f"{method} {target} RTSP/1.0\r\n\r\n".encode()).mark == Mark.OPAQUE


@pytest.mark.parametrize("target", ["/", "*", "http://example.test/", "https://example.test/"])
def test_every_form_of_a_target(target: str) -> None:
    assert mark_one(f"OPTIONS {target} HTTP/1.1\r\n\r\n".encode()).mark == Mark.HTTP_REQUEST


@pytest.mark.parametrize("host", ["example.test:443", "registry.test:443", "server.test:443"])
def test_a_host_stands_behind_connect_alone(host: str) -> None:
    assert mark_one(f"CONNECT {host} HTTP/1.1\r\n\r\n".encode()).mark == Mark.HTTP_REQUEST


@pytest.mark.parametrize("status", [100, 101, 200, 204, 304, 408, 500, 599, 999])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_status_line_tells_its_code(status: int, version: str) -> None:
    marked = mark_one(f"HTTP/{version} {status} Whatever\r\n\r\n".encode())
    assert (marked.mark, marked.detail) == (Mark.HTTP_RESPONSE, status)


@pytest.mark.parametrize(
    "line",
    [b"HTTP/1.1 OK", b"HTTP/1.1 20x", b"HTTP/1.1 099", b"HTTP/11 200 OK", b"HTTP/1.1", b"HTTP"],
)
def test_what_only_begins_like_a_status_line_is_none(line: bytes) -> None:
    assert mark_one(line).mark == Mark.OPAQUE


def test_a_status_without_a_reason_is_enough() -> None:
    assert mark_one(b"HTTP/1.1 200\r\n\r\n").detail == 200


@pytest.mark.parametrize("captured", [1, 2, 3])
def test_a_cut_method_is_not_believed(captured: int) -> None:
    assert mark_one(b"GET / HTTP/1.1\r\n", captured).mark == Mark.OPAQUE


def test_a_request_cut_after_its_method_is_one() -> None:
    assert mark_one(b"GET / HTTP/1.1\r\n", 4).mark == Mark.HTTP_REQUEST


def test_as_much_of_the_head_is_kept_as_was_captured_and_is_useful() -> None:
    field, line = b"X: y\r\n", b"GET / HTTP/1.1\r\n"
    long = line + field * 500
    assert mark_one(long).keep == len(long)
    assert mark_one(long, 100).keep == 100
    assert mark_one(long + field * 500).keep == LONGEST_HEAD
    assert mark_one(line + b"\r\n" + bytes(2000)).keep == HEAD_BYTES
    fits = b"X: " + b"y" * (HEAD_BYTES - len(line) - 7)
    assert mark_one(line + fits + b"\r\n\r\n" + bytes(2000)).keep == HEAD_BYTES
    assert mark_one(line + fits + b"y\r\n\r\n" + bytes(2000)).keep == HEAD_BYTES + 1 + 2000
    assert mark_one(b"HTTP/1.1 200 OK\r\n\r\n").keep == 19
