"""The QUIT of line protocols."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from tests.exchanges.protocols.marking import mark_one


@pytest.mark.parametrize("line", [b"QUIT\r\n", b"quit\r\n"])
def test_quit_is_a_farewell(line: bytes) -> None:
    assert mark_one(line).mark == Mark.CLIENT_FAREWELL


@pytest.mark.parametrize("line", [b"QUIT now\r\n", b"QUITE\r\n", b"221 Bye\r\n", b"NOOP\r\n"])
def test_other_lines_are_not(line: bytes) -> None:
    assert mark_one(line).mark == Mark.OPAQUE


def test_a_cut_quit_is_not_believed() -> None:
    assert mark_one(b"QUIT\r\n", 5).mark == Mark.OPAQUE
