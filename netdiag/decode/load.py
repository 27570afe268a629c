"""`load`: all segments of all captures that some paths stand for, as one table.

Made by reducing each capture by itself and joining what that leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netdiag.capture import BLOCK_BYTES, find_captures
from netdiag.decode.aside import Setter
from netdiag.decode.join import Join, Load
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Progress, reduce_capture
from netdiag.decode.tally import Tally


def load(
    paths: Sequence[str],
    marker: Marker,
    *,
    block_bytes: int = BLOCK_BYTES,
    progress: Progress | None = None,
    jobs: int | None = 1,
    setting_aside: Callable[[], Setter] | None = None,
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
            keep all. Several captures are kept whole: what one of them has in the middle of a
            connection may be there once more in another.

    Raises:
        CaptureError: a path is no capture, or can't be read.
        LinkTypeError: a packet's link type is known to nobody.
        WorkerError: one of the processes ended before its time.
    """
    sources = find_captures(paths)
    tally = Tally(progress)
    if len(sources) == 1:
        jobs = 1
    elif jobs is None:
        from netdiag.decode.spread import jobs_for  # noqa: PLC0415 - brings multiprocessing along

        jobs = jobs_for(sources)
    join = Join()
    if jobs > 1:
        from netdiag.decode.spread import reduce_all  # noqa: PLC0415

        for reduced in reduce_all(sources, marker, block_bytes, jobs, tally):
            join.add(reduced)
    else:
        for index, source in enumerate(sources):
            setter = setting_aside() if setting_aside is not None and len(sources) == 1 else None
            join.add(reduce_capture(source, marker, block_bytes, tally.of(index), setter))
    return join.finish()
