"""`reduce_capture`: one capture as columns, without its bytes; what a process of its own can do.

Made by running the capture room and the decoder over one capture. The numbers of its IPv6
addresses and of its samples are the capture's own: `netdiag.decode.join` makes one table of
several captures, wherever they were reduced.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from netdiag.capture import BLOCK_BYTES, CaptureInfo, CaptureSource, open_capture
from netdiag.capture.remote import public_name
from netdiag.decode.addresses import Addresses
from netdiag.decode.decoder import Decoder
from netdiag.decode.growth import GrowingTable
from netdiag.decode.marks import Marker
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.errors import LinkTypeError
from netdiag.problems import Problem, ProblemLog

Progress = Callable[[int], None]
"""Is told how many bytes of the file have been read so far, compressed as they are."""


class Reduced(Struct, frozen=True, eq=False):
    """What is left of one capture; can be pickled.

    Attributes:
        info: what the capture was like.
        segments: in the capture's order; the column `capture` is 0.
        addresses: what the endpoints' numbers mean.
        samples: what the column `sample` refers to.
        problems: the oddities of its packets; those of the file are in `info`.
    """

    info: CaptureInfo
    segments: Segments
    addresses: Addresses
    samples: Samples
    problems: tuple[Problem, ...]


def reduce_capture(
    source: CaptureSource,
    marker: Marker,
    block_bytes: int = BLOCK_BYTES,
    progress: Progress | None = None,
) -> Reduced:
    """Read and decode one capture.

    Args:
        source: the capture.
        marker: looks at the payloads; see `netdiag.decode.marks`.
        block_bytes: bytes of the capture held at once.
        progress: called after each block.

    Raises:
        CaptureError: it is no capture, or can't be read.
        LinkTypeError: a packet's link type is known to nobody.
    """
    addresses, samples, problems = Addresses(), Samples(), ProblemLog()
    decoder = Decoder(addresses, samples, marker)
    table = GrowingTable(Segments.empty())
    with open_capture(source, block_bytes) as capture:
        for records in capture:
            try:
                table.add(decoder.decode(0, records, problems))
            except LinkTypeError as error:
                raise LinkTypeError(f"{public_name(source.path)}: {error}") from error
            if progress is not None:
                progress(capture.bytes_taken)
        if progress is not None:
            progress(capture.bytes_taken)
    return Reduced(capture.info(), table.finish(), addresses, samples, problems.entries())
