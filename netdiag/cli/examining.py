"""Runs an analysis for a command: with the progress line, and quick to start.

From the paths and the selection options of the command line; what is done with the result is left
to the command.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from os import PathLike
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.progress import ProgressLine
from netdiag.cli.quick_numpy import leave_out_its_words
from netdiag.cli.signals import reading_until_told

if TYPE_CHECKING:
    from netdiag.analysis import Examination
    from netdiag.decode.load import Reader
    from netdiag.report.model import Report

OBJECTS_UNTIL_GC = 20_000
"""Arrays are freed when nobody holds them any more: what only the collector finds is some dozens of
small objects, and with Python's own 700 it looks for them twenty times."""


def run_analysis(captures: Sequence[str | PathLike[str]], chosen: Mapping[str, Any]) -> Report:
    """Analyse captures.

    Args:
        captures: as on the command line.
        chosen: fields of `netdiag.analysis.Options`, and ``jobs``, ``dask`` and ``partial``.
    """
    with _quick_imports():
        from netdiag.analysis import Options, analyze  # noqa: PLC0415 - brings numpy along

    options, how = _parted(chosen)
    with _reader(chosen) as reader, ProgressLine() as progress:
        return analyze(captures, Options(**options), progress=progress, reader=reader, **how)


def run_examination(
    captures: Sequence[str | PathLike[str]], chosen: Mapping[str, Any]
) -> Examination:
    """The same for commands that need the tables behind a report."""
    with _quick_imports():
        from netdiag.analysis import Options, examine  # noqa: PLC0415 - brings numpy along

    options, how = _parted(chosen)
    with _reader(chosen) as reader, ProgressLine() as progress:
        return examine(captures, Options(**options), progress=progress, reader=reader, **how)


def _parted(chosen: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What to look at, and how it is read."""
    hows = {"jobs", "dask", "partial"}
    options = {key: value for key, value in chosen.items() if key not in hows}
    # Other processes have no ear for a signal to this one.
    return options, {"jobs": 1 if chosen.get("partial") else chosen.get("jobs")}


def partly(chosen: Mapping[str, Any]) -> AbstractContextManager[None]:
    """With ``--partial``, let a signal in the block end the reading, and nothing else."""
    return reading_until_told() if chosen.get("partial") else nullcontext()


def check_partial(chosen: Mapping[str, Any]) -> None:
    """Refuse what can't be stopped half-way.

    Raises:
        UsageError: others are to read the captures.
    """
    if chosen["partial"] and (chosen["dask"] is not None or (chosen["jobs"] or 1) > 1):
        raise click.UsageError("--partial reads in one process: not with --jobs or --dask")


def _reader(chosen: Mapping[str, Any]) -> AbstractContextManager[Reader | None]:
    address = chosen.get("dask")
    if address is None:
        return nullcontext()
    if chosen.get("jobs") is not None:
        raise click.UsageError("--jobs says how this machine reads, --dask that others do")
    from netdiag.cluster import reading_on  # noqa: PLC0415 - brings numpy along

    return reading_on(address)


@contextmanager
def _quick_imports() -> Iterator[None]:
    # numpy's OpenBLAS starts a thread a core when it is imported; no matrix is multiplied here,
    # and without them a small capture is done 70 ms sooner.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    leave_out_its_words()
    from netdiag.cli.allocator import keep_freed_memory  # noqa: PLC0415 - brings ctypes along

    keep_freed_memory()
    # What modules are made of stays: looking for garbage in it, while they are imported and later,
    # takes a tenth of the time of a small capture.
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(OBJECTS_UNTIL_GC)
        gc.enable()
