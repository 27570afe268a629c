"""Hostile captures take no more memory than a stated multiple of a normal one.

Counted in one process with tracemalloc, numpy's memory and that of buffers included. A normal
capture has as many packets or, where a case is made of few, as many bytes. The multiples are
at most those of docs/how/hostile.md.
"""

from __future__ import annotations

import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from benchmarks.shapes import load_shape
from netdiag.analysis import Options, examine
from netdiag.errors import CaptureError
from tests.limits.cases import CASES
from tests.tracing import tables_traced

BYTES_A_PACKET = 140
PACKETS = 4_000
BYTES = 400_000
BOUNDS: dict[str, tuple[int, float]] = {
    "gzip-bomb": (1 << 20, 4),
    "zstd-bomb": (1 << 20, 4),
    "nested-bomb": (1 << 20, 4),
    "pcap-4gb-records": (PACKETS, 1.75),
    "pcapng-lying-blocks": (PACKETS // 4, 1.75),
    "beyond-snap-length": (20, 1.25),
    "interfaces": (BYTES // 32, 1.75),
    "interfaces-in-use": (BYTES // 110, 1.75),
    "sections": (BYTES // 140, 1.75),
    "byte-orders": (200, 1.25),
    "members": (2_000, 1.25),
    "names": (BYTES // 24, 1.25),
    "options": (BYTES // 4, 1.25),
    "syn-flood": (PACKETS // 4, 1.75),
    "syn-flood-one-source": (PACKETS, 1.75),
    "four-tuple-reused": (PACKETS // 4, 1.25),
    "times-back": (PACKETS, 1.25),
    "times-jump": (PACKETS, 1.25),
    "times-zero": (PACKETS, 1.25),
    "endless-header": (PACKETS, 1.25),
    "endless-headers": (PACKETS, 1.25),
    "byte-a-segment": (PACKETS, 1.25),
    "servers": (PACKETS // 40, 1.75),
    "hosts": (PACKETS // 9, 1.75),
    "failing": (PACKETS // 40, 1.75),
    "failing-at-once": (PACKETS // 40, 1.75),
    "failing-proxy": (PACKETS // 40, 1.75),
    "failing-servers": (PACKETS // 80, 1.75),
    "collisions": (PACKETS // 4, 1.25),
    "vlans": (1000, 1.25),
    "mpls": (1000, 1.25),
    "extension-headers": (1000, 1.25),
    "tunnels": (1000, 1.25),
    "fragments": (PACKETS, 1.25),
}
"""By case: its size here, and the multiple of a normal capture's bytes at the peak."""


def peak(capture: Path) -> int:
    """Bytes at most while a capture is examined and reported on."""
    with tables_traced():
        tracemalloc.start()
        try:
            examine([capture], Options(every_row=False)).report()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.fixture(scope="module")
def normal(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], int]:
    """By its number of packets, what a normal capture takes."""
    folder, known = tmp_path_factory.mktemp("normal"), dict[int, int]()

    def of(packets: int) -> int:
        rounded = max(packets // 2000 * 2000, 2000)
        if rounded not in known:
            load_shape("short").write(folder / "a.pcap", rounded, 128, 1)
            peak(folder / "a.pcap")  # what is imported and cached is not counted
            known[rounded] = peak(folder / "a.pcap")
        return known[rounded]

    return of


@pytest.mark.parametrize("name", BOUNDS)
def test_a_hostile_capture_takes_no_more_than_its_multiple(
    name: str, tmp_path: Path, normal: Callable[[int], int]
) -> None:
    size, most = BOUNDS[name]
    case, capture = CASES[name], tmp_path / f"a{CASES[name].suffix}"
    case.make(capture, size)
    packets = size * case.packets or min(capture.stat().st_size, 1 << 24) / BYTES_A_PACKET
    plain = normal(int(packets))
    used = peak(capture)
    assert used <= most * plain, f"{used / plain:.2f} times"


WORK = (
    *("interfaces", "sections", "byte-orders", "members", "syn-flood", "collisions", "servers"),
    *("failing", "failing-at-once", "failing-proxy", "failing-servers"),
)
"""Cases of which something is looked at one by one, in Python."""
UNITS = 60
FEW_UNITS = {"servers": 16, "failing-servers": 16}
"""Of what costs more each: an idle timeout is inferred."""


def calls(name: str, size: int, folder: Path) -> int:
    """How many functions are called to examine and report on a case, Python's and others."""
    capture = folder / f"{size}{CASES[name].suffix}"
    CASES[name].make(capture, size)
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        examine([capture], Options(every_row=False)).report()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return count


@pytest.mark.parametrize("name", WORK)
def test_four_times_as_much_is_four_times_the_work(name: str, tmp_path: Path) -> None:
    units = FEW_UNITS.get(name, UNITS)
    calls(name, units, tmp_path)  # what is imported and cached is not counted
    least, few, many = (calls(name, size, tmp_path) for size in (units // 2, units, 4 * units))
    assert many - few <= 6 * 1.5 * max(few - least, 300), (least, few, many)


def test_every_case_has_a_bound_and_a_row_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how" / "hostile.md").read_text()
    assert set(CASES) == set(BOUNDS) | {"zstd-window"}
    assert [name for name in CASES if f"`{name}`" not in page] == []


def test_a_window_of_2_gib_is_not_held(tmp_path: Path) -> None:
    CASES["zstd-window"].make(tmp_path / "a.pcap.zst", 1 << 20)
    tracemalloc.start()
    try:
        with pytest.raises(CaptureError, match="expected a pcap or pcapng capture"):
            examine([tmp_path / "a.pcap.zst"], Options(every_row=False))
        assert tracemalloc.get_traced_memory()[1] < 24_000_000
    finally:
        tracemalloc.stop()
