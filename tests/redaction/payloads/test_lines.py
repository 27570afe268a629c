"""Line protocols: codes and verbs stay."""

from __future__ import annotations

import pytest

from tests.redaction.payloads.masking import masked


@pytest.mark.parametrize("payload", [b"STORED\r\n", b"END\r\n", b"QUIT\r\n", b"quit\r\n"])
def test_what_tells_nothing_stays(payload: bytes) -> None:
    assert masked(payload) == payload


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b"VALUE bob 0 3\r\nbob\r\nEND\r\n", b"VALUE xxxxxxx\r\nxxx\r\nxxx\r\n"),
        (b"set bob 0 0 3\r\nbob\r\n", b"set xxxxxxxxx\r\nxxx\r\n"),
        (b"220 mail.acme.example ESMTP\r\n", b"220 xxxxxxxxxxxxxxxxxxxxxxx\r\n"),
        (b"421 bob timed out\r\n", b"421 xxxxxxxxxxxxx\r\n"),
        (b"MAIL FROM:<bob@acme.example>\r\n", b"MAIL FROMxxxxxxxxxxxxxxxxxxx\r\n"),
        (b"USER bob\r\n", b"USERxxxx\r\n"),
        (b"* BYE bob\r\n", b"* BYE xxx\r\n"),
        (b"STORED by bob\r\n", b"xxxxxxxxxxxxx\r\n"),
    ],
)
def test_names_go(payload: bytes, shown: bytes) -> None:
    assert b"bob" not in masked(payload)
    assert b"acme" not in masked(payload)
    assert len(shown) == len(payload)
