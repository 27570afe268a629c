"""`reduce_capture`: one capture as columns, without its bytes; what a process of its own can do.

Made by running the capture room and the decoder over one capture. The numbers of its IPv6
addresses and of its samples are the capture's own: `netdiag.decode.join` makes one table of
several captures, wherever they were reduced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from msgspec import Struct, field

from netdiag.capture import BLOCK_BYTES, CaptureInfo, CaptureSource, open_capture
from netdiag.capture.urls import public_name
from netdiag.decode.addresses import Addresses
from netdiag.decode.ahead import ahead
from netdiag.decode.aside import Aside, Setter
from netdiag.decode.decoder import Decoder, Marked
from netdiag.decode.headed import Headed
from netdiag.decode.held import Held
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
        tcp_packets: how many of its packets became segments, before any were let go of.
        aside: what else it had, without rows.
    """

    info: CaptureInfo
    segments: Segments
    addresses: Addresses
    samples: Samples
    problems: tuple[Problem, ...]
    tcp_packets: int
    aside: Aside = field(default_factory=Aside.nothing)


def reduce_capture(
    source: CaptureSource,
    marker: Marker,
    block_bytes: int = BLOCK_BYTES,
    progress: Progress | None = None,
    setter: Setter | None = None,
    *,
    threads: bool = True,
) -> Reduced:
    """Read and decode one capture.

    Args:
        source: the capture.
        marker: looks at the payloads; see `netdiag.decode.marks`.
        block_bytes: bytes of the capture held at once.
        progress: called after each block.
        setter: says of which rows nothing but a record is wanted; None to keep all.
        threads: whether there are cores that would else have nothing to do.

    Raises:
        CaptureError: it is no capture, or can't be read.
        LinkTypeError: a packet's link type is known to nobody.
    """
    addresses, problems, held = Addresses(), ProblemLog(), Held()
    decoder = Decoder(addresses, marker)
    packets = 0
    due = _NEVER if setter is None else setter.rows
    threads = threads and _is_worth_threads(source, block_bytes)
    with open_capture(source, block_bytes) as capture:
        blocks = (decoder.read(0, records, problems) for records in capture)
        for marked in _marked(source, decoder, blocks, threads):
            held.add(marked.segments, marked.samples)
            packets += len(marked.segments)
            if setter is not None:
                setter.see(marked.segments)
                if len(held) >= due:
                    held.set_aside(setter)
                    due = max(setter.rows, len(held) + setter.rows // 2)
            if progress is not None:
                progress(capture.bytes_taken)
        if progress is not None:
            progress(capture.bytes_taken)
    if setter is not None and setter.to_the_end and len(held):
        held.set_aside(setter)
    aside = Aside.nothing() if setter is None else setter.aside()
    del setter  # and what it knows, of millions of rows a tenth of the memory
    segments, samples = held.finish()
    return Reduced(capture.info(), segments, addresses, samples, problems.entries(), packets, aside)


_NEVER = 1 << 62
BLOCKS_AHEAD = (24 << 20) // BLOCK_BYTES
"""So many blocks are decoded while rows are set aside; their columns are as large as they are."""


def _marked(
    source: CaptureSource, decoder: Decoder, blocks: Iterator[Headed], threads: bool
) -> Iterator[Marked]:
    """The blocks with both steps done: in a thread, while those before them are dealt with.

    One for each step is no faster: Python's lock is what they wait for.
    """
    with ExitStack() as stack:
        marked = (decoder.mark(headed) for headed in blocks)
        if threads:
            marked = stack.enter_context(closing(ahead(marked, BLOCKS_AHEAD)))
        try:
            yield from marked
        except LinkTypeError as error:
            raise LinkTypeError(f"{public_name(source.path)}: {error}") from error


def _is_worth_threads(source: CaptureSource, block_bytes: int) -> bool:
    """Whether a capture has several blocks, and none of them has to be waited for."""
    path = Path(source.path)
    return path.is_file() and path.stat().st_size > 2 * block_bytes
