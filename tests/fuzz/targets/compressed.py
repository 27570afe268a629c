"""Decompression: an end, however many members there are and whatever they hold."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Iterator

import lz4.frame
import zstandard

from netdiag.capture.compression import Decompressed
from netdiag.capture.members import COMPRESSIONS
from netdiag.capture.streams import Stream
from tests.capture.building import BytesStream

MOST_BYTES = 512
MOST_OUT_BYTES = 4 << 20
"""A few bytes can stand for gigabytes: only so many are asked for."""
ROOM_BYTES = 1 << 16


def seeds() -> Iterator[bytes]:
    """One member, two, a cut one and an odd tail, in every compression."""
    text = b"\xd4\xc3\xb2\xa1" + b"capture " * 30
    for compress in (
        gzip.compress,
        zstandard.ZstdCompressor(write_checksum=True).compress,
        lzma.compress,
        bz2.compress,
        lz4.frame.compress,
    ):
        member = compress(text)
        yield from (member, member + compress(b""), member[:-5], member + b"\0\0tail")
    yield gzip.compress(bytes(1 << 20))
    yield lz4.frame.compress(text, block_linked=False, content_checksum=True, store_size=True)


def check(data: bytes) -> None:
    """What comes out is the same whether the input comes at once or in drops.

    In front of the first damage one may have got further: a library gives nothing of the piece it
    is in. Where reading goes on behind it depends on the pieces, too.
    """
    for compression in COMPRESSIONS:
        if data.startswith(compression.magic):
            at_once = Decompressed(BytesStream(data), compression)
            dripping = Decompressed(BytesStream(data, 7), compression)
            got = [_read(stream) for stream in (at_once, dripping)]
            assert (at_once.damage is None) == (dripping.damage is None)
            if at_once.damage is None:
                assert got[0] == got[1]
            ends = [min(stream.seams, default=None) for stream in (at_once, dripping)]
            one, other = sorted((g[:end] for g, end in zip(got, ends, strict=True)), key=len)
            assert other.startswith(one)


def _read(stream: Stream) -> bytes:
    got = bytearray()
    room = bytearray(ROOM_BYTES)
    while len(got) < MOST_OUT_BYTES and (count := stream.readinto(memoryview(room))):
        assert count <= ROOM_BYTES
        got += room[:count]
    return bytes(got[:MOST_OUT_BYTES])
