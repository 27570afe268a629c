"""Files that somebody still writes to."""

from __future__ import annotations

import getpass
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netdiag.capture import CaptureSource, open_capture
from netdiag.capture.growing import is_open_elsewhere
from tests.capture.building import packets_of, pcap, pcapng, some_packets

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


def test_a_file_that_is_open_for_writing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as writer:
        writer.write(b"x")
        writer.flush()
        with path.open("rb") as reader:
            assert is_open_elsewhere(reader.fileno())
            writer.close()
            assert not is_open_elsewhere(reader.fileno())
            assert not is_open_elsewhere(reader.fileno())


def test_what_has_no_leases() -> None:
    with Path("/dev/null").open("rb") as device:
        assert not is_open_elsewhere(device.fileno())


@pytest.mark.parametrize("form", [pcap, pcapng])
def test_a_half_written_record_is_not_called_damage(tmp_path: Path, form) -> None:
    content = form(some_packets(20))[:-5]
    path = tmp_path / "file"
    with path.open("wb") as writer:
        writer.write(content)
        writer.flush()
        capture = open_capture(CaptureSource(str(path)))
        frames, _ = packets_of(capture)
    assert len(frames) == 19
    (problem,) = capture.info().problems
    assert problem.code == "still-written"
    assert "bytes into the record behind packet 19; analysed up to packet 19" in problem.detail
    finished = open_capture(CaptureSource(str(path)))
    packets_of(finished)
    assert [p.code for p in finished.info().problems] == ["truncated-file"]


def test_a_file_that_nobody_writes_to_but_that_has_grown(tmp_path: Path) -> None:
    path = tmp_path / "file"
    content = pcap(some_packets(20))
    path.write_bytes(content[:-5])
    capture = open_capture(CaptureSource(str(path)))
    path.write_bytes(content)
    frames, _ = packets_of(capture)
    assert len(frames) == 19
    assert [p.code for p in capture.info().problems] == ["still-written"]


def _can_capture() -> bool:
    tcpdump = shutil.which("tcpdump")
    if tcpdump is None:
        return False
    command = [tcpdump, "-i", "lo", "-d", "udp"]  # opens the interface
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _can_capture(), reason="tcpdump can't capture here")
def test_tcpdump_still_running(tmp_path: Path) -> None:
    """It writes 4096 bytes at a time: the end is mostly in the middle of a record."""
    path = tmp_path / "running.pcap"
    command = ["tcpdump", "-i", "lo", "-Z", getpass.getuser(), "-w", str(path), "udp port 9"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as tcpdump:
        try:
            assert tcpdump.stderr is not None
            while b"listening" not in (line := tcpdump.stderr.readline()):
                assert line, "tcpdump ended"
            _send_until(path, 20_000)
            capture = open_capture(CaptureSource(str(path)))
            frames, _ = packets_of(capture)
        finally:
            tcpdump.send_signal(signal.SIGINT)
            tcpdump.communicate(timeout=120)
    assert len(frames) > 50
    assert {p.code for p in capture.info().problems} <= {"still-written"}


def _send_until(path: Path, size: int) -> None:
    import socket  # noqa: PLC0415

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        deadline = time.monotonic() + 90
        while not path.exists() or path.stat().st_size < size:
            assert time.monotonic() < deadline
            for _ in range(50):
                sender.sendto(b"x" * 77, ("127.0.0.1", 9))
            time.sleep(0.01)
