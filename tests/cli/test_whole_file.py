"""A file that is whole or not there; how it looks once it is there is tested in `test_output`."""

from __future__ import annotations

import os
import signal
import stat
import threading
from pathlib import Path

import pytest

from netdiag.cli.whole_file import whole_file


def test_readers_see_the_old_file_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_bytes(b"old")
    with whole_file(target) as file:
        file.write(b"new")
        file.flush()
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("error", [OSError(28, "full"), ValueError(), KeyboardInterrupt()])
def test_whatever_goes_wrong_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)), whole_file(tmp_path / "report.txt") as file:
        file.write(b"half")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_a_rename_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path, _target: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="Read-only"), whole_file(tmp_path / "report.txt") as file:
        file.write(b"all")
    assert list(tmp_path.iterdir()) == []


def test_a_long_name_is_no_obstacle(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 255)
    with whole_file(target) as file:
        file.write(b"x")
    assert target.read_bytes() == b"x"


def test_a_pipe_is_written_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with whole_file(pipe) as file:
        file.write(b"through")
    reader.join(timeout=120)
    assert got == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_nobody_else_reads_a_half_written_file(tmp_path: Path) -> None:
    with whole_file(tmp_path / "report.txt"):
        part = next(tmp_path.glob(".netdiag-*.part"))
        assert stat.S_IMODE(part.stat().st_mode) == 0o600


def test_an_interrupt_from_outside(tmp_path: Path) -> None:
    # What a shell starts in the background ignores SIGINT, and hands that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt), whole_file(tmp_path / "report.txt") as file:
        file.write(b"half")
        signal.raise_signal(signal.SIGINT)
    assert list(tmp_path.iterdir()) == []
