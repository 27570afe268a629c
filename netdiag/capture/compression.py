"""`Decompressed`: a stream out of a compressed one, recognised by its first bytes.

gzip, zstd, xz, bzip2 and lz4, each with any number of members (frames) behind one another, as
``cat a.gz b.gz`` makes them. Output is made piece by piece, so memory doesn't grow with the file.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from msgspec import Struct

from netdiag.capture.remote import RemoteStream, is_url
from netdiag.capture.streams import FileStream, Stream
from netdiag.errors import CaptureError
from netdiag.language import N_, _
from netdiag.problems import Problem

FEED_BYTES = 1 << 18
"""Compressed bytes that are read at once."""
LEAST_PIECE_BYTES = 1 << 10
"""What the first call may decompress to, each further one to twice as much: a library that meets
damage gives nothing of the piece it is in."""
PIECE_BYTES = 1 << 20
"""The most that one call may decompress to: a few compressed bytes can stand for gigabytes."""
MAX_NESTING = 2
"""A capture may be compressed twice (a log shipper gzips what was zstd), not more often."""


_DAMAGED = N_("the {name} data is damaged ({error}); analysed up to there")
_CUT = N_("the {name} data ends before its time; analysed up to there")
_FOLLOWED = N_("the {name} data is followed by other bytes ({found}); analysed up to there")

_TOLD_BYTES = 8
"""So many of the bytes behind the last member are shown."""


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


class _ZlibMember:
    """`zlib`'s decompressor with the interface of the others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

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
        before = self._inner.copy()
        try:
            return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        except zlib.error:
            if max_length == 1:
                raise
            self._inner = before
            return self.decompress(data, max_length // 2)


class _ZstdMember:
    """`zstandard`'s decompressor, which can't limit its output, fed in small pieces."""

    _FEED_BYTES = 1 << 12

    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415  # only captures that need it pay for the import

        self._inner = zstandard.ZstdDecompressor(max_window_size=1 << 31).decompressobj()
        self._left = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._left

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._left

    def decompress(self, data: bytes, max_length: int) -> bytes:  # noqa: ARG002
        feed = self._left + data
        self._left = feed[self._FEED_BYTES :]
        return self._inner.decompress(feed[: self._FEED_BYTES])


def _lz4_member() -> Member:
    import lz4.frame  # noqa: PLC0415  # only captures that need it pay for the import

    return cast("Member", lz4.frame.LZ4FrameDecompressor())


class Compression(Struct, frozen=True):
    """One way to compress: its name, the bytes it begins with and how a member is read."""

    name: str
    magic: bytes
    member: Callable[[], Member]


COMPRESSIONS = (
    Compression("gzip", b"\x1f\x8b", _ZlibMember),  # RFC 1952
    Compression("zstd", b"\x28\xb5\x2f\xfd", _ZstdMember),  # RFC 8878
    Compression("xz", b"\xfd7zXZ\x00", lzma.LZMADecompressor),
    Compression("bzip2", b"BZh", bz2.BZ2Decompressor),
    Compression("lz4", b"\x04\x22\x4d\x18", _lz4_member),
)


class Decompressed(Stream):
    """What a compressed stream stands for.

    It ends early, with `damage` set, where the compressed bytes end in the middle of a member
    or make no sense; all that could be decompressed before is served.
    """

    def __init__(self, inner: Stream, compression: Compression) -> None:
        super().__init__()
        self._inner = inner
        self._compression = compression
        self._pieces = self._decompress()
        self._piece = memoryview(b"")

    def _read(self, view: memoryview) -> int:
        while not self._piece:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        count = min(len(self._piece), len(view))
        view[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def _feed(self) -> bytes:
        room = bytearray(FEED_BYTES)
        return bytes(room[: self._inner.readinto(memoryview(room))])

    def _decompress(self) -> Iterator[bytes]:
        data = self._feed()
        while data:
            if not data.startswith(self._compression.magic[: len(data)]):
                self._end_at_trailing(data)
                return
            member = self._compression.member()
            try:
                yield from self._decompress_member(member, data)
            except (zlib.error, lzma.LZMAError, OSError, RuntimeError, ValueError) as error:
                self._end("damaged-file", _(_DAMAGED), error=error)
                return
            except _library_errors() as error:
                self._end("damaged-file", _(_DAMAGED), error=error)
                return
            if not member.eof:
                self._end("truncated-file", _(_CUT))
                return
            data = self._behind(member.unused_data or b"")
        self.damage = self._inner.damage

    def _behind(self, data: bytes) -> bytes:
        """What follows a member: enough to tell whether it is another one, or zeros to the end."""
        magic = self._compression.magic
        while len(data) < len(magic) or not data.strip(b"\x00"):
            more = self._feed()
            if not more:
                break
            data = data[-_TOLD_BYTES:] + more
        return data

    def _decompress_member(self, member: Member, data: bytes) -> Iterator[bytes]:
        size = LEAST_PIECE_BYTES
        while True:
            yield member.decompress(data, size)
            data, size = b"", min(2 * size, PIECE_BYTES)
            if member.eof:
                return
            if member.needs_input:
                data = self._feed()
                if not data:
                    return

    def _end_at_trailing(self, data: bytes) -> None:
        # gzip(1) is silent about zeros too: tapes and block devices leave them.
        if data.strip(b"\x00"):
            self._end("trailing-bytes", _(_FOLLOWED), found=data[:_TOLD_BYTES].hex())

    def _end(self, code: str, detail: str, **found: object) -> None:
        self.damage = self._inner.damage or Problem(
            code, detail.format(name=self._compression.name, **found)
        )

    def close(self) -> None:
        """Give the file back."""
        self._inner.close()

    @property
    def bytes_taken(self) -> int:
        """How many compressed bytes have been read so far."""
        return self._inner.bytes_taken


def _library_errors() -> tuple[type[Exception], ...]:
    import zstandard  # noqa: PLC0415  # only damaged captures pay for the import

    return (zstandard.ZstdError,)


def open_stream(path: str) -> tuple[Stream, tuple[str, ...]]:
    """Open a file: its decompressed bytes, and the names of the compressions around them.

    Raises:
        CaptureError: the file can't be opened or read.
    """
    stream: Stream = RemoteStream(path) if is_url(path) else FileStream(path)
    names: list[str] = []
    try:
        while len(names) < MAX_NESTING:
            head = stream.peek(6)
            found = next((c for c in COMPRESSIONS if head.startswith(c.magic)), None)
            if found is None:
                break
            stream = Decompressed(stream, found)
            names.append(found.name)
    except CaptureError:
        stream.close()
        raise
    return stream, tuple(names)
