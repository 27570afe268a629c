"""`COMPRESSIONS`: how each compression is recognised, and one member (frame) of it is read.

From the libraries for them, all with the interface of `bz2.BZ2Decompressor`. What follows on a
member, another one or damage, is left to `netdiag.capture.compression`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from msgspec import Struct

MOST_HELD = 1 << 27
"""What a decompressor may hold to look back in: what zstd reads without ``--long``, and enough for
``xz -9``. A file that wants more is as good as damaged."""


class Member(Protocol):
    """One compressed member: the interface of `bz2.BZ2Decompressor`."""

    @property
    def eof(self) -> bool:
        """Whether the end of the member was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether `decompress` can do nothing more without new bytes."""

    @property
    def unused_data(self) -> bytes:
        """What was fed but lies behind the member's end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """What `data` and the bytes before stand for, at most `max_length` bytes of it."""


class _GzipMember:
    """zlib-ng's decompressor, 2.4 times as fast as `zlib`'s, with the interface of the others."""

    def __init__(self) -> None:
        from zlib_ng import zlib_ng  # noqa: PLC0415  # only captures that need it pay for the import

        self._inner = zlib_ng.decompressobj(wbits=31)
        self._error = cast("type[Exception]", zlib_ng.error)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """As `Member` says; of what lies before damage all but the last octet."""
        before = cast("Any", self._inner).copy()  # its stubs leave that out
        try:
            return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        except self._error:
            if max_length == 1:
                raise
            self._inner = before
            return self.decompress(data, max_length // 2)


class _ZstdMember:
    """`zstandard`'s decompressor, which can't limit its output, fed in small pieces."""

    _FEED_BYTES = 1 << 10
    """Four bytes can stand for 128 KiB (RFC 8878, section 3.1.1.2): this for 32 MiB."""

    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415  # only captures that need it pay for the import

        self._inner = zstandard.ZstdDecompressor(max_window_size=MOST_HELD).decompressobj()
        self._left = memoryview(b"")
        self._is_begun = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._left

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + bytes(self._left)

    def decompress(self, data: bytes, max_length: int) -> bytes:  # noqa: ARG002
        left = memoryview(bytes(self._left) + data) if data else self._left
        piece, self._left = left[: self._FEED_BYTES], left[self._FEED_BYTES :]
        if self._is_begun:
            return self._inner.decompress(piece)
        # A small frame that is fed whole goes through other code of the library, which checks what
        # the streaming one doesn't (the content size of a frame that ends in an empty block): with
        # its first byte apart, what comes out doesn't depend on how the input comes.
        self._is_begun = bool(piece)
        return self._inner.decompress(piece[:1]) + self._inner.decompress(piece[1:])


def _lz4_member() -> Member:
    import lz4.frame  # noqa: PLC0415  # only captures that need it pay for the import

    return cast("Member", lz4.frame.LZ4FrameDecompressor())


def _xz_member() -> Member:
    import lzma  # noqa: PLC0415  # only captures that need it pay for the import

    return lzma.LZMADecompressor(memlimit=MOST_HELD)


def _bzip2_member() -> Member:
    import bz2  # noqa: PLC0415  # only captures that need it pay for the import

    return bz2.BZ2Decompressor()


class Compression(Struct, frozen=True):
    """One way to compress: its name, the bytes it begins with and how a member is read."""

    name: str
    magic: bytes
    member: Callable[[], Member]


COMPRESSIONS = (
    Compression("gzip", b"\x1f\x8b", _GzipMember),  # RFC 1952
    Compression("zstd", b"\x28\xb5\x2f\xfd", _ZstdMember),  # RFC 8878
    Compression("xz", b"\xfd7zXZ\x00", _xz_member),
    Compression("bzip2", b"BZh", _bzip2_member),
    Compression("lz4", b"\x04\x22\x4d\x18", _lz4_member),
)
