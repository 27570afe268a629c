"""`load`: all segments of all captures that some paths stand for, as one table.

Made by reducing each capture by itself and joining what that leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from netdiag.capture import BLOCK_BYTES, find_captures
from netdiag.decode.aside import MakeSetter, SetterFactory, keep_all
from netdiag.decode.join import Join, Load
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Progress, Reduced, reduce_capture
from netdiag.decode.several import reduce_several
from netdiag.decode.tally import Tally

Reader = Callable[[Sequence[str], Marker, int, Tally, SetterFactory | None], Iterable[Reduced]]
"""From paths, a marker, the bytes of a block, who wants to know how far it has come, and what sets
aside, to what is left of the captures, in the order of the paths."""


def load(
    paths: Sequence[str],
    marker: Marker,
    *,
    block_bytes: int = BLOCK_BYTES,
    progress: Progress | None = None,
    jobs: int | None = 1,
    setting_aside: SetterFactory | None = None,
    reader: Reader | None = None,
) -> Load:
    """Read and decode the captures that `paths` stand for.

    Args:
        paths: files, directories, globs and ``-``; see `netdiag.capture.find_captures`.
        marker: looks at the payloads; see `netdiag.decode.marks`.
        block_bytes: bytes of a capture held at once.
        progress: called after each block.
        jobs: how many processes read; None for what the captures are worth. What comes out is
            the same. A script that asks for more than one keeps its own work behind
            ``if __name__ == "__main__"``, as for everything that starts processes.
        setting_aside: makes what decides of which rows nothing but a record is wanted; None to
            keep all. See `netdiag.decode.several` for what of several captures is.
        reader: who finds and reduces the captures instead of this machine.

    Raises:
        CaptureError: a path is no capture, or can't be read.
        LinkTypeError: a packet's link type is known to nobody.
        WorkerError: one of the processes ended before its time.
    """
    if reader is None:
        reader = partial(_read, jobs)
    join = Join()
    for reduced in reader(paths, marker, block_bytes, Tally(progress), setting_aside):
        join.add(reduced)
    return join.finish()


def _read(
    jobs: int | None,
    paths: Sequence[str],
    marker: Marker,
    block_bytes: int,
    tally: Tally,
    setting_aside: SetterFactory | None,
) -> Iterator[Reduced]:
    sources = find_captures(paths)
    if len(sources) == 1:
        make_setter: MakeSetter = setting_aside or keep_all
        yield reduce_capture(sources[0], marker, block_bytes, tally.of(0), make_setter())
        return
    if jobs is None:
        from netdiag.decode.spread import jobs_for  # noqa: PLC0415 - brings multiprocessing along

        jobs = jobs_for(sources)
    yield from reduce_several(sources, (marker, block_bytes, jobs, tally), setting_aside)
