"""One capture reduced to its columns, by itself."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from netdiag.capture import CaptureSource
from netdiag.decode import Segments
from netdiag.decode.reduced import reduce_capture
from netdiag.errors import CaptureError, LinkTypeError
from netdiag.problems import Problem
from tests.capture.building import START_NS, Packet, pcap
from tests.decode.building import Decoded, ether, keep_all
from tests.decode.test_load import packets, write


def test_it_can_be_pickled(tmp_path: Path) -> None:
    made = reduce_capture(CaptureSource(write(tmp_path / "a", pcap(packets()))), keep_all)
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(made, protocol=5, buffer_callback=buffers.append)
    again = pickle.loads(data, buffers=[bytearray(buffer.raw()) for buffer in buffers])
    for name in Segments.__struct_fields__:
        mine, theirs = (getattr(each.segments, name) for each in (made, again))
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs), name
    assert (again.info, again.problems) == (made.info, made.problems)
    rows = [list(Decoded(x.segments, x.addresses, x.samples).rows()) for x in (made, again)]
    assert rows[0] == rows[1]
    assert any(row["payload"] for row in rows[1])
    assert sum(column.nbytes for column in map(_raw, buffers)) > 40 * len(made.segments)


def _raw(buffer: pickle.PickleBuffer) -> memoryview:
    return buffer.raw()


def test_it_knows_nothing_of_other_captures(tmp_path: Path) -> None:
    source = CaptureSource(write(tmp_path / "a", pcap(packets())))
    one, other = reduce_capture(source, keep_all), reduce_capture(source, keep_all)
    assert set(other.segments.capture.tolist()) == {0}
    assert other.segments.source.tolist() == one.segments.source.tolist()
    assert other.segments.sample.tolist() == one.segments.sample.tolist()


def test_problems_of_finding_it_are_the_files_and_those_of_packets_are_apart(
    tmp_path: Path,
) -> None:
    odd = Problem("not-a-capture", "files beside it")
    cut = [Packet(START_NS, packets()[1].data[:40], original=60), *packets()[:3]]
    made = reduce_capture(CaptureSource(write(tmp_path / "a", pcap(cut)), (odd,)), keep_all)
    assert made.info.problems == (odd,)
    assert [problem.code for problem in made.problems] == ["headers-cut"]


def test_progress_ends_with_all_bytes_of_the_file(tmp_path: Path) -> None:
    content = pcap(packets())
    told: list[int] = []
    source = CaptureSource(write(tmp_path / "a", content))
    reduce_capture(source, keep_all, 1000, told.append)
    assert told == sorted(told)
    assert told[-1] == len(content)


def test_errors_name_the_file(tmp_path: Path) -> None:
    odd = write(tmp_path / "odd", pcap([Packet(START_NS, bytes(ether()))], link_field=999))
    with pytest.raises(LinkTypeError, match="odd: expected a link type"):
        reduce_capture(CaptureSource(odd), keep_all)
    with pytest.raises(CaptureError, match="text: expected a pcap"):
        reduce_capture(CaptureSource(write(tmp_path / "text", b"text")), keep_all)
