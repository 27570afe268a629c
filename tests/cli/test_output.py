"""Where a report goes: whole or not at all, and plain unless a terminal reads it."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from netdiag.cli.output import OutputError, open_target, write, write_bytes
from netdiag.errors import CaptureError

from .conftest import ROOT, Process, environment

FULL = Path("/dev/full")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old and longer than the new one")
    target.chmod(0o640)
    write("new\n", str(target))
    assert target.read_text() == "new\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert names(tmp_path) == ["report.txt"]


def test_a_new_file_has_the_umasks_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write("new\n", str(tmp_path / "report.txt"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report.txt").stat().st_mode) == 0o640


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="No space left on device"):
        write("new", str(target))
    assert target.read_text() == "old"
    assert names(tmp_path) == ["report.txt"]


def test_an_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write("new", str(tmp_path / "report.txt"))
    assert names(tmp_path) == []


def test_a_link_keeps_pointing(tmp_path: Path) -> None:
    target, link = tmp_path / "report.txt", tmp_path / "latest.txt"
    link.symlink_to(target)
    write("new\n", str(link))
    assert link.is_symlink()
    assert target.read_text() == "new\n"


def test_a_device_is_written_not_replaced() -> None:
    write("new\n", os.devnull)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_non_ascii_text_is_utf8(tmp_path: Path) -> None:
    write("─ 中\n", str(tmp_path / "report.txt"))
    assert (tmp_path / "report.txt").read_bytes() == "─ 中\n".encode()


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    write_bytes(b"\x00\r\n\xff", str(tmp_path / "out.pcap"))
    assert (tmp_path / "out.pcap").read_bytes() == b"\x00\r\n\xff"


def test_bytes_that_come_bit_by_bit_are_there_when_all_have_come(tmp_path: Path) -> None:
    target = tmp_path / "out.pcap"
    with open_target(str(target)) as file:
        file.write(b"one ")
        assert not target.exists()
        file.write(b"two")
    assert target.read_bytes() == b"one two"


def test_an_error_of_the_maker_goes_through_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CaptureError), open_target(str(tmp_path / "out.pcap")) as file:
        file.write(b"half")
        raise CaptureError("cut off")
    assert names(tmp_path) == []


def test_bytes_on_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_bytes(b"\x00\xff", "-")
    assert capfdbinary.readouterr().out == b"\x00\xff"


def test_no_bytes_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(OutputError, match="will not write binary data to a terminal"):
        write_bytes(b"\x00", "-")


def test_a_name_that_is_no_utf8_can_be_written(tmp_path: Path) -> None:
    write("caf\udce9\n", str(tmp_path / "report.txt"))
    assert (tmp_path / "report.txt").read_bytes() == b"caf\\udce9\n"


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("target", [str(FULL), "-"])
def test_a_full_disk_is_told_in_one_line(process: Process, target: str) -> None:
    with FULL.open("w") as full:
        done = process("analyze", "x.pcap", "-o", target, stdout=full)
    assert done.returncode == 2
    assert done.stderr.endswith("No space left on device\n")
    assert done.stderr.count("\n") == 1


def test_a_file_too_large_leaves_nothing(process: Process, tmp_path: Path) -> None:
    """A limit on a file's size stands in for a disk that fills up in the middle."""
    target = tmp_path / "report.txt"
    target.write_text("old")
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (1024, 1024))
    done = process("analyze", "x.pcap", "-o", str(target), preexec_fn=limit)
    assert done.returncode == 2
    assert done.stderr == f"netdiag: cannot write '{target}': File too large\n"
    assert target.read_text() == "old"
    assert names(tmp_path) == ["report.txt"]


def test_a_directory_that_takes_no_file_is_told_in_one_line(process: Process) -> None:
    done = process("analyze", "x.pcap", "-o", "/proc/report.txt")  # not even root's files
    assert done.returncode == 2
    assert done.stderr.startswith("netdiag: cannot write '/proc/report.txt': ")
    assert done.stderr.count("\n") == 1


def test_piped_output_is_plain(process: Process) -> None:
    done = process("analyze", "x.pcap", env={"TERM": "xterm-256color", "COLUMNS": "200"})
    assert "\x1b" not in done.stdout
    assert "│" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    "env",
    [{"LANG": "C"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "ascii"}],
    ids=str,
)
def test_plain_c_gets_ascii(process: Process, env: dict[str, str]) -> None:
    done = process("analyze", "x.pcap", env=env)
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "|- SYN ---" in done.stdout


def on_a_terminal(**env: str) -> str:
    """Run netdiag with a terminal as its standard output, and read what that would show."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "tests.cli.stub", "analyze", "x.pcap"],
        cwd=ROOT,
        env=environment(**env),
        stdout=theirs,
        check=True,
    )
    os.close(theirs)
    chunks = []
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(ours)
    return b"".join(chunks).decode()


def test_a_terminal_gets_colours() -> None:
    assert "\x1b[1;31m" in on_a_terminal(TERM="xterm-256color")


@pytest.mark.parametrize("env", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}, {}], ids=str)
def test_terminals_that_want_no_colours_get_none(env: dict[str, str]) -> None:
    assert "\x1b" not in on_a_terminal(**env)
