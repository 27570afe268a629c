"""What requests asked for, as text that any reader takes."""

from __future__ import annotations

import pytest

from netdiag.exchanges.protocols.http1 import LONGEST_HEAD
from netdiag.export import EXCHANGES, targets
from tests.conversations import Conversation
from tests.export.exported import read, source
from tests.messages import ok
from tests.recorded import examine, names
from tests.scripted import Scripted


def asked(scripted: Scripted, *lines: bytes) -> list[str | None]:
    talk = Conversation().handshake()
    for line in lines:
        talk.asks(line + b"\r\nHost: a\r\n\r\n", ok())
    found: list[str | None] = read(EXCHANGES, scripted(talk))["target"].to_pylist()
    return found


def test_it_stands_between_the_spaces(scripted: Scripted) -> None:
    assert asked(
        scripted,
        b"GET /a?b=c HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"POST http://a/ HTTP/1.1",
        b"GET / HTTP/1.1",
    ) == ["/a?b=c", "*", "http://a/", "/"]


@pytest.mark.parametrize("line", [b"GET /only", b"GET  HTTP/1.1", b"GET /x\rHTTP/1.1 "])
def test_a_line_without_one(scripted: Scripted, line: bytes) -> None:
    assert asked(scripted, line, b"GET /x HTTP/1.1") == [None, "/x"]


def test_a_long_one_is_whole_or_not_there(scripted: Scripted) -> None:
    room = LONGEST_HEAD - len("GET /") - 1
    targets = ["/" + "x" * length for length in (10, 123, 124, 200, room, room + 1)]
    found = asked(scripted, *(f"GET {target} HTTP/1.1".encode() for target in targets))
    assert found == [*targets[:-1], None]


def test_what_is_hostile_is_kept_and_what_is_no_utf8_escaped(scripted: Scripted) -> None:
    assert asked(
        scripted,
        b"GET /\x1b[31m\x00\t HTTP/1.1",
        "GET /\u4e2d\u6587 HTTP/1.1".encode(),
        b"GET /\xff\xfe'; HTTP/1.1",
        b"GET /\xff\xfe'; HTTP/1.1",
    ) == ["/\x1b[31m\x00\t", "/\u4e2d\u6587", "/\\xff\\xfe';", "/\\xff\\xfe';"]


def test_a_short_snap_length_cuts_them(scripted: Scripted) -> None:
    talk = Conversation().handshake().asks(b"GET /cut-off HTTP/1.1\r\n\r\n", ok())
    assert read(EXCHANGES, scripted(talk, snap_length=62))["target"].to_pylist() == [None]


@pytest.mark.parametrize("name", names()[::12])
def test_it_is_what_the_head_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "LINES_AT_ONCE", 5)
    found = examine(name)
    scene = found.scene
    for row, target in zip(
        source(found).exchange_rows.tolist(),
        read(EXCHANGES, found)["target"].to_pylist(),
        strict=True,
    ):
        if target is not None:
            line = scene.sample(int(scene.exchanges.request[row])).split(b"\r\n")[0]
            assert line.split(b" ")[1].decode() == target
    methods = read(EXCHANGES, found)["method"].null_count
    assert read(EXCHANGES, found)["target"].null_count >= methods
