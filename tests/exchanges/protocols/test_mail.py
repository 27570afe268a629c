"""The QUIT of line protocols."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from netdiag.exchanges import Farewell
from tests.exchanges.protocols.marking import mark_one


@pytest.mark.parametrize("line", [b"QUIT\r\n", b"quit\r\n"])
def test_quit_is_a_farewell(line: bytes) -> None:
    assert mark_one(line).mark == Mark.CLIENT_FAREWELL


@pytest.mark.parametrize("line", [b"QUIT now\r\n", b"QUITE\r\n", b"221 Bye\r\n", b"NOOP\r\n"])
def test_other_lines_are_not(line: bytes) -> None:
    assert mark_one(line).mark == Mark.OPAQUE


def test_a_cut_quit_is_not_believed() -> None:
    assert mark_one(b"QUIT\r\n", 5).mark == Mark.OPAQUE


@pytest.mark.parametrize(
    "line",
    [
        b"421 4.4.2 mx.example.com Error: timeout exceeded\r\n",
        b"421-mx.example.com\r\n421 closing\r\n",
        b"* BYE Autologout; idle for too long\r\n",
    ],
)
def test_a_server_that_ends_the_session(line: bytes) -> None:
    marked = mark_one(line)
    assert (marked.mark, marked.detail) == (Mark.SERVER_FAREWELL, Farewell.OTHER)


@pytest.mark.parametrize("line", [b"4215 rows\r\n", b"* BY\r\n", b"421 no end", b"* BYES x\r\n"])
def test_what_only_begins_like_it(line: bytes) -> None:
    assert mark_one(line).mark == Mark.OPAQUE
