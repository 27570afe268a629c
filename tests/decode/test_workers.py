"""Processes that reduce captures for the one that started them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from netdiag.capture import BLOCK_BYTES, CaptureSource
from netdiag.decode import Segments
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.decode.workers import Failed, Read, Worker
from netdiag.errors import CaptureError, WorkerError
from netdiag.exchanges import mark_payloads
from netdiag.language import speaking
from tests.capture.building import pcap
from tests.decode.markers import die, fail
from tests.decode.test_load import packets, write

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A spawned one: this process has several threads under xdist, and can't fork."""
    with speaking("zh_CN"):
        made = Worker(mark_payloads, BLOCK_BYTES, [], fork=False)
    yield made
    made.end()


def result(worker: Worker) -> Reduced | Failed:
    while isinstance(said := worker.hear(mapped=True), Read):
        assert said.done > 0
    return said


def test_what_it_makes_is_what_this_process_would(worker: Worker, tmp_path: Path) -> None:
    source = CaptureSource(write(tmp_path / "a", pcap(packets())[:-1]))
    worker.give(0, source)
    made = result(worker)
    assert isinstance(made, Reduced)
    with speaking("zh_CN"):
        expected = reduce_capture(source, mark_payloads)
    assert made.info == expected.info
    assert not made.info.problems[0].detail.isascii()  # it speaks the parent's language
    for name in Segments.__struct_fields__:
        mine, theirs = (getattr(each.segments, name) for each in (made, expected))
        assert mine.tolist() == theirs.tolist(), name
    rows = range(len(made.samples))
    assert [*map(made.samples.text, rows)] == [*map(expected.samples.text, rows)]


def test_an_error_is_handed_on_and_the_next_capture_read(worker: Worker, tmp_path: Path) -> None:
    worker.give(0, CaptureSource(write(tmp_path / "bad", b"text")))
    failed = result(worker)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, CaptureError)
    assert "bad: expected a pcap" in str(failed.error)
    assert "reduce_capture" in failed.error.__notes__[0]
    worker.give(1, CaptureSource(write(tmp_path / "good", pcap(packets()))))
    assert isinstance(result(worker), Reduced)


def test_an_error_that_cannot_travel_says_what_it_was(tmp_path: Path) -> None:
    worker = Worker(fail, BLOCK_BYTES, [], fork=False)
    try:
        worker.give(0, CaptureSource(write(tmp_path / "a", pcap(packets()))))
        failed = result(worker)
    finally:
        worker.end()
    assert isinstance(failed, Failed)
    assert repr(failed.error) == "RuntimeError('UnspeakableError: 1 2')"


def test_one_that_dies_is_named_with_its_capture(tmp_path: Path) -> None:
    worker = Worker(die, BLOCK_BYTES, [], fork=False)
    try:
        worker.give(0, CaptureSource(write(tmp_path / "huge", pcap(packets()))))
        with pytest.raises(WorkerError, match=r"huge: .* killed by signal 9; memory may have"):
            result(worker)
        with pytest.raises(WorkerError, match="killed by signal 9"):
            worker.give(1, CaptureSource(str(tmp_path / "huge")))
    finally:
        worker.end()


ORPHANS = """
    import sys, time
    from netdiag.capture import CaptureSource
    from netdiag.decode.workers import Worker, can_fork
    from tests.decode.markers import mark_slowly

    if __name__ == "__main__":
        assert can_fork() or sys.argv[1] == "spawn"
        workers = []
        for _ in range(2):
            workers.append(Worker(mark_slowly, 200, workers, fork=sys.argv[1] == "fork"))
        workers[0].give(0, CaptureSource(sys.argv[2]))
        workers[0].hear(mapped=True)
        print(*(worker._process.pid for worker in workers), flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_none_outlives_its_parent(how: str, tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(textwrap.dedent(ORPHANS))
    capture = write(tmp_path / "a", pcap(packets()))
    with subprocess.Popen(
        [sys.executable, script, how, capture],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert len(workers) == 2
    deadline = time.monotonic() + 90
    while any(map(_is_running, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_process_with_threads_is_not_copied() -> None:
    code = (
        "import threading, time; from netdiag.decode.workers import can_fork; print(can_fork());"
        "threading.Thread(target=time.sleep, args=(1,)).start(); print(can_fork())"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(sys.platform == "linux"), "False"]


def test_columns_of_a_worker_can_be_written(worker: Worker, tmp_path: Path) -> None:
    worker.give(0, CaptureSource(write(tmp_path / "a", pcap(packets()))))
    made = result(worker)
    assert isinstance(made, Reduced)
    made.segments.time_ns[:] = 0
    assert np.count_nonzero(made.segments.time_ns) == 0
