"""Methods of HTTP/1 requests, told by their first four bytes or by more."""

from __future__ import annotations

import pytest

from netdiag.exchanges.protocols.http1 import METHODS
from netdiag.export import EXCHANGES
from netdiag.export.methods import NAMES
from tests.conversations import Conversation
from tests.export.exported import read
from tests.messages import ok
from tests.scripted import Scripted


def asked(scripted: Scripted, *requests: bytes) -> list[str | None]:
    talk = Conversation().handshake()
    for request in requests:
        talk.asks(request, ok())
    methods: list[str | None] = read(EXCHANGES, scripted(talk))["method"].to_pylist()
    return methods


@pytest.mark.parametrize("name", [name for name in NAMES if name != "CONNECT"])
def test_every_method_has_its_whole_name(scripted: Scripted, name: str) -> None:
    line = f"{name} /path HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    assert asked(scripted, line) == [name]


def test_those_that_begin_alike_are_told_apart(scripted: Scripted) -> None:
    lines = [
        f"{name} / HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        for name in ("PROPPATCH", "GET", "PROPFIND", "PROPPATCH")
    ]
    assert asked(scripted, *lines) == ["PROPPATCH", "GET", "PROPFIND", "PROPPATCH"]


def test_what_is_no_http_has_none(scripted: Scripted) -> None:
    assert asked(scripted, b"*1\r\n$4\r\nPING\r\n") == [None]


def test_no_name_was_cut() -> None:
    assert len(NAMES) == len(METHODS)
    assert all(name.encode().startswith(m.rstrip()) for name, m in zip(NAMES, METHODS, strict=True))
