"""Every compression, recognised by content, damaged and cut at will."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import zlib
from collections.abc import Callable

import lz4.frame
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.capture import CaptureSource, open_capture
from netdiag.capture.compression import PIECE_BYTES, SEAM, Decompressed, open_stream
from netdiag.capture.members import COMPRESSIONS
from netdiag.capture.streams import Stream
from netdiag.problems import Problem
from tests.capture.building import BytesStream, on_wire, packets_of, pcap
from tests.capture.formats.test_pcap_records import ethernet

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "lz4": lambda data: lz4.frame.compress(data, content_checksum=True),
}
BY_NAME = {c.name: c for c in COMPRESSIONS}
names = pytest.mark.parametrize("name", COMPRESS)


def decompress(name: str, data: bytes, most: int = 1 << 30) -> tuple[bytes, Problem | None]:
    stream = Decompressed(BytesStream(data, most), BY_NAME[name])
    return read_all(stream), stream.damage


def read_all(stream: Stream) -> bytes:
    got = bytearray()
    room = bytearray(1 << 16)
    while count := stream.readinto(memoryview(room)):
        got += room[:count]
    return bytes(got)


def test_every_compression_is_tested() -> None:
    assert set(COMPRESS) == set(BY_NAME)


@names
def test_begins_with_its_magic(name: str) -> None:
    assert COMPRESS[name](b"x").startswith(BY_NAME[name].magic)


@settings(max_examples=25, deadline=None)
@given(
    parts=st.lists(st.binary(max_size=2000), min_size=1, max_size=4),
    most=st.sampled_from([1, 13, 1 << 20]),
)
@names
def test_members_behind_one_another_are_one_stream(
    name: str, parts: list[bytes], most: int
) -> None:
    whole = b"".join(COMPRESS[name](part) for part in parts)
    assert decompress(name, whole, most) == (b"".join(parts), None)


@names
def test_large_data_comes_in_pieces(name: str) -> None:
    """A megabyte of zeros is a few bytes: what comes out must not come at once."""
    data = bytes(5 * PIECE_BYTES + 17)
    stream = Decompressed(BytesStream(COMPRESS[name](data)), BY_NAME[name])
    room = bytearray(1 << 24)
    largest, total = 0, 0
    while count := stream.readinto(memoryview(room)):
        largest, total = max(largest, count), total + count
    assert total == len(data)
    if name != "zstd":  # its library can't be told to stop; it is fed little instead
        assert largest <= PIECE_BYTES


@names
def test_cut_data_gives_what_can_be_had(name: str) -> None:
    data = bytes(range(256)) * 2000
    whole = COMPRESS[name](data)
    for cut in (8, len(whole) // 2, len(whole) - 1):
        got, damage = decompress(name, whole[:cut])
        assert data.startswith(got)
        assert damage is not None
        assert damage.code == "truncated-file"
        assert name in damage.detail


@names
def test_a_cut_behind_a_member_keeps_that_member(name: str) -> None:
    first, second = COMPRESS[name](b"first " * 100), COMPRESS[name](b"second" * 100)
    got, damage = decompress(name, first + second[: len(second) // 2])
    assert got.startswith(b"first " * 100)
    assert damage is not None
    assert damage.code == "truncated-file"


def test_gzip_gives_what_lies_before_damage() -> None:
    data = bytes(range(256)) * 70 + bytes(reversed(range(256))) * 70
    compressor = zlib.compressobj(wbits=31)
    half = compressor.compress(data[: len(data) // 2]) + compressor.flush(zlib.Z_FULL_FLUSH)
    got, damage = decompress("gzip", half + b"\xff" * 40)
    assert got == data[: len(data) // 2 - 1]  # zlib goes on once it has given the last one
    assert damage is not None
    assert damage.code == "damaged-file"


@names
def test_damaged_data_ends_the_stream(name: str) -> None:
    whole = bytearray(COMPRESS[name](bytes(range(256)) * 40))
    middle = len(whole) // 2
    whole[middle : middle + 40] = b"\xff" * 40
    _, damage = decompress(name, bytes(whole))
    assert damage is not None
    assert damage.code == "damaged-file"


@names
def test_other_bytes_behind_the_last_member_are_named(name: str) -> None:
    got, damage = decompress(name, COMPRESS[name](b"data") + b"garbage")
    assert got == b"data"
    assert damage is not None
    assert damage.code == "trailing-bytes"


@names
def test_zeros_behind_the_last_member_are_silent(name: str) -> None:
    assert decompress(name, COMPRESS[name](b"data") + bytes(512)) == (b"data", None)


@pytest.mark.parametrize("outer", COMPRESS)
@names
def test_compressed_twice(name: str, outer: str, tmp_path) -> None:
    path = tmp_path / "misleading.txt"
    path.write_bytes(COMPRESS[outer](COMPRESS[name](b"inside")))
    stream, found = open_stream(str(path))
    assert found == (outer, name)
    assert read_all(stream) == b"inside"
    assert stream.damage is None
    stream.close()


def test_compressed_three_times_is_left_compressed(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(gzip.compress(gzip.compress(b"inside"))))
    stream, found = open_stream(str(path))
    assert found == ("gzip", "gzip")
    assert stream.peek(2) == b"\x1f\x8b"
    stream.close()


def test_damage_of_the_outer_compression_is_the_one_told() -> None:
    whole = gzip.compress(gzip.compress(bytes(range(256)) * 100))
    outer = Decompressed(BytesStream(whole[: len(whole) // 2]), BY_NAME["gzip"])
    inner = Decompressed(outer, BY_NAME["gzip"])
    read_all(inner)
    assert inner.damage == outer.damage
    assert inner.damage is not None


def test_bytes_taken_are_those_of_the_file(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(bytes(100_000)))
    stream, _ = open_stream(str(path))
    read_all(stream)
    assert stream.bytes_taken == path.stat().st_size
    stream.close()


NOISE = random.Random(1).randbytes(200_000)


@names
@pytest.mark.parametrize("size", [3000, 200_000])
def test_damage_in_one_member_leaves_the_next_ones(name: str, size: int) -> None:
    first, second, third = (COMPRESS[name](part + NOISE[:size]) for part in (b"1", b"2", b"3"))
    broken = bytearray(second)
    middle = len(broken) // 2
    broken[middle : middle + 60] = bytes(255 - byte for byte in broken[middle : middle + 60])
    got, damage = decompress(name, first + bytes(broken) + third)
    assert got.startswith(b"1" + NOISE[:size])
    assert got.endswith(SEAM + b"3" + NOISE[:size])
    assert damage is not None
    assert damage.code == "damaged-file"
    assert f"the {name} data is damaged" in damage.detail
    assert f"read on at the next part that is compressed by itself, {len(second)} bytes" in (
        damage.detail
    )


@names
def test_bytes_between_members_are_skipped(name: str) -> None:
    members = [COMPRESS[name](part + NOISE[:3000]) for part in (b"1", b"2", b"3")]
    got, damage = decompress(name, b"not one of them".join(members))
    parts = [part + NOISE[:3000] for part in (b"1", b"2", b"3")]
    assert got == SEAM.join(parts)
    assert damage is not None
    assert (damage.code, damage.count) == ("damaged-file", 2)


@names
def test_what_only_looks_like_a_member_is_none(name: str) -> None:
    whole = bytearray(COMPRESS[name](NOISE))
    middle = len(whole) // 2
    fake = (BY_NAME[name].magic + b"\x08\xff\x13\x37") * 4
    whole[middle : middle + len(fake)] = fake
    got, damage = decompress(name, bytes(whole) + COMPRESS[name](b"the end"))
    assert damage is not None
    assert damage.code == "damaged-file"
    assert got.endswith(SEAM + b"the end")


def test_a_capture_in_members_goes_on_behind_the_damaged_one(tmp_path) -> None:
    packets = [ethernet(i) for i in range(300)]
    data = pcap(packets)
    parts = [data[at : at + 5000] for at in range(0, len(data), 5000)]
    members = [gzip.compress(part) for part in parts]
    broken = bytearray(members[2])
    broken[1000:1200] = bytes(200)
    members[2] = bytes(broken)
    path = tmp_path / "capture"
    path.write_bytes(b"".join(members))
    capture = open_capture(CaptureSource(str(path)))
    _, got = packets_of(capture)
    info = capture.info()
    # Deflate notices damage some bytes too late.
    assert len(set(got) - set(on_wire(packets))) <= 2
    assert len(got) > 230
    assert [p.code for p in info.problems] == ["damaged-file", "damaged-file"]
    (skipped,) = info.skipped
    assert skipped.before_ns is not None and skipped.after_ns is not None
