"""Heads of HTTP/1.x messages, whole and cut anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.exchanges import heads
from tests.messages import head, ok, response

WHOLE = head(
    "HTTP/1.1 200 OK",
    "Server: nginx/1.22.1",
    "Content-Type: text/html",
    "Connection: keep-alive",
    "Keep-Alive: timeout=5, max=100",
    "Content-Length: 12",
    "Transfer-Encoding: gzip, chunked",
)
CLOSING = response("200 OK", b"body", "Connection: close", "Server: x")
NAMES = [b"server", b"connection", b"keep-alive", b"content-length", b"transfer-encoding", b"x-y"]


def test_fields_are_looked_up_by_lower_case_names() -> None:
    assert heads.field(WHOLE, b"server") == b"nginx/1.22.1"
    assert heads.field(WHOLE, b"connection") == b"keep-alive"
    assert heads.field(WHOLE, b"x-missing") is None


def test_a_name_must_begin_its_line() -> None:
    sample = head("HTTP/1.1 200 OK", "X-Server: no", "Via: server: no", "SERVER:yes")
    assert heads.field(sample, b"server") == b"yes"


def test_the_first_of_two_fields_counts() -> None:
    assert heads.field(head("HTTP/1.1 200 OK", "A: 1", "A: 2"), b"a") == b"1"


def test_the_body_is_no_head() -> None:
    sample = ok(b"\r\nServer: liar\r\n\r\n")
    assert heads.field(sample, b"server") is None
    assert heads.head_bytes(sample) == len(sample) - len(b"\r\nServer: liar\r\n\r\n")


def test_a_head_without_its_end_has_no_length() -> None:
    assert heads.head_bytes(WHOLE[:-1]) is None
    assert heads.head_bytes(b"") is None


def test_the_start_line_is_as_much_as_there_is() -> None:
    assert heads.start_line(WHOLE) == b"HTTP/1.1 200 OK"
    assert heads.start_line(b"GET /long/pa") == b"GET /long/pa"
    assert heads.start_line(b"") == b""


@pytest.mark.parametrize(
    ("sample", "announces"),
    [
        (CLOSING, True),
        (response("200 OK", b"", "connection: Close"), True),
        (response("200 OK", b"", "Connection: upgrade, close"), True),
        (response("200 OK", b"", "Connection: keep-alive"), False),
        (response("200 OK"), False),
        (response("200 OK", version="HTTP/1.0"), True),
        (response("200 OK", b"", "Connection: keep-alive", version="HTTP/1.0"), False),
        (response("200 OK", b"", "Connection: Keep-Alive", version="HTTP/1.0"), False),
        (b"", False),
    ],
)
def test_who_announces_a_close(sample: bytes, announces: bool) -> None:
    assert heads.announces_close(sample) is announces


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("timeout=5, max=100", {"timeout": 5, "max": 100}),
        ("timeout=5", {"timeout": 5}),
        ("max=1", {"max": 1}),
        ('Timeout = "75"', {"timeout": 75}),
        ("max=2;timeout=3", {"max": 2, "timeout": 3}),
        ("xtimeout=5", {}),
        ("timeout", {}),
        ("timeout=never", {}),
    ],
)
def test_keep_alive_parameters(value: str, expected: dict[str, int]) -> None:
    assert heads.keep_alive(head("HTTP/1.1 200 OK", f"Keep-Alive: {value}")) == expected


def test_keep_alive_without_the_field() -> None:
    assert heads.keep_alive(ok()) == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("12", 12), ("0", 0), ("-1", None), ("12, 12", None), ("1" * 30, None), ("", None)),
        *(("9" * 18, 10**18 - 1), ("9" * 19, None)),  # 64 bits hold no more
    ],
)
def test_content_length(value: str, expected: int | None) -> None:
    assert heads.content_length(head("POST / HTTP/1.1", f"Content-Length: {value}")) == expected


def test_chunked() -> None:
    assert heads.is_chunked(WHOLE)
    assert not heads.is_chunked(ok())


@given(cut=st.integers(0, len(WHOLE) + 10), name=st.sampled_from(NAMES))
def test_a_cut_field_is_never_believed(cut: int, name: bytes) -> None:
    sample = (WHOLE + b"0123456789")[:cut]
    assert heads.field(sample, name) in (None, heads.field(WHOLE, name))


@given(cut=st.integers(0, len(WHOLE)))
def test_cut_parameters_are_never_believed(cut: int) -> None:
    sample = WHOLE[:cut]
    assert heads.keep_alive(sample) in ({}, {"timeout": 5, "max": 100})
    assert heads.content_length(sample) in (None, 12)
    assert heads.is_chunked(sample) in (False, heads.is_chunked(WHOLE))


@given(
    cut=st.integers(0, 200),
    sample=st.sampled_from(
        [
            WHOLE,
            response("200 OK", b"", "Connection: keep-alive", version="HTTP/1.0"),
            response("200 OK", b"", "Connection: upgrade, close"),
        ]
    ),
)
def test_a_cut_head_announces_nothing_that_the_whole_one_does_not(cut: int, sample: bytes) -> None:
    assert heads.announces_close(sample[:cut]) <= heads.announces_close(sample)


fields = st.lists(
    st.sampled_from([b"Connection", b"Keep-Alive", b"Content-Length", b"X", b"\x00", b":", b"\r"])
    | st.binary(max_size=8),
    max_size=12,
)


@given(st.binary(max_size=300) | fields.map(b"\r\n".join) | fields.map(b": 5\r\n".join))
def test_no_sample_is_too_odd(sample: bytes) -> None:
    heads.head_bytes(sample)
    heads.start_line(sample)
    heads.announces_close(sample)
    heads.keep_alive(sample)
    heads.content_length(sample)
    heads.is_chunked(sample)
    for name in NAMES:
        heads.field(sample, name)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (b"GET /a HTTP/1.1", b"GET /a HTTP/1.0", True),
        (b"GET http://host/a HTTP/1.1", b"GET /a HTTP/1.1", True),
        (b"GET /a?u=http://b/ HTTP/1.1", b"GET /a?u=http://b/ HTTP/1.1", True),
        (b"GET /api/a?b=c HTTP/1.1", b"GET /a?b=c HTTP/1.1", True),
        (b"GET /a HTTP/1.1", b"GET /a?b=c HTTP/1.1", False),
        (b"GET / HTTP/1.1", b"GET /a/ HTTP/1.1", False),
        (b"GET / HTTP/1.1", b"GET / HTTP/1.1", True),
        (b"GET /ba HTTP/1.1", b"GET /a HTTP/1.1", False),
        (b"CONNECT host:443 HTTP/1.1", b"CONNECT host:443 HTTP/1.1", False),
        (b"", b"", False),
    ],
)
def test_request_lines(one: bytes, other: bytes, alike: bool) -> None:
    assert heads.asks_the_same(one, other) == heads.asks_the_same(other, one) == alike
