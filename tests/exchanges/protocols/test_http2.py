"""HTTP/2 without TLS: preface and GOAWAY."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from tests.exchanges.protocols.marking import mark_one
from tests.messages import PREFACE


def frame(kind: int, payload: bytes, flags: int = 0, stream: int = 0) -> bytes:
    return (
        len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
    )


GOAWAY = bytes(8)


def test_the_preface() -> None:
    assert mark_one(PREFACE + frame(4, b"")).mark == Mark.HTTP2_PREFACE


@pytest.mark.parametrize("debug_data", [b"", b"timeout", b"x" * 1024])
def test_a_goaway(debug_data: bytes) -> None:
    assert mark_one(frame(7, GOAWAY + debug_data)).mark == Mark.HTTP2_GOAWAY


@pytest.mark.parametrize(
    "payload",
    [
        frame(7, GOAWAY, stream=1),
        frame(7, GOAWAY, flags=1),
        frame(7, b"short"),
        frame(7, GOAWAY + bytes(2000)),
        frame(0, b"data", stream=3),
    ],
    ids=["stream", "flags", "too short", "too long", "data"],
)
def test_other_frames_are_none(payload: bytes) -> None:
    assert mark_one(payload).mark == Mark.OPAQUE


@pytest.mark.parametrize("kind", [3, 4, 6, 8])
def test_frames_that_ask_for_nothing(kind: int) -> None:
    assert mark_one(frame(kind, b"")).mark == Mark.HTTP2_CONTROL
    assert mark_one(frame(kind, b"") + frame(0, b"data", stream=3)).mark == Mark.OPAQUE


def test_a_cut_frame_header_is_not_believed() -> None:
    assert mark_one(frame(7, GOAWAY), 8).mark == Mark.OPAQUE
    assert mark_one(frame(7, GOAWAY), 9).mark == Mark.HTTP2_GOAWAY
