"""tcpdump's run: a real one on the loopback interface, and what it says at its end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from netdiag.analysis import analyze
from netdiag.errors import RecordingError
from netdiag.recording.checks import check_host
from netdiag.recording.run import Recording, Totals, read_totals, record
from netdiag.recording.tcpdump import Ring, Tcpdump

SAID = """\
tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 128 bytes
Got 0\rGot 130\r1310 packets captured
2624 packets received by filter
17 packets dropped by kernel
1 packet dropped by interface
"""


def test_totals() -> None:
    assert read_totals(SAID) == Totals(captured=1310, received=2624, dropped=17, missed=1)
    assert read_totals("1 packet captured\n") == Totals(captured=1)
    assert read_totals("") == Totals()


def program(folder: Path, text: str) -> str:
    """A stand-in for tcpdump."""
    path = folder / "tcpdump"
    path.write_text(f"#!{sys.executable} -IS\nimport signal, sys, time\n{text}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def run(
    folder: Path, text: str, seconds: float | None, begun: Callable[[], None] = lambda: None
) -> tuple[Recording, list[int]]:
    """The run, and what was told of it; `begun` is called once there are packets."""
    seen: list[int] = []

    def progress(packets: int, _left: float | None) -> None:
        if packets and not any(seen):
            begun()
        seen.append(packets)

    command = Tcpdump(packets="tcp", path=folder / "x.pcap", duration_s=seconds)
    return record(program(folder, text), command, progress), seen


STUBBORN = """\
def stop(*_):
    sys.stderr.write("7 packets captured\\n0 packets dropped by kernel\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
sys.stderr.write("Got 3\\r")
sys.stderr.flush()
time.sleep(30)
"""


def test_it_ends_when_its_time_is_over(tmp_path: Path) -> None:
    done, seen = run(tmp_path, STUBBORN, 1.0)
    assert (done.ended, done.totals.captured, done.totals.dropped) == ("time", 7, 0)
    assert 1.0 <= done.seconds < 29
    assert max(seen) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: int) -> None:
    before = signal.getsignal(number)
    done, _ = run(tmp_path, STUBBORN, None, lambda: os.kill(os.getpid(), number))
    assert (done.ended, done.totals.captured) == ("stopped", 7)
    assert signal.getsignal(number) is before


def test_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"^tcpdump ended: x: No space left on device$"):
        run(tmp_path, "sys.exit('tcpdump: x: No space left on device')", None)


def test_a_capture_of_the_loopback_interface(tmp_path: Path) -> None:
    found = shutil.which("tcpdump", path=os.environ["PATH"] + ":/usr/sbin")
    if found is None:
        pytest.skip("tcpdump is not installed")
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    command = Tcpdump(
        packets=f"tcp and port {port}",
        path=tmp_path / "real.pcap",
        interface="lo",
        ring=Ring(1, 2),
        duration_s=3.0,
        options=("-n", "-U", "-Z", "root"),
    )
    try:
        check_host(found, command)
    except RecordingError as error:
        pytest.skip(str(error))

    begun = threading.Event()

    def listening() -> None:
        if any(tmp_path.iterdir()):  # it makes its file when all is set up
            begun.set()

    def talk() -> None:
        begun.wait(60)
        with socket.create_connection(("127.0.0.1", port)) as client, server.accept()[0] as other:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            other.recv(1000)
            other.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            client.recv(1000)

    thread = threading.Thread(target=talk)
    thread.start()
    done = record(found, command, lambda _packets, _left: listening())
    thread.join()
    server.close()
    assert done.ended == "time"
    assert done.totals.dropped == 0
    assert done.totals.captured is not None
    assert done.totals.captured >= 8
    report = analyze(done.files)
    assert report.servers[0].endpoint == f"127.0.0.1:{port}"
    assert report.servers[0].exchanges == 1
