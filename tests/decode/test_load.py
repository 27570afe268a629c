"""From paths to one table of segments."""

from __future__ import annotations

import gzip
import io
import random
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.decode import Load, Segments, load
from netdiag.errors import CaptureError, LinkTypeError
from tests.capture.building import START_NS, Packet, pcap, pcapng
from tests.decode.building import Decoded, ether, ip, keep_all, tcp


@cache
def packets(count: int = 60, seed: int = 1) -> tuple[Packet, ...]:
    """TCP packets over Ethernet, a second apart, and some that are none."""
    rng = random.Random(seed)
    made = []
    for i in range(count):
        data = bytes(ether() / ip(rng) / tcp(rng)) if i % 7 else bytes(ether(type=0x88CC)) + b"."
        made.append(Packet(START_NS + i * 1_000_000_000, data))
    return tuple(made)


def write(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def rows(loaded: Load) -> list[dict[str, Any]]:
    s = loaded.segments
    decoded = Decoded(s, loaded.addresses, loaded.samples)
    return [
        row | {"capture": int(s.capture[i]), "time_ns": int(s.time_ns[i])}
        for i, row in enumerate(decoded.rows())
    ]


def problems(loaded: Load) -> list[list[str]]:
    return [[p.code for p in capture.problems] for capture in loaded.captures]


def is_tcp(packet: Packet) -> bool:
    return packet.data[12:14] != b"\x88\xcc"


def test_one_capture(tmp_path: Path) -> None:
    loaded = load([write(tmp_path / "a", pcap(packets()))], keep_all)
    (capture,) = loaded.captures
    tcp_frames = [i + 1 for i, p in enumerate(packets()) if is_tcp(p)]
    assert loaded.segments.frame.tolist() == tcp_frames
    assert loaded.segments.time_ns.tolist() == [packets()[f - 1].time_ns for f in tcp_frames]
    assert capture.info.packets == 60
    assert capture.tcp_packets == len(tcp_frames)
    assert capture.problems == ()


@settings(max_examples=40, deadline=None)
@given(block_bytes=st.integers(1, 5000), form=st.sampled_from([pcap, pcapng]))
def test_the_block_size_changes_nothing(
    block_bytes: int, form: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write(tmp_path_factory.getbasetemp() / "capture", form(packets()))
    small, large = load([path], keep_all, block_bytes=block_bytes), load([path], keep_all)
    for name in Segments.__struct_fields__:
        if name != "sample":  # a number that nobody else knows
            mine, theirs = getattr(small.segments, name), getattr(large.segments, name)
            assert mine.tolist() == theirs.tolist(), name
    assert rows(small) == rows(large)
    assert small.captures == large.captures


@settings(max_examples=40, deadline=None)
@given(data=st.data(), form=st.sampled_from([pcap, pcapng]))
def test_cut_at_any_byte_it_is_analysed_up_to_the_cut(
    data: st.DataObject, form: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = form(packets(20))
    cut = data.draw(st.integers(0, len(whole)))
    path = write(tmp_path_factory.getbasetemp() / "cut", whole[:cut])
    if cut < 4:
        with pytest.raises(CaptureError):
            load([path], keep_all)
        return
    before = sum(len(form(packets(20)[:i])) <= cut for i in range(1, 21))
    loaded = load([path], keep_all)
    assert loaded.captures[0].info.packets == before
    assert loaded.segments.frame.tolist() == [
        i + 1 for i, p in enumerate(packets(20)[:before]) if is_tcp(p)
    ]
    assert set(problems(loaded)[0]) <= {"truncated-file"}


def parts_of(tmp_path: Path, *parts: Sequence[Packet]) -> list[str]:
    return [write(tmp_path / f"part{i}", pcap(part)) for i, part in enumerate(parts)]


def same_but_numbering(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    strip = ("capture", "frame")
    return [{k: v for k, v in row.items() if k not in strip} for row in one] == [
        {k: v for k, v in row.items() if k not in strip} for row in other
    ]


def test_rotated_files_in_any_order_are_one_capture(tmp_path: Path) -> None:
    whole = load([write(tmp_path / "whole", pcap(packets()))], keep_all)
    first, second, third = parts_of(tmp_path, packets()[:20], packets()[20:45], packets()[45:])
    loaded = load([second, third, first], keep_all)
    assert same_but_numbering(rows(loaded), rows(whole))
    assert [c.info.path for c in loaded.captures] == [second, third, first]
    # The column counts the captures as they were named.
    assert sorted(set(loaded.segments.capture.tolist())) == [0, 1, 2]
    assert loaded.segments.capture[0] == 2
    assert [c.tcp_packets for c in loaded.captures] == [
        sum(map(is_tcp, part)) for part in (packets()[20:45], packets()[45:], packets()[:20])
    ]


def test_captures_that_overlap_are_merged_by_time(tmp_path: Path) -> None:
    whole = load([write(tmp_path / "whole", pcap(packets()))], keep_all)
    paths = parts_of(tmp_path, packets()[::2], packets()[1::2])
    assert same_but_numbering(rows(load(paths, keep_all)), rows(whole))


def test_a_copy_is_not_counted_again(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / "one", pcap(packets())),
        write(tmp_path / "other", pcap(packets(30, seed=2))),
        write(tmp_path / "copy", pcap(packets())),
        write(tmp_path / "compressed", gzip.compress(pcap(packets()))),
        write(tmp_path / "as.pcapng", pcapng(packets())),
    ]
    loaded = load([*paths, paths[0]], keep_all)
    assert problems(loaded) == [[], [], *[["duplicate-file"]] * 3]
    assert f"same packets as {paths[0]}" in loaded.captures[2].problems[0].detail
    assert [c.tcp_packets for c in loaded.captures][2:] == [0, 0, 0]
    assert all(c.info.packets == 60 for c in loaded.captures[2:])
    assert same_but_numbering(rows(loaded), rows(load(paths[:2], keep_all)))


def test_captures_without_tcp_are_no_copies(tmp_path: Path) -> None:
    quiet = [p for p in packets() if not is_tcp(p)]
    loaded = load(parts_of(tmp_path, quiet, quiet, []), keep_all)
    assert len(loaded.segments) == 0
    assert problems(loaded) == [[], [], []]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    content = gzip.compress(pcap(packets()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    loaded = load(["-"], keep_all)
    assert loaded.captures[0].info.path == "-"
    assert loaded.captures[0].info.packets == 60


def test_a_directory(tmp_path: Path) -> None:
    parts_of(tmp_path, packets()[:30], packets()[30:])
    write(tmp_path / "readme", b"some text")
    loaded = load([str(tmp_path)], keep_all)
    assert len(loaded.captures) == 2
    assert problems(loaded) == [["not-a-capture"], []]


def test_progress_counts_the_bytes_of_all_files(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / "a", pcap(packets())),
        write(tmp_path / "b", gzip.compress(pcap(packets(30, seed=2)))),
    ]
    told: list[int] = []
    load(paths, keep_all, block_bytes=2000, progress=told.append)
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1] == sum(Path(path).stat().st_size for path in paths)


def test_problems_of_the_file_and_of_its_packets(tmp_path: Path) -> None:
    cut = [Packet(START_NS, packets()[1].data[:40], original=60), *packets()[:3]]
    loaded = load([write(tmp_path / "a", pcap(cut)[:-1])], keep_all)
    assert problems(loaded) == [["truncated-file", "headers-cut"]]
    assert [p.code for p in loaded.captures[0].info.problems] == ["truncated-file"]


def test_an_unknown_link_type_names_its_number_and_its_file(tmp_path: Path) -> None:
    path = write(tmp_path / "odd", pcap(packets(), link_field=999))
    with pytest.raises(LinkTypeError, match=r"odd: expected a link type .* found number 999"):
        load([path], keep_all)


def test_an_unknown_link_type_without_packets_is_no_error(tmp_path: Path) -> None:
    assert len(load([write(tmp_path / "odd", pcap([], link_field=999))], keep_all).segments) == 0


def test_a_file_that_is_no_capture_is_an_error(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "good", pcap(packets())), write(tmp_path / "bad", b"text")
    with pytest.raises(CaptureError, match="bad: expected a pcap"):
        load([good, bad], keep_all)
