"""Entries that tell of failures, with the lines that belong to them."""

from __future__ import annotations

import pytest

from netdiag.logs.entries import find_entries, whole_entries
from netdiag.logs.excerpts import LONGEST_EXCERPT
from netdiag.logs.pieces import Piece
from tests.logs.making import stamp

JAVA = b"""\
2026-11-22 12:00:00,100 INFO  a - fine
2026-11-22 12:00:01,200 ERROR a - POST /x failed
org.apache.http.NoHttpResponseException: h:80 failed to respond
\tat org.apache.http.impl.A(A.java:1)
Caused by: java.net.SocketException: Connection reset
\t... 3 more
2026-11-22 12:00:02,300 INFO  a - fine
"""


def test_a_stack_trace_belongs_to_the_line_above_it() -> None:
    (entry,) = find_entries(JAVA, 11, 2026, None)
    assert (entry.line, entry.stamp) == (12, stamp(1.2, zoned=False))
    assert entry.text.startswith(b"2026-11-22 12:00:01,200 ERROR")
    assert entry.text.endswith(b"... 3 more\n")
    assert entry.excerpt == b"Caused by: java.net.SocketException: Connection reset"


def test_two_lines_of_one_moment_are_two_entries() -> None:
    line = b"2026-11-22 12:00:01,200 ERROR a - Connection reset\n"
    assert [entry.line for entry in find_entries(line * 2, 1, 2026, None)] == [1, 2]


def test_kubernetes_stamps_every_line_of_a_trace() -> None:
    text = (
        b"2026-11-22T12:00:01.2Z stdout F java.net.SocketException: Connection reset\n"
        b"2026-11-22T12:00:01.2Z stdout F \tat java.net.Socket.read(Socket.java:1)\n"
        b"2026-11-22T12:00:01.2Z stdout F Caused by: Connection reset by peer\n"
    )
    assert len(list(find_entries(text, 1, 2026, None))) == 1


def test_a_bare_trace_takes_the_time_of_the_line_above() -> None:
    text = b"no time here\njava.net.SocketException: Connection reset\n"
    (entry,) = find_entries(text, 1, 2026, stamp(5))
    assert entry.stamp == stamp(5)
    (entry,) = find_entries(text, 1, 2026, None)
    assert entry.stamp is None


@pytest.mark.parametrize("cut", range(1, len(JAVA) - 1, 7))
def test_where_a_piece_ends_changes_nothing(cut: int) -> None:
    cut = JAVA.rfind(b"\n", 0, cut) + 1
    halves = [Piece(JAVA[:cut], 1), Piece(JAVA[cut:], 1 + JAVA[:cut].count(b"\n"))]
    found = [
        entry
        for piece in whole_entries(halves)
        for entry in find_entries(piece.text, piece.first_line, 2026, None)
    ]
    assert found == list(find_entries(JAVA, 1, 2026, None))


def test_an_excerpt_is_bounded_and_has_the_words() -> None:
    line = b"2026-11-22 12:00:01,200 ERROR " + b"x" * 3000 + b" Connection reset " + b"y" * 3000
    (entry,) = find_entries(line, 1, 2026, None)
    assert len(entry.excerpt) <= LONGEST_EXCERPT
    assert b"Connection reset" in entry.excerpt


def test_bytes_that_are_no_text_are_kept() -> None:
    (entry,) = find_entries(b"2026-11-22 12:00:01 \xff\x00 Connection reset\n", 1, 2026, None)
    assert b"\xff\x00" in entry.excerpt
