"""A capture from opening it to what is known of it afterwards."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import subprocess
import sys
from pathlib import Path

import lz4.frame
import pytest
import zstandard

from netdiag.capture import CaptureSource, find_captures, open_capture
from netdiag.capture.capture import Capture
from netdiag.errors import CaptureError
from netdiag.problems import Problem
from tests.capture.building import (
    NANOSECONDS,
    START_NS,
    Packet,
    enhanced,
    interface,
    on_wire,
    packets_of,
    pcap,
    pcapng,
    section,
    some_packets,
)


def opened(path: Path, content: bytes, block_bytes: int = 1000) -> Capture:
    path.write_bytes(content)
    (source,) = find_captures([str(path)])
    return open_capture(source, block_bytes)


def test_what_is_known_of_a_pcap(tmp_path: Path) -> None:
    written = [*some_packets(50), Packet(START_NS - 7000, b"early")]
    content = pcap(written, snap_length=96, link_field=113)
    capture = opened(tmp_path / "file", content)
    _, packets = packets_of(capture)
    assert [p.data for p in packets] == [p.data for p in written]
    info = capture.info()
    assert info.path == str(tmp_path / "file")
    assert info.format == "pcap"
    assert info.compressions == ()
    assert info.link_types == ("LINUX_SLL",)
    assert info.packets == 51
    assert info.bytes == len(content)
    assert info.first_time_ns == START_NS - 7000
    assert info.last_time_ns == max(p.time_ns for p in written)
    assert not info.nanoseconds
    assert info.snap_length == 96
    assert info.problems == ()


def test_what_is_known_of_a_pcapng(tmp_path: Path) -> None:
    content = section() + interface(276) + interface(1, 300) + interface(0)
    for i in range(9):
        content += enhanced(1000 + i, b"x", number=i % 2)
    capture = opened(tmp_path / "file", content)
    list(capture)
    info = capture.info()
    assert info.format == "pcapng"
    assert info.link_types == ("LINUX_SLL2", "EN10MB")
    assert (info.packets, info.snap_length) == (9, 300)
    assert (info.first_time_ns, info.last_time_ns) == (1_000_000, 1_008_000)


def test_a_capture_without_packets(tmp_path: Path) -> None:
    for content in (pcap([]), pcapng([]), section()):
        capture = opened(tmp_path / "file", content)
        assert list(capture) == []
        info = capture.info()
        assert (info.packets, info.first_time_ns, info.last_time_ns) == (0, None, None)
        assert info.link_types == ()
        assert info.problems == ()


@pytest.mark.parametrize("form", [pcap, pcapng])
@pytest.mark.parametrize(
    "compress",
    [gzip.compress, bz2.compress, lzma.compress, lz4.frame.compress, zstandard.compress],
)
def test_compressed_captures(tmp_path: Path, form, compress) -> None:
    written = some_packets(300)
    content = form(written)
    capture = opened(tmp_path / "no.extension", compress(content))
    frames, packets = packets_of(capture)
    assert packets == on_wire(written)
    assert frames == tuple(range(1, 301))
    assert capture.info().bytes == len(content)
    assert capture.bytes_taken == (tmp_path / "no.extension").stat().st_size
    assert len(capture.info().compressions) == 1


def test_a_truncated_gzip_is_analysed_up_to_the_cut(tmp_path: Path) -> None:
    noise = random.Random(1)
    whole = gzip.compress(pcap([Packet(START_NS, noise.randbytes(500)) for _ in range(99)]))
    capture = opened(tmp_path / "file", whole[: len(whole) // 2])
    _, packets = packets_of(capture)
    assert 0 < len(packets) < 99
    (problem,) = capture.info().problems
    assert problem.code == "truncated-file"


def test_ends_and_problems_of_finding_it_come_first(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(pcap(some_packets(3))[:-1])
    found = Problem("not-a-capture", "others", count=4)
    capture = open_capture(CaptureSource(str(path), (found,)))
    list(capture)
    assert [p.code for p in capture.info().problems] == ["not-a-capture", "truncated-file"]
    assert capture.info().problems[0] == found


def message(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(CaptureError) as error:
        open_capture(CaptureSource(str(path)))
    text = str(error.value)
    assert text.startswith(f"{path}: expected a pcap or pcapng capture")
    assert "\n" not in text
    return text


def test_what_is_no_capture_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert message(path, b"").endswith("found an empty file")
    assert message(path, b"\x01\x02\xffabc").endswith("found the bytes 01 02 ff 61 62 63 at byte 0")
    assert message(path, b"tcpdump: listening on eth0").endswith("at byte 0 (text)")
    assert message(path, b"PK\x03\x04" + bytes(30)).endswith("(a zip archive)")
    assert message(path, b"snoop\x00\x00\x00" + bytes(30)).endswith("(a snoop capture)")
    assert message(path, gzip.compress(b"")).endswith("an empty file at byte 0 of its gzip data")
    nested = gzip.compress(gzip.compress(b"{}"))
    assert message(path, nested).endswith("7b 7d at byte 0 of its gzip in gzip data (text)")
    assert message(path, gzip.compress(nested)).endswith("gzip in gzip data (gzip data)")
    assert "a1 b2 c3 at byte 0" in message(path, b"\xa1\xb2\xc3")


def test_a_capture_can_be_left_unread(tmp_path: Path) -> None:
    """Without a warning about an open file."""
    with opened(tmp_path / "file", pcap(some_packets())) as capture:
        assert capture.info().packets == 0


def test_leaving_the_iteration_closes_the_file(tmp_path: Path) -> None:
    capture = opened(tmp_path / "file", pcap(some_packets(900)), block_bytes=100)
    for records in capture:
        assert len(records.rows) > 0
        break


@pytest.mark.parametrize("form", [pcap, pcapng])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, form) -> None:
    """The buffer is one block and what is behind it, however much is read through it."""
    capture = opened(tmp_path / "file", form(some_packets(3000)), block_bytes=500)
    sizes = {len(records.data) for records in capture}
    assert max(sizes) <= 500 + 256
    assert capture.info().packets == 3000


def test_standard_input_is_read_as_a_pipe() -> None:
    """As in ``tcpdump -U -w - | netdiag analyze -``: no seeking, no end in sight."""
    script = (
        "from netdiag.capture import find_captures, open_capture\n"
        "capture = open_capture(find_captures(['-'])[0], 64)\n"
        "count = 0\n"
        "for records in capture:\n"
        "    count += len(records.rows)\n"
        "    print(count, flush=True)\n"
        "info = capture.info()\n"
        "print(info.path, info.packets, info.nanoseconds)\n"
    )
    content = pcap([Packet(START_NS, bytes(40))] * 4, magic=NANOSECONDS)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(content[: 24 + 56 * 2])
        process.stdin.flush()
        # Packets come out while the pipe is still open.
        assert process.stdout.readline() == b"1\n"
        process.stdin.write(content[24 + 56 * 2 :])
        process.stdin.close()
        assert process.stdout.read().splitlines()[-1] == b"- 4 True"
    assert process.returncode == 0
