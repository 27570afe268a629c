"""What the machines of a cluster are asked to do.

Each function depends on its arguments and on files only, so that another machine can do it once
more when one is lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag import __version__
from netdiag.capture import CaptureSource, find_captures
from netdiag.cluster import pieces
from netdiag.cluster.wire import from_bytes, to_bytes
from netdiag.decode.aside import MakeSetter, keep_all
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.errors import CaptureError, NetdiagError
from netdiag.language import speaking

Settled: TypeAlias = tuple[bytes, pieces.Names, npt.NDArray[np.uint32]]
"""What of a `Portion` needn't be compressed, beside the rest of it."""


class Found(Struct, frozen=True):
    """A capture on a machine.

    Attributes:
        source: the capture.
        bytes: the size of its file.
    """

    source: CaptureSource
    bytes: int


def version() -> str:
    """The version of this program that the machine has."""
    return __version__


def find(path: str, language: str) -> list[Found]:
    """The regular files that a path stands for on the machine; none where it means nothing."""
    try:
        with speaking(language):
            sources = find_captures([path])
    except CaptureError:
        return []
    return [
        Found(source, Path(source.path).stat().st_size)
        for source in sources
        if Path(source.path).is_file()
    ]


def reduce(
    source: CaptureSource,
    marker: Marker,
    block_bytes: int,
    language: str,
    make_setter: MakeSetter = keep_all,
) -> bytes:
    """Read and decode a capture; a `Reduced` as `netdiag.cluster.wire` sends it.

    Raises:
        CaptureError, LinkTypeError: as `netdiag.decode.reduced.reduce_capture`.
    """
    with speaking(language):
        return to_bytes(_reduced(source, marker, block_bytes, make_setter))


def reduce_apart(
    source: CaptureSource,
    marker: Marker,
    block_bytes: int,
    language: str,
    make_setter: MakeSetter,
) -> tuple[tuple[bytes, int, int], bytes]:
    """Read and decode a capture, its rows apart from all else.

    Returns:
        What is left of it without its rows, how many these are, and how many of them are on
        connections that go on in other captures; and the rows.

    Raises:
        CaptureError, LinkTypeError: as `netdiag.decode.reduced.reduce_capture`.
    """
    with speaking(language):
        reduced = _reduced(source, marker, block_bytes, make_setter)
        rows = len(reduced.segments)
        head = to_bytes(pieces.without_rows(reduced))
        return (head, rows, pieces.going_on(reduced)), to_bytes(pieces.rows_alone(reduced))


def _reduced(
    source: CaptureSource, marker: Marker, block_bytes: int, make_setter: MakeSetter
) -> Reduced:
    try:
        # A worker has a core of its own: threads of ours would have to share it.
        return reduce_capture(source, marker, block_bytes, setter=make_setter(), threads=False)
    except NetdiagError as error:
        plain = type(error)(*error.args)
    # Alone: an error of a store's library that came before need not be one that can be sent, and
    # would get into the worker's log with the secrets of its URL.
    raise plain


def part(rows: bytes, count: int) -> list[bytes]:
    """The rows of a capture in pieces, by connection."""
    return [to_bytes(piece) for piece in pieces.part(from_bytes(rows), count)]


def troubled(of_captures: list[bytes]) -> bytes:
    """The rows of connections on which something may have failed, among pieces of all captures."""
    return to_bytes(pieces.troubled([from_bytes(piece) for piece in of_captures]))


def settled(of_captures: list[bytes], failures: list[bytes]) -> list[Settled]:
    """What is left of pieces when captures are seen together; one a capture."""
    reduced, failed = ([from_bytes(each) for each in many] for many in (of_captures, failures))
    return [
        (to_bytes(each.rest), each.names, each.streams) for each in pieces.settled(reduced, failed)
    ]
