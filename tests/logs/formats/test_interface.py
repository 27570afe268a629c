"""What a format reads in a line."""

from __future__ import annotations

import re

from netdiag.logs.formats.interface import LogFormat


def test_a_format_without_requests_finds_none() -> None:
    plain = LogFormat("x", re.compile(b"x"))
    assert plain.request(b"GET / 200") is None
    assert plain.failure(b"GET / 502") is None
