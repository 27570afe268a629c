"""`Decompressed`: a stream out of a compressed one, recognised by its first bytes.

gzip, zstd, xz, bzip2 and lz4, each with any number of members (frames) behind one another, as
``cat a.gz b.gz`` makes them. Output is made piece by piece, so memory doesn't grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from msgspec.structs import replace

from netdiag.capture.members import COMPRESSIONS, Compression, Member
from netdiag.capture.streams import FileStream, Stream
from netdiag.capture.urls import is_url
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
MOST_SEARCHED = 1 << 28
"""So many bytes behind damage are looked through: a megabyte of a file can stand for a terabyte of
nothing."""
MAX_NESTING = 2
"""A capture may be compressed twice (a log shipper gzips what was zstd), not more often."""


SEAM = b"\xff" * 64
"""Stands for what is missing: no reader takes it for a record, so none reads across it."""
TRIAL_BYTES = 1 << 16
"""With so many good bytes it is a member: what merely looks like one goes wrong much sooner."""
MOST_TRIALS = 4096


_DAMAGED = N_("the {name} data is damaged ({error}); analysed up to there")
_PARTLY = N_(
    "the {name} data is damaged ({error}); read on at the next part that is compressed by itself, "
    "{n} bytes behind the beginning of the damaged one"
)
_UNFINISHED = N_("the {name} data is still being written; analysed up to its end so far")
_CUT = N_("the {name} data ends before its time; analysed up to there")
_FOLLOWED = N_("the {name} data is followed by other bytes ({found}); analysed up to there")

_TOLD_BYTES = 8
"""So many of the bytes behind the last member are shown."""


class Decompressed(Stream):
    """What a compressed stream stands for.

    Where the compressed bytes make no sense it goes on at the next member, with `SEAM` between.
    Without one, or where they end in the middle of a member, it ends early; all that could be
    decompressed before is served. `damage` says so.
    """

    most_searched = MOST_SEARCHED

    def __init__(self, inner: Stream, compression: Compression) -> None:
        super().__init__()
        self._inner = inner
        self._compression = compression
        self._pieces = self._decompress()
        self._piece = memoryview(b"")
        self._fed = b""
        self._fed_before = 0
        self._skipped = 0
        self._served = 0

    def _read(self, view: memoryview) -> int:
        while not self._piece:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._piece = memoryview(piece)
            self._served += len(piece)
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
                self._fed, self._fed_before = data, 0
                found = self._next_member() if data.strip(b"\x00") else b""
                if not found:
                    self._end_at_trailing(data)
                    return
                self._note_skipped(_("other bytes"))
                yield self._seam()
                data = found
            member = self._compression.member()
            self._fed, self._fed_before = data, 0
            try:
                yield from self._decompress_member(member, data)
            except _errors() as error:
                data = self._next_member()
                if not data:
                    self._end("damaged-file", _(_DAMAGED), error=error)
                    return
                self._note_skipped(error)
                yield self._seam()
                continue
            if not member.eof:
                if self._inner.is_growing():
                    self._end("still-written", _(_UNFINISHED))
                else:
                    self._end("truncated-file", _(_CUT))
                return
            data = self._behind(member.unused_data or b"")
        self.damage = self.damage or self._inner.damage

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
                self._fed_before += len(self._fed)
                self._fed = data

    def _next_member(self) -> bytes:
        """What there is from the next member on, which begins behind the one that is damaged.

        Where in it the damage is, nobody knows: only what was fed last is looked at again.
        """
        magic = self._compression.magic
        data, at = self._fed, 0 if self._fed_before else 1
        self._skipped = self._fed_before
        for _trial in range(MOST_TRIALS):
            found = data.find(magic, at)
            while found < 0 or len(data) - found < TRIAL_BYTES:
                more = self._feed()
                if not more:
                    break
                keep = found if found >= 0 else max(len(data) - len(magic) + 1, at)
                self._skipped += keep
                data, at = data[keep:] + more, 0
                found = data.find(magic)
            if found < 0:
                return b""
            if self._is_member(data[found : found + TRIAL_BYTES]):
                self._skipped += found
                return data[found:]
            at = found + 1
        return b""

    def _is_member(self, data: bytes) -> bool:
        """Whether what begins like a member goes on like one."""
        member = self._compression.member()
        try:
            made = member.decompress(data, PIECE_BYTES)
        except _errors():
            return False
        # A block of bzip2 can be longer than this, and gives nothing until it is whole.
        return member.eof or bool(made) or len(data) == TRIAL_BYTES

    def _seam(self) -> bytes:
        self.seams.append(self._served)
        return SEAM

    def _note_skipped(self, error: Exception | str) -> None:
        name = self._compression.name
        if self.damage is None:
            detail = _(_PARTLY).format(name=name, error=error, n=self._skipped)
            self.damage = Problem("damaged-file", detail)
        else:
            self.damage = replace(self.damage, count=self.damage.count + 1)

    def _end_at_trailing(self, data: bytes) -> None:
        # gzip(1) is silent about zeros too: tapes and block devices leave them.
        if data.strip(b"\x00"):
            self._end("trailing-bytes", _(_FOLLOWED), found=data[:_TOLD_BYTES].hex())

    def _end(self, code: str, detail: str, **found: object) -> None:
        self.damage = (
            self._inner.damage
            or self.damage
            or Problem(code, detail.format(name=self._compression.name, **found))
        )

    def is_growing(self) -> bool:
        """Whether somebody still writes to the file."""
        return self._inner.is_growing()

    def close(self) -> None:
        """Give the file back."""
        self._inner.close()

    @property
    def bytes_taken(self) -> int:
        """How many compressed bytes have been read so far."""
        return self._inner.bytes_taken


def _errors() -> tuple[type[Exception], ...]:
    """What the libraries raise; only damaged captures pay for the import."""
    import lzma  # noqa: PLC0415

    import zstandard  # noqa: PLC0415
    from zlib_ng import zlib_ng  # noqa: PLC0415

    errors = (lzma.LZMAError, OSError, RuntimeError, ValueError)
    return (*errors, cast("type[Exception]", zlib_ng.error), zstandard.ZstdError)


def open_stream(path: str) -> tuple[Stream, tuple[str, ...]]:
    """Open a file: its decompressed bytes, and the names of the compressions around them.

    Raises:
        CaptureError: the file can't be opened or read.
    """
    stream = _remote(path) if is_url(path) else FileStream(path)
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


def _remote(url: str) -> Stream:
    from netdiag.capture.remote import RemoteStream  # noqa: PLC0415 - few captures need it

    return RemoteStream(url)
