"""`check_target`: whether a file may be written, asked before any work is done.

From the value of ``-o`` and all that the command reads. The writing itself is left to
`netdiag.cli.output`.
"""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from netdiag.errors import CaptureError

STDOUT = "-"
_STDIN = "-"


class OutputError(click.ClickException):
    """The output can't be written where it was asked for."""


def check_target(target: str | None, inputs: Sequence[str | os.PathLike[str]]) -> None:
    """Refuse a target that can't be written, or is one of the inputs under whatever name.

    Args:
        target: a file; None and ``-`` are standard output.
        inputs: files, directories and globs of captures, other files that are read, and ``-``.

    Raises:
        OutputError: says which and why.
    """
    if target is None or target == STDOUT:
        _check_stdout(inputs)
        return
    path = Path(target)
    if path.is_dir():
        raise OutputError(f"cannot write '{target}': it is a directory")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise OutputError(f"cannot write '{target}': there is no directory '{folder}'")
    if path.exists():
        if not os.access(path, os.W_OK):
            raise OutputError(f"cannot write '{target}': it is write-protected")
        _refuse_inputs(path.stat(), inputs)
    elif any(path.resolve() == Path(name).resolve() for name in inputs):
        raise OutputError(f"will not write over '{target}', which is read as input")
    if (not path.exists() or path.is_file()) and not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write '{target}': the directory '{folder}' takes no new file")


def _check_stdout(inputs: Sequence[str | os.PathLike[str]]) -> None:
    """Refuse ``>> capture.pcap``: nothing else of a redirection can be seen from here."""
    try:
        _refuse_inputs(os.fstat(sys.stdout.fileno()), inputs)
    except (OSError, ValueError):
        return  # closed, or no file at all


def _refuse_inputs(target: os.stat_result, inputs: Sequence[str | os.PathLike[str]]) -> None:
    if not stat.S_ISREG(target.st_mode):
        return
    for name, status in _files(inputs):
        if os.path.samestat(target, status):
            raise OutputError(f"will not write over '{name}', which is read as input")


def _files(inputs: Sequence[str | os.PathLike[str]]) -> Iterator[tuple[str, os.stat_result]]:
    """All files that the inputs stand for, as far as they are there; links are followed."""
    for entry in inputs:
        name = os.fspath(entry)
        if name == _STDIN:
            yield from _status("standard input", 0)
        elif Path(name).exists() or not glob.has_magic(name):
            yield from _named(name)
        else:
            for match in glob.iglob(name):  # noqa: PTH207  # pathlib's can't take absolute ones
                yield from _named(match)


def _named(name: str) -> Iterator[tuple[str, os.stat_result]]:
    if not Path(name).is_dir():
        yield from _status(name, name)
        return
    from netdiag.capture.sources import find_captures  # noqa: PLC0415 - brings numpy along

    try:
        sources = find_captures([name])
    except CaptureError:
        return
    for source in sources:
        yield from _status(source.path, source.path)


def _status(name: str, file: str | int) -> Iterator[tuple[str, os.stat_result]]:
    try:
        yield name, os.stat(file)  # noqa: PTH116  # standard input has no path
    except OSError:
        return
