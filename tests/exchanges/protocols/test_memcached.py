"""memcached, told by its answers."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from tests.exchanges.protocols.marking import mark_one


@pytest.mark.parametrize(
    "answer", [b"STORED\r\n", b"END\r\n", b"VALUE k 0 5\r\nhello\r\nEND\r\n", b"HD\r\n"]
)
def test_answers(answer: bytes) -> None:
    assert mark_one(answer).mark == Mark.MEMCACHED_ANSWER


@pytest.mark.parametrize("other", [b"STORED", b"END\r\nx", b"VALUES\r\n", b"get k\r\n", b"EN"])
def test_other_lines(other: bytes) -> None:
    assert mark_one(other).mark == Mark.OPAQUE


def test_a_cut_answer_is_not_believed() -> None:
    assert mark_one(b"STORED\r\n", 4).mark == Mark.OPAQUE
