"""Reading that ends on demand."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from netdiag.capture import CaptureSource, open_capture
from netdiag.capture.stopping import is_stoppable, is_stopped, stop_reading, stoppable, wait_for
from tests.capture.building import packets_of, pcap, some_packets


def test_it_is_forgotten_afterwards() -> None:
    assert not is_stoppable()
    with stoppable():
        assert is_stoppable() and not is_stopped()
        stop_reading()
        stop_reading()
        assert is_stopped()
    assert not is_stopped() and not is_stoppable()


def test_waiting_ends_with_something_to_read_or_with_the_demand() -> None:
    reading, writing = os.pipe()
    with stoppable():
        os.write(writing, b"x")
        wait_for(reading)
        os.read(reading, 1)
        begin = time.monotonic()
        threading.Timer(0.05, stop_reading).start()
        wait_for(reading)
        assert time.monotonic() - begin > 0.04
    wait_for(reading)  # nobody can ask for it: the read itself waits
    os.close(reading)
    os.close(writing)


def test_captures_after_the_demand_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(pcap(some_packets(9)))
    with stoppable():
        begun = open_capture(CaptureSource(str(path)))
        stop_reading()
        late = open_capture(CaptureSource(str(path)))
        assert len(packets_of(begun)[0]) == 9
        assert packets_of(late) == ((), ())
    assert begun.info().problems == ()
    (problem,) = late.info().problems
    assert (problem.code, problem.detail) == (
        "interrupted",
        "reading was interrupted before this file",
    )
