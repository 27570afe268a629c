"""Files and standard input as streams."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from netdiag.capture.streams import FileStream
from netdiag.errors import CaptureError


def read_all(stream: FileStream, size: int = 4) -> bytes:
    got = b""
    room = bytearray(size)
    while count := stream.readinto(memoryview(room)):
        got += room[:count]
    return got


def test_what_was_peeked_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    stream = FileStream(str(path))
    assert stream.peek(3) == b"012"
    assert stream.peek(6) == b"012345"
    assert read_all(stream) == b"0123456789"
    assert stream.peek(3) == b""
    assert stream.bytes_taken == 10
    stream.close()


def test_peeking_beyond_the_end_gives_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"ab")
    stream = FileStream(str(path))
    assert stream.peek(100) == b"ab"
    assert read_all(stream) == b"ab"
    stream.close()


def test_a_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"first")
    stream = FileStream(f"/dev/fd/{reading}")
    assert stream.peek(5) == b"first"
    os.write(writing, b"second")
    os.close(writing)
    assert read_all(stream) == b"firstsecond"
    stream.close()
    os.close(reading)


def test_standard_input_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.TextIOWrapper(io.BytesIO(b"bytes"))
    monkeypatch.setattr(sys, "stdin", text)
    stream = FileStream("-")
    assert read_all(stream) == b"bytes"
    stream.close()
    assert not text.buffer.closed


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"missing: can't be opened: No such file"):
        FileStream(str(tmp_path / "missing"))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
def test_what_cannot_be_read_is_named() -> None:
    stream = FileStream("/proc/self/mem")  # its first page is never there
    with pytest.raises(CaptureError, match=r"mem: can't be read after 0 bytes: Input/output"):
        stream.peek(1)
    stream.close()
