"""`private_folder` and `open_private`: temporary files that are for nobody else, and go away.

A capture has what people sent each other in it, and so has any copy of it. The folder is gone when
the block ends, by an error or a signal, too (`netdiag.cli.signals`); only SIGKILL leaves it there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder (0700) in TMPDIR for as long as the block lasts.

    Raises:
        OSError: no folder can be made there.
    """
    import tempfile  # noqa: PLC0415 - not needed for --help

    with tempfile.TemporaryDirectory(prefix="netdiag-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def open_private(path: Path) -> BinaryIO:
    """Open a file to be written, for its owner alone (0600) whatever the umask.

    Raises:
        OSError: it can't be written.
    """
    return open(path, "wb", opener=_for_its_owner)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
