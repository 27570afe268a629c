"""Puts what was made where it belongs: standard output, or a file that is whole or not there.

From a text, or bytes, and the value of ``-o``; also says what standard output can show (a `Page`).
How it came about is left to the formats, whether it may be written there to `netdiag.cli.targets`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from netdiag.cli.targets import STDOUT, OutputError, check_target
from netdiag.cli.whole_file import whole_file

if TYPE_CHECKING:
    from netdiag.report.page import Page

_WIDEST = 100  # long lines are hard to read, whatever the terminal has


def page_for(target: str | None, widest: int = _WIDEST) -> Page:
    """What the target of ``-o`` can show: a file is plain, and speaks Unicode."""
    from netdiag.report.page import PLAIN, Page  # noqa: PLC0415 - `--help` needs no page

    if target not in {None, STDOUT}:
        return PLAIN
    width, colour = _width_and_colour(PLAIN.width, widest)
    return Page(width=width, colour=colour, unicode=_speaks_unicode())


def _width_and_colour(narrowest: int, widest: int) -> tuple[int, bool]:
    """Find out what standard output can show: plain columns if it is no terminal."""
    if not sys.stdout.isatty():
        return narrowest, False
    import shutil  # noqa: PLC0415 - only for terminals

    width = min(max(shutil.get_terminal_size().columns, narrowest), widest)
    dumb = os.environ.get("TERM", "dumb") == "dumb"
    return width, not os.environ.get("NO_COLOR") and not dumb


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


def write(text: str, target: str | None) -> None:
    """Write the text to the target; None and ``-`` are standard output."""
    if target is None or target == STDOUT:
        _write_stdout(text)
        return
    # Surrogates are bytes of a file's name that are no UTF-8.
    write_bytes(text.encode("utf-8", "backslashreplace"), target)


def write_parts(parts: Iterable[str], target: str | None) -> None:
    """Write a text that is made part by part, none of which is kept."""
    if target is None or target == STDOUT:
        for part in parts:
            _write_stdout(part)
        return
    with open_target(target) as file:
        for part in parts:
            file.write(part.encode("utf-8", "backslashreplace"))


def write_bytes(content: bytes, target: str) -> None:
    """Write the bytes to the target; ``-`` is standard output."""
    with open_target(target) as file:
        file.write(content)


@contextmanager
def open_target(target: str) -> Iterator[BinaryIO]:
    """Open the target for bytes, written as they come; a file is there whole or not at all.

    Raises:
        OutputError: it can't be opened, written or closed; every OSError while it is open counts
            as that. What else is raised goes through, once what was half-written is gone.
    """
    try:
        if target != STDOUT:
            with whole_file(Path(target)) as file:
                yield file
            return
        if sys.stdout.isatty():
            raise OutputError("will not write binary data to a terminal; name a file with -o")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        discard_stdout()
        raise
    except OSError as error:
        if target == STDOUT:
            discard_stdout()
        name = "to standard output" if target == STDOUT else f"'{target}'"
        raise OutputError(f"cannot write {name}: {error.strerror or error}") from error


def _write_stdout(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()  # here, so that a broken pipe or a full disk is met while we can say so
    except BrokenPipeError:
        discard_stdout()
        raise
    except OSError as error:
        discard_stdout()
        raise OutputError(f"cannot write to standard output: {error.strerror}") from error


def discard_stdout() -> None:
    """Keep the interpreter from trying, and complaining, once more when it flushes at exit."""
    if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.__stdout__.fileno())
        os.close(nowhere)


__all__ = [
    "STDOUT",
    "OutputError",
    "check_target",
    "discard_stdout",
    "open_target",
    "page_for",
    "write",
    "write_bytes",
    "write_parts",
]
