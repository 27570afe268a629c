"""Files and standard input as streams."""

from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import pytest

from netdiag.capture.stopping import stop_reading, stoppable
from netdiag.capture.streams import BEGINNING_BYTES, FileStream
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


def test_a_file_is_read_up_to_the_size_that_it_had(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    stream = FileStream(str(path))
    assert not stream.is_growing()
    with path.open("ab") as more:
        more.write(b"more")
    assert read_all(stream) == b"0123456789"
    assert stream.damage is None
    assert stream.is_growing()
    stream.close()


def test_a_file_that_is_cut_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    stream = FileStream(str(path))
    assert stream.peek(4) == b"0123"
    os.truncate(path, 6)
    assert read_all(stream) == b"012345"
    assert stream.damage is not None
    assert stream.damage.code == "shrunk-file"
    assert "had 10 bytes when it was opened, and ends after 6" in stream.damage.detail
    stream.close()


def test_a_file_that_is_removed_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    stream = FileStream(str(path))
    path.unlink()
    assert read_all(stream) == b"0123456789"
    assert stream.damage is None
    stream.close()


def test_a_disk_that_can_read_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    stream = FileStream(str(path))
    assert stream.peek(4) == b"0123"

    class Broken:
        def readinto(self, _view: memoryview) -> int:
            raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(stream, "_file", Broken())
        assert read_all(stream) == b"0123"
    stream.close()
    assert stream.damage is not None
    assert stream.damage.code == "unreadable-file"
    assert "beyond byte 4 (Input/output error)" in stream.damage.detail


def test_who_waits_for_a_pipe_is_woken(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"first")
    with stoppable():
        stream = FileStream(f"/dev/fd/{reading}")
        assert stream.peek(5) == b"first"
        threading.Timer(0.05, stop_reading).start()
        assert read_all(stream) == b"first"
        assert stream.damage is not None
        assert stream.damage.code == "interrupted"
        assert "after 5 bytes" in stream.damage.detail
    stream.close()
    os.close(reading)
    os.close(writing)


def test_the_beginning_of_a_file_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(BEGINNING_BYTES + 100))
    with stoppable():
        stop_reading()
        stream = FileStream(str(path))
        assert len(read_all(stream, 1 << 12)) == BEGINNING_BYTES
        assert stream.damage is not None
        assert stream.damage.code == "interrupted"
    stream.close()
