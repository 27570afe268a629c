"""What entries name."""

from __future__ import annotations

import pytest

from netdiag.logs.marks import find_marks
from tests.logs.making import event


@pytest.mark.parametrize(
    ("text", "endpoints"),
    [
        ("read tcp 10.0.0.7:4312->10.0.0.5:80: read", {("10.0.0.7", 4312), ("10.0.0.5", 80)}),
        ("Connect to 10.0.0.5:8080 [/10.0.0.5] failed", {("10.0.0.5", 8080)}),
        ("[2001:db8::1]:443 refused", {("2001:db8::1", 443)}),
        ("http://10.0.0.5/x", {("10.0.0.5", 80)}),
        ("https://api.example.com/x", {("", 443)}),
        ("jdbc:mysql://db.example.com:3307/shop", {("", 3307)}),
        ("db01.example.com:5432 refused", {("", 5432)}),
        ("localhost:21000 failed to respond", {("", 21000)}),
        ("Foo.java:123 and app.py:12 and main.go:9", set()),
        ("at 12:00:01 with 1.2.3.4 and v1.2.3:x", set()),
        ("port 10.0.0.5:99999", set()),
    ],
)
def test_endpoints(text: str, endpoints: set[tuple[str, int]]) -> None:
    assert find_marks(text.encode()).endpoints == endpoints


def test_frames_name_nothing() -> None:
    text = b'failed\n\tat a.b(C.java:1) 10.0.0.5:80\n    get(f"http://127.0.0.1:{port}")\n'
    assert find_marks(text).endpoints == frozenset()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('Post "http://10.0.0.5:8080/a?b=1": EOF', True),
        ("GET /a?b=1 failed", True),
        ('request: "GET /a?b=1 HTTP/1.1", upstream', True),
        ("/a?b=12 failed", False),
        ("/x/a?b=1 failed", False),
        ("nothing", False),
    ],
)
def test_a_request_is_named_whole(text: str, names: bool) -> None:
    assert find_marks(text.encode()).names_request(event(0, target=b"/a?b=1")) is names


def test_the_root_is_everybodys() -> None:
    assert not find_marks(b"GET / failed").names_request(event(0, target=b"/"))


def test_one_that_names_others_is_not_about_this_one() -> None:
    assert find_marks(b"10.9.9.9:5432 refused").names_others(event(0))
    assert not find_marks(b"10.0.0.5:8080 refused").names_others(event(0))
    assert not find_marks(b"refused").names_others(event(0))
    assert find_marks(b"10.0.0.7:40001->10.0.0.5:8080").names_client(event(0))
    assert find_marks(b"backend.local:8080 reset").names_server(event(0))
