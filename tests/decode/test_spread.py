"""Captures reduced on several processes, with the result of one."""

from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import pytest

from netdiag.capture import BLOCK_BYTES, CaptureSource
from netdiag.decode import Segments, load, spread
from netdiag.decode.join import Load
from netdiag.decode.spread import jobs_for, reduce_all
from netdiag.decode.tally import Tally
from netdiag.errors import CaptureError, LinkTypeError, WorkerError
from netdiag.exchanges import mark_payloads
from tests.capture.building import pcap
from tests.decode.markers import die_elsewhere
from tests.decode.test_load import packets, parts_of, write


def assert_same(one: Load, other: Load) -> None:
    assert one.captures == other.captures
    for name in Segments.__struct_fields__:
        mine, theirs = (getattr(each.segments, name) for each in (one, other))
        assert mine.dtype == theirs.dtype
        assert mine.tolist() == theirs.tolist(), name
    endpoints = one.segments.source.tolist()
    assert [*map(one.addresses.text, endpoints)] == [*map(other.addresses.text, endpoints)]
    rows = range(len(other.samples))
    assert [*map(one.samples.text, rows)] == [*map(other.samples.text, rows)]


def several(folder: Path) -> list[str]:
    """Captures of different sizes; one of them is a copy, one is cut, one has no TCP."""
    made = [packets(10 + 20 * seed, seed) for seed in range(6)]
    paths = parts_of(folder, *made, made[3], [p for p in made[5] if p.data[12:14] == b"\x88\xcc"])
    Path(paths[4]).write_bytes(Path(paths[4]).read_bytes()[:-7])
    return paths


@pytest.mark.parametrize("jobs", [2, 4])
def test_the_result_is_that_of_one_process(jobs: int, tmp_path: Path) -> None:
    paths = several(tmp_path)
    told: list[int] = []
    many = load(paths, mark_payloads, jobs=jobs, block_bytes=2000, progress=told.append)
    one = load(paths, mark_payloads, block_bytes=2000)
    assert_same(many, one)
    assert {p.code for c in many.captures for p in c.problems} >= {
        "truncated-file",
        "duplicate-file",
    }
    assert told == sorted(told)
    assert told[-1] == sum(Path(path).stat().st_size for path in paths)


def test_captures_may_be_copied_out_of_their_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "MOST_MAPPED", 1)
    paths = several(tmp_path)
    assert_same(load(paths, mark_payloads, jobs=2), load(paths, mark_payloads))


def test_standard_input_and_pipes_are_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = [pcap(packets(60, seed)) for seed in range(4)]
    files = [write(tmp_path / f"{i}", content) for i, content in enumerate(contents)]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(contents[1],))
    writer.start()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(contents[2])))
    loaded = load([files[0], str(pipe), "-", files[3]], mark_payloads, jobs=3)
    writer.join()
    assert [c.info.path for c in loaded.captures] == [files[0], str(pipe), "-", files[3]]
    assert [c.info.packets for c in loaded.captures] == [60] * 4
    assert loaded.segments.time_ns.tolist() == load(files, mark_payloads).segments.time_ns.tolist()


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_first_capture_that_fails_is_the_one_that_is_named(jobs: int, tmp_path: Path) -> None:
    paths = [
        write(tmp_path / "small", pcap(packets(5))),
        write(tmp_path / "odd", pcap(packets(7), link_field=999)),
        write(tmp_path / "large", pcap(packets(60))),
        write(tmp_path / "text", b"larger than all the others are" * 10_000),
    ]
    with pytest.raises(LinkTypeError, match="odd: expected a link type"):
        load(paths, mark_payloads, jobs=jobs)
    with pytest.raises(CaptureError, match="text: expected a pcap"):
        load([paths[3], paths[0], paths[1]], mark_payloads, jobs=jobs)


def test_a_worker_that_dies_ends_it_with_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESTS", str(os.getpid()))
    sources = [CaptureSource(path) for path in several(tmp_path)]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # keeps this process waiting until the worker has had its turn
    writer = threading.Thread(target=lambda: pipe.write_bytes(_late()))
    writer.start()
    with pytest.raises(WorkerError, match=r"part\d: .* was killed by signal 9"):
        reduce_all([*sources, CaptureSource(str(pipe))], die_elsewhere, 200, 2, Tally(None))
    writer.join()


def _late() -> bytes:
    threading.Event().wait(2)
    return pcap(packets(60))


def test_processes_are_started_only_for_much_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "_cores", lambda: 3)
    sources = [CaptureSource(path) for path in parts_of(tmp_path, *[packets()] * 5)]
    assert jobs_for(sources) == 1
    monkeypatch.setattr(spread, "ENOUGH_BYTES", 5000)
    assert jobs_for(sources) == 3
    assert jobs_for(sources[:2]) == 2
    assert jobs_for([*sources[:1], CaptureSource("-"), CaptureSource(str(tmp_path / "no"))]) == 1


def test_more_processes_than_captures(tmp_path: Path) -> None:
    sources = [CaptureSource(path) for path in parts_of(tmp_path, packets(), packets(30, 2))]
    made = reduce_all(sources, mark_payloads, BLOCK_BYTES, 50, Tally(None))
    assert [reduced.info.packets for reduced in made] == [60, 30]
