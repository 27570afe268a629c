"""HTTP/2: frames can still be told, and nothing else."""

from __future__ import annotations

import pytest

from tests.messages import PREFACE
from tests.redaction.payloads.masking import masked


def frame(kind: int, body: bytes, flags: int = 0, stream: int = 0) -> bytes:
    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body


SETTINGS = frame(4, b"\x00\x03\x00\x00\x00\x80" + b"\x00\x04\x00\x10\x00\x00")
WINDOW = frame(8, b"\x00\x0f\x00\x01")


def test_what_steers_a_connection_stays() -> None:
    payload = PREFACE + SETTINGS + WINDOW + frame(3, b"\x00\x00\x00\x08", stream=1)
    assert masked(payload) == payload


def test_fields_and_data_go() -> None:
    payload = frame(1, b"fields-of-bob", 0x05, 1) + frame(0, b"bob", 0x01, 1)
    shown = masked(payload)
    assert shown == payload[:9] + b"\x20" + bytes(12) + payload[22:31] + b"xxx"


def test_a_goaway_keeps_its_code() -> None:
    goaway = frame(7, b"\x00\x00\x00\x05\x00\x00\x00\x00bob was here")
    assert masked(goaway) == goaway[:17] + b"x" * 12


def test_what_a_ping_carries_goes() -> None:
    assert masked(frame(6, b"bobsdata")) == frame(6, bytes(8))


def test_padding_and_priority_keep_their_places() -> None:
    shown = masked(frame(1, b"\x02\x00\x00\x00\x00\x10bob\x00\x00", 0x2C, 1))
    assert shown[9:] == b"\x02\x00\x00\x00\x00\x10" + bytes(3) + bytes(2)


def test_unknown_settings_go() -> None:
    assert masked(frame(4, b"\xab\xcd\x00\x00\x00\x80")) == frame(4, bytes(6))


@pytest.mark.parametrize(
    "payload", [b"\x00\x00\x04\x63\x00\x00\x00\x00\x00bobs", frame(8, b"bobs!"), frame(1, b"bob")]
)
def test_what_cant_be_frames_is_filled(payload: bytes) -> None:
    assert masked(payload) == b"x" * len(payload)


@pytest.mark.parametrize("end", range(4, 24))
def test_a_preface_that_was_cut_is_still_one(end: int) -> None:
    assert masked(PREFACE[:end], 100) == PREFACE[:end]
