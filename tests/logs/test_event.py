"""What the capture has that a log may mention."""

from __future__ import annotations

from netdiag.logs.event import Request


def test_a_request_is_known_by_its_method_and_target() -> None:
    request = Request(0, 1, "10.0.0.5:80", b"POST", b"/a?b=c", 200, None)
    assert request.key == b"POST /a?b=c"
