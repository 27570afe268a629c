"""`whole_file`: a file that is there with all that was written to it, or not there at all.

From a path; a context manager. What goes into the file and whether it may be replaced is left to
the caller.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write bytes to; it takes its name only when the block ends without an error.

    Until then the bytes are in a hidden file beside it, which is removed if anything goes wrong, an
    interruption included. What had the name before keeps it, and its permissions, until the end.
    A device or a pipe is written to directly: it must not be replaced.

    Raises:
        OSError: the directory takes no new file, the disk is full, and the like.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    import tempfile  # noqa: PLC0415 - not needed for --help

    path = path.resolve()  # a link keeps pointing to the file
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".netdiag-", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(_mode_for(path))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _mode_for(path: Path) -> int:
    """Choose the permissions that open() would have left: the file's own, or the umask's."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
