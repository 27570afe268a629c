"""`find_captures`: which captures the paths on the command line stand for.

Made from files, directories, globs that the shell left alone, URLs, and ``-``. Only what lies in a
directory is looked into: whether a named file is a capture shows when it is opened.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from msgspec import Struct

from netdiag.capture.compression import open_stream
from netdiag.capture.formats import FORMATS
from netdiag.capture.formats.interface import HEAD_BYTES, Format
from netdiag.capture.streams import STANDARD_INPUT
from netdiag.capture.urls import is_url, public_name
from netdiag.errors import CaptureError
from netdiag.language import _
from netdiag.problems import Problem


class CaptureSource(Struct, frozen=True):
    """One capture to be opened.

    Attributes:
        path: the file as it was named or found, or its URL; ``-`` for standard input.
        problems: what was odd about finding it: files beside it that are no captures.
    """

    path: str
    problems: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        """Without secrets: a cluster's workers log the arguments of tasks that fail."""
        return f"CaptureSource({public_name(self.path)!r})"


def recognise(head: bytes) -> Format | None:
    """The format of a (decompressed) capture that begins with `head`."""
    return next((f for f in FORMATS if f.recognises(head)), None)


def find_captures(paths: Sequence[str]) -> list[CaptureSource]:
    """The captures that `paths` stand for, in that order; the same file counts once.

    A directory stands for the captures directly in it, sorted by name.

    Raises:
        CaptureError: a path doesn't exist, a glob matches nothing, a directory has no captures.
    """
    found: dict[str, CaptureSource] = {}
    for path in paths:
        for source in _expand(path):
            found.setdefault(_identity(source.path), source)
    return list(found.values())


def _identity(path: str) -> str:
    """The file itself, under whatever name."""
    is_file = path != STANDARD_INPUT and not is_url(path)
    return os.path.realpath(path) if is_file else path


def _expand(path: str) -> list[CaptureSource]:
    if path == STANDARD_INPUT:
        return [CaptureSource(path)]
    if is_url(path):
        return _captures_behind(path)
    if Path(path).is_dir():
        return _captures_in(path)
    if Path(path).exists():
        return [CaptureSource(path)]
    if not glob.has_magic(path):
        raise CaptureError(f"{path}: no such file or directory")
    matches = sorted(glob.glob(path))  # noqa: PTH207  # pathlib's glob can't take absolute ones
    if not matches:
        raise CaptureError(f"{path}: no file matches")
    return [source for match in matches for source in _expand(match)]


def _captures_in(directory: str) -> list[CaptureSource]:
    files = sorted(str(path) for path in Path(directory).iterdir() if path.is_file())
    return _captures_among(directory, files)


def _captures_behind(url: str) -> list[CaptureSource]:
    """What a URL stands for; of a folder only its captures."""
    from netdiag.capture.stores import expand_url, has_pattern  # noqa: PLC0415 - few captures need it

    files = expand_url(url)
    if files == [url] or has_pattern(url):
        return [CaptureSource(file) for file in files]
    return _captures_among(public_name(url), files)


def _captures_among(directory: str, files: Sequence[str]) -> list[CaptureSource]:
    good: list[str] = []
    others: list[str] = []
    errors: list[CaptureError] = []
    for file in files:
        try:
            (good if _is_capture(file) else others).append(file)
        except CaptureError as error:
            errors.append(error)
    if not good:
        if errors:
            raise errors[0]
        raise CaptureError(
            f"{directory}: expected captures in this directory, found none among {len(files)} files"
        )
    skipped = []
    if others:
        detail = _("files in {directory} are no captures, such as {file}; skipped").format(
            directory=directory, file=PurePath(others[0]).name
        )
        skipped.append(Problem("not-a-capture", detail, count=len(others)))
    if errors:
        detail = _("files in {directory} can't be read ({error}); skipped").format(
            directory=directory, error=errors[0]
        )
        skipped.append(Problem("file-not-read", detail, count=len(errors)))
    return [CaptureSource(good[0], tuple(skipped)), *(CaptureSource(path) for path in good[1:])]


def _is_capture(path: str) -> bool:
    """Whether a file begins like one.

    Raises:
        CaptureError: it can't be opened.
    """
    stream, _ = open_stream(path)
    try:
        return recognise(stream.peek(HEAD_BYTES)) is not None
    except CaptureError:
        return False
    finally:
        stream.close()
