"""`RemoteStream`: the bytes of a capture that lies behind a URL, read once from front to back.

Made from a URL, by fsspec: ``s3://``, ``gs://``, ``abfs://``, ``https://`` and what else it knows.
Which keys open a bucket is left to the libraries that fsspec calls, and to their own files and
variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

from netdiag.capture.stopping import is_stopped
from netdiag.capture.streams import BEGINNING_BYTES, INTERRUPTED, UNREADABLE, Stream
from netdiag.errors import CaptureError
from netdiag.language import _
from netdiag.problems import Problem

READ_AHEAD_BYTES = 8 << 20
"""Asked for at once: a request to an object store takes some 50 ms, whatever its size."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
EXTRA = "pip install 'netdiag[remote]'"


def is_url(path: str) -> bool:
    """Whether it names a capture that is not in the file system."""
    return _URL.match(path) is not None


def public_name(path: str) -> str:
    """The path as it may be shown: a URL without passwords and without the keys of a query."""
    if not is_url(path):
        return path
    parts = urlsplit(path)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class RemoteStream(Stream):
    """What a URL stands for.

    Raises:
        CaptureError: it can't be opened or read, or the library for it is not installed.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._count = 0
        with _one_error(url, "can't be opened"):
            filesystem, path = _filesystem(url)
            self._file: IO[bytes] = filesystem.open(
                path, "rb", block_size=READ_AHEAD_BYTES, cache_type="readahead"
            )

    def _read(self, view: memoryview) -> int:
        if self._count >= BEGINNING_BYTES and is_stopped():
            self.damage = Problem("interrupted", _(INTERRUPTED).format(n=self._count))
            return 0
        try:
            data = self._file.read(len(view))
        except Exception as error:
            if not self._count:
                with _one_error(self._url, "can't be read after 0 bytes"):
                    raise
            detail = _(UNREADABLE).format(n=self._count, error=_reason(error, self._url))
            self.damage = Problem("unreadable-file", detail)
            return 0
        view[: len(data)] = data
        self._count += len(data)
        return len(data)

    def close(self) -> None:
        """Give the connection back."""
        self._file.close()

    @property
    def bytes_taken(self) -> int:
        """How many bytes have been read so far."""
        return self._count


def expand_url(url: str) -> list[str]:
    """The URLs of the files that a URL stands for, sorted: of a pattern, of what lies in a folder.

    Raises:
        CaptureError: there are none, or they can't be listed.
    """
    with _one_error(url, "can't be listed"):
        filesystem, path = _filesystem(url)
        if has_pattern(url):
            found = filesystem.glob(path)
        elif not _is_web(url) and filesystem.isdir(path):
            found = [
                entry["name"]
                for entry in filesystem.ls(path, detail=True)
                if entry["type"] == "file"
            ]
        else:
            return [url]
        urls = sorted(filesystem.unstrip_protocol(name) for name in found)
    if not urls:
        raise CaptureError(f"{public_name(url)}: no file matches")
    return urls


def has_pattern(url: str) -> bool:
    """Whether it is a glob; the ``?`` of a web address begins its query."""
    return any(sign in url for sign in ("*[" if _is_web(url) else "*?["))


def _is_web(url: str) -> bool:
    return url.startswith(("http:", "https:"))


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - slow to import, seldom needed
    except ImportError as error:
        raise CaptureError(f"{public_name(url)}: reading a URL needs fsspec: {EXTRA}") from error
    filesystem, path = url_to_fs(url)
    return filesystem, path


@contextmanager
def _one_error(url: str, what: str) -> Iterator[None]:
    """Whatever a library raises (each has errors of its own), as one line."""
    try:
        yield
    except CaptureError:
        raise
    except ImportError as error:
        reason = f"{error} ({EXTRA})"
        raise CaptureError(f"{public_name(url)}: {what}: {reason}") from error
    except FileNotFoundError as error:
        cause = "" if error.__cause__ is None else f" ({_reason(error.__cause__, url)})"
        raise CaptureError(f"{public_name(url)}: no such file{cause}") from error
    except Exception as error:
        raise CaptureError(f"{public_name(url)}: {what}: {_reason(error, url)}") from error


def _reason(error: BaseException, url: str) -> str:
    """The first line of what a library says."""
    text = str(error).strip().partition("\n")[0] or type(error).__name__
    return text.replace(url, public_name(url))
