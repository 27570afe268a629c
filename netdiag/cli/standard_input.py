"""`kept_standard_input`: standard input as a file, for commands that read a capture twice.

What goes wrong with it is told by `naming_it_as_given`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from netdiag.cli.output import STDOUT, OutputError
from netdiag.errors import CaptureError

NAME = "standard input"
"""The file's name, by which comments on packets call the capture."""


def kept_standard_input(captures: Sequence[str], folder: Path) -> list[str]:
    """The captures' paths, with ``-`` replaced by a file in `folder` that holds all of it.

    Raises:
        OutputError: there is no room for it; TMPDIR names a place that has more.
    """
    if STDOUT not in captures:
        return list(captures)
    import shutil  # noqa: PLC0415 - not needed for --help

    from netdiag.temporary import open_private  # noqa: PLC0415

    kept = folder / NAME
    try:
        with open_private(kept) as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"cannot keep standard input in '{folder}': {error.strerror or error}; "
            "TMPDIR can name another place"
        ) from error
    return [str(kept) if capture == STDOUT else capture for capture in captures]


@contextmanager
def naming_it_as_given(folder: Path) -> Iterator[None]:
    """Leave the temporary `folder` out of what is said of a capture that can't be read.

    Raises:
        CaptureError: instead of one that names a file in there.
    """
    try:
        yield
    except CaptureError as error:
        raise CaptureError(str(error).replace(f"{folder / NAME}", NAME)) from error
