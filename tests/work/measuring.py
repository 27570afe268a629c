"""Counts what an examination costs: calls, bytes held and at most, rows, bytes read.

    python -m tests.work.measuring keep-alive 50000

prints one JSON object. Counted in a process of its own, since what has been imported or cached
before is not counted: a small examination comes first. Nothing here is a time.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.shapes import load_shape
from netdiag.analysis import Examination, Options, examine
from netdiag.columns import Columns
from tests.tracing import tables_traced

SMALL, SNAP_LENGTH, SEED = 2_000, 128, 1
AS_ANALYZE = Options(every_row=False)
IO = Path("/proc/self/io")


def measure(shape: str, packets: int, folder: Path) -> dict[str, int]:
    """What it costs to examine a capture.

    Returns:
        ``calls``: of Python functions; ``c_calls``: of built-in ones, from Python;
        ``report_calls``: of Python functions, to make the report of it;
        ``held_bytes``: of what remains, ``peak_bytes``: at most (numpy's memory is in both);
        ``segments``, ``samples``, ``connections``, ``exchanges``: rows of these tables;
        ``connections_bytes``, ``exchanges_bytes``: of what has a row for each of them;
        ``packets``, ``file_bytes``, ``read_bytes``.
    """
    capture, small = folder / "measured.pcap", folder / "small.pcap"
    load_shape(shape).write(capture, packets, SNAP_LENGTH, SEED)
    load_shape(shape).write(small, SMALL, SNAP_LENGTH, SEED)
    examine([small], AS_ANALYZE).report()
    made = {"packets": packets, "file_bytes": capture.stat().st_size}
    return {**made, **_count_calls(capture), **_count_bytes(capture)}


def _count_calls(capture: Path) -> dict[str, int]:
    counts: Counter[str] = Counter()

    def count(frame: FrameType, event: str, argument: object) -> None:
        counts[event] += 1

    with _profiling(count):
        examination = examine([capture], AS_ANALYZE)
    calls, c_calls = counts["call"], counts["c_call"]
    counts.clear()
    with _profiling(count):
        examination.report()
    return {"calls": calls, "c_calls": c_calls, "report_calls": counts["call"]}


@contextmanager
def _profiling(count: Callable[[FrameType, str, object], None]) -> Iterator[None]:
    """Call `count` at every call of a function, in threads that are started meanwhile too."""
    threading.setprofile(count)
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _count_bytes(capture: Path) -> dict[str, int]:
    gc.collect()
    before = _read_so_far()
    with tables_traced():
        tracemalloc.start()
        examination = examine([capture], AS_ANALYZE)
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    read = _read_so_far() - before
    return {"held_bytes": held, "peak_bytes": peak, "read_bytes": read, **_tables(examination)}


def _tables(examination: Examination) -> dict[str, int]:
    scene = examination.subject.scene
    of_connections = (scene.connections, scene.endings, scene.reason, scene.considered)
    return {
        "segments": len(scene.traffic),
        "samples": len(scene.samples),
        "connections": len(scene.connections),
        "exchanges": len(scene.exchanges),
        "connections_bytes": sum(map(_bytes, of_connections)),
        "exchanges_bytes": _bytes(scene.exchanges),
    }


def _bytes(table: Columns | npt.NDArray[Any]) -> int:
    if isinstance(table, np.ndarray):
        return table.nbytes
    return sum(getattr(table, name).nbytes for name in table.__struct_fields__)


def _read_so_far() -> int:
    """Bytes that this process has asked the system for, from the page cache or not."""
    return int(IO.read_text().split()[1])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        sys.stdout.write(json.dumps(measure(sys.argv[1], int(sys.argv[2]), Path(made))))
