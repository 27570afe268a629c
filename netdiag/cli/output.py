"""Puts a finished text where it belongs: standard output, or a file that is whole or not there.

From the text and the value of ``-o``; also says what standard output can show (a `Page`). How the
text came about is left to the formats.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from netdiag.report.page import PLAIN, Page

STDOUT = "-"
_WIDEST = 100  # long lines are hard to read, whatever the terminal has


class OutputError(click.ClickException):
    """The report can't be written where it was asked for."""


def page_of_stdout() -> Page:
    """Find out what standard output can show: 80 plain columns if it is no terminal."""
    unicode = _speaks_unicode()
    if not sys.stdout.isatty():
        return Page(width=PLAIN.width, colour=False, unicode=unicode)
    import shutil  # noqa: PLC0415 - only for terminals

    width = min(max(shutil.get_terminal_size().columns, PLAIN.width), _WIDEST)
    dumb = os.environ.get("TERM", "dumb") == "dumb"
    colour = not os.environ.get("NO_COLOR") and not dumb
    return Page(width=width, colour=colour, unicode=unicode)


def _speaks_unicode() -> bool:
    """Whether box drawing and arrows can be shown.

    The encoding alone doesn't tell: under LANG=C, Python writes UTF-8 (PEP 538, PEP 540), which a
    terminal that was asked for plain C would show as rubbish.
    """
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    if locale in {"C", "POSIX"}:
        return False
    try:
        "─│┊┃▶◀…→".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def check_target(target: str | None, captures: Sequence[Path]) -> None:
    """Refuse, before any work is done, a target that can't be written or is one of the captures."""
    if target is None or target == STDOUT:
        return
    path = Path(target)
    if path.is_dir():
        raise OutputError(f"cannot write '{target}': it is a directory")
    if not path.parent.is_dir():
        raise OutputError(f"cannot write '{target}': there is no directory '{path.parent}'")
    for capture in captures:
        if path.exists() and capture.exists() and path.samefile(capture):
            raise OutputError(f"will not write the report over the capture '{capture}'")


def write(text: str, target: str | None) -> None:
    """Write the text to the target; None and ``-`` are standard output."""
    if target is None or target == STDOUT:
        _write_stdout(text)
        return
    try:
        _write_file(text, Path(target))
    except OSError as error:
        raise OutputError(f"cannot write '{target}': {error.strerror or error}") from error


def _write_stdout(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()  # here, so that a broken pipe or a full disk is met while we can say so
    except BrokenPipeError:
        _discard_stdout()
        raise
    except OSError as error:
        _discard_stdout()
        raise OutputError(f"cannot write to standard output: {error.strerror}") from error


def _discard_stdout() -> None:
    """Keep the interpreter from trying, and complaining, once more when it flushes at exit."""
    if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.__stdout__.fileno())
        os.close(nowhere)


def _write_file(text: str, path: Path) -> None:
    path = path.resolve()  # a link keeps pointing to the report
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")  # /dev/null or a pipe must not be replaced
        return
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
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
