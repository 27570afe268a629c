"""What of a line is shown."""

from __future__ import annotations

import json

import pytest

from netdiag.logs.excerpts import LONGEST_EXCERPT, excerpt


def test_a_line_is_shown_as_it_is() -> None:
    assert excerpt(b"  ERROR Connection reset  \nmore", 8) == b"ERROR Connection reset"


def test_of_a_json_line_the_telling_fields_are() -> None:
    line = {
        "level": 50,
        "err": {"message": "socket hang up", "stack": "Error: socket hang up\n    at x", "code": 7},
        "path": "/a",
        "msg": "request failed",
    }
    assert excerpt(json.dumps(line).encode(), 0) == (
        b"msg: request failed; err.message: socket hang up; err.stack: Error: socket hang up"
    )


@pytest.mark.parametrize("line", [b'{"a": Connection reset', b'{"a":' * 5000, b"{}", b'{"a": 1}'])
def test_what_only_looks_like_json_is_a_line(line: bytes) -> None:
    assert excerpt(line, 0) == line[:LONGEST_EXCERPT]


def test_of_a_long_line_what_stands_around_the_words() -> None:
    line = b"x" * 3000 + b" Connection reset " + b"y" * 3000
    shown = excerpt(line, 3001)
    assert len(shown) == LONGEST_EXCERPT
    assert b"Connection reset" in shown


def test_half_a_character_is_no_harm() -> None:
    assert excerpt(b'{"msg": "Connection reset \\ud800"}', 0).startswith(b"msg: Connection reset ")
