"""Runs an analysis for a command: with the progress line, and quick to start.

From the paths and the selection options of the command line; what is done with the result is left
to the command.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from netdiag.cli.progress import ProgressLine

if TYPE_CHECKING:
    from netdiag.analysis import Examination
    from netdiag.report.model import Report


def run_analysis(captures: Sequence[str | PathLike[str]], chosen: Mapping[str, Any]) -> Report:
    """Analyse captures; `chosen` are fields of `netdiag.analysis.Options`, and ``jobs``."""
    _prepare()
    from netdiag.analysis import Options, analyze  # noqa: PLC0415 - brings numpy along

    with ProgressLine() as progress:
        options, jobs = _parted(chosen)
        return analyze(captures, Options(**options), progress=progress, jobs=jobs)


def run_examination(
    captures: Sequence[str | PathLike[str]], chosen: Mapping[str, Any]
) -> Examination:
    """The same for commands that need the tables behind a report."""
    _prepare()
    from netdiag.analysis import Options, examine  # noqa: PLC0415 - brings numpy along

    with ProgressLine() as progress:
        options, jobs = _parted(chosen)
        return examine(captures, Options(**options), progress=progress, jobs=jobs)


def _parted(chosen: Mapping[str, Any]) -> tuple[dict[str, Any], int | None]:
    return {key: value for key, value in chosen.items() if key != "jobs"}, chosen.get("jobs")


def _prepare() -> None:
    # numpy's OpenBLAS starts a thread a core when it is imported; no matrix is multiplied here,
    # and without them a small capture is done 70 ms sooner.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from netdiag.cli.allocator import keep_freed_memory  # noqa: PLC0415 - brings ctypes along

    keep_freed_memory()
