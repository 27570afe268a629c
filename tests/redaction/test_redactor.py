"""`Redactor`: one key for frames, texts and reports."""

from __future__ import annotations

import pytest

from netdiag.redaction import Redactor
from netdiag.redaction.keys import RedactionKeyError
from tests.redaction.frames.packets import CLIENT, ETHERNET, KEY, ether, tcp, v4

FRAME = bytes(ether() / v4() / tcp(b"GET /orders/bob HTTP/1.1\r\n\r\n"))


def test_the_same_key_gives_the_same_frame_and_no_key_another_each_time() -> None:
    shown = Redactor(KEY).packet(ETHERNET, FRAME, len(FRAME))
    assert Redactor(KEY).packet(ETHERNET, FRAME, len(FRAME)) == shown
    assert Redactor().packet(ETHERNET, FRAME, len(FRAME)) != Redactor().packet(
        ETHERNET, FRAME, len(FRAME)
    )


def test_texts_say_what_frames_say() -> None:
    redactor = Redactor(KEY)
    frame, _ = redactor.packet(ETHERNET, FRAME, len(FRAME))
    assert redactor.text("GET /orders/bob HTTP/1.1").encode() in frame
    assert redactor.text(CLIENT) == ".".join(map(str, frame[26:30]))


def test_a_key_of_another_length() -> None:
    with pytest.raises(RedactionKeyError, match="expected a key of 32 bytes, found 3"):
        Redactor(b"abc")
