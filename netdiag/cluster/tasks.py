"""What the machines of a cluster are asked to do.

Each function depends on its arguments and on files only, so that another machine can do it once
more when one is lost.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from netdiag import __version__
from netdiag.capture import CaptureSource, find_captures
from netdiag.cluster.wire import to_bytes
from netdiag.decode.aside import MakeSetter, keep_all
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import reduce_capture
from netdiag.errors import CaptureError
from netdiag.language import speaking


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
        # A worker has a core of its own: threads of ours would have to share it.
        return to_bytes(
            reduce_capture(source, marker, block_bytes, setter=make_setter(), threads=False)
        )
