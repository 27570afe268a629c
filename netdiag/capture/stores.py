"""Stores behind URLs: how a file of one is opened, which files there are, and errors in one line.

Made from a URL, by fsspec and a library for each kind of store: ``s3://``, ``gs://``, ``abfs://``,
``https://`` and what else it knows. Which keys open a bucket is left to these libraries, and to
their own files and variables. What they would write to the terminal is not: the one line says it.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from netdiag.capture.urls import container_of, is_web, public_name, scheme_of, without_secrets
from netdiag.errors import CaptureError

EXTRAS = {
    **dict.fromkeys(("s3", "s3a"), "s3"),
    **dict.fromkeys(("gs", "gcs"), "gs"),
    **dict.fromkeys(("abfs", "abfss", "az", "adl"), "abfs"),
}
"""The extras that bring the library of a store; `remote` brings all, and that of the web."""

LIBRARIES = (
    *("adlfs", "aiobotocore", "aiohttp", "asyncio", "azure", "botocore", "fsspec", "gcsfs"),
    *("google", "grpc", "msal", "s3fs", "urllib3"),
)
"""Those that log or warn, with whole tracebacks among it, where nobody has set up logging."""


def install(url: str) -> str:
    """The command that brings the library for a URL."""
    return f"pip install 'netdiag[{EXTRAS.get(scheme_of(url), 'remote')}]'"


def filesystem_of(url: str) -> tuple[Any, str]:
    """The store that has it, a `fsspec.AbstractFileSystem`, and its path there.

    Raises:
        CaptureError: fsspec is not installed.
        Exception: whatever a library raises that has no keys, or doesn't know the store.
    """
    _quieten()
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - slow to import, seldom needed
    except ImportError as error:
        raise CaptureError(
            f"{public_name(url)}: reading a URL needs fsspec: {install(url)}"
        ) from error
    filesystem, path = url_to_fs(url)
    return filesystem, path


def _quieten() -> None:
    import logging  # noqa: PLC0415 - a tenth of what netdiag's own modules take, seldom needed

    # Google's library would first ask over gRPC, which proxies and emulators refuse, of what kind
    # the bucket is, and wait a minute for it. Only zonal buckets can't be read otherwise.
    os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
            warnings.filterwarnings("ignore", module=rf"{name}(\.|$)")


def expand_url(url: str) -> list[str]:
    """The URLs of the files that a URL stands for, sorted: of a pattern, of what lies in a folder.

    Raises:
        CaptureError: there are none, or they can't be listed.
    """
    if is_web(url) and not has_pattern(url):
        return [url]
    with one_error(url, "can't be opened"):
        filesystem, path = filesystem_of(url)
        if not path.strip("/"):
            raise CaptureError(f"{public_name(url)}: expected the name of a bucket behind this")
        filesystem.invalidate_cache()
        if not has_pattern(url):
            return _file_or_folder(url, filesystem, path)
    with one_error(url, "can't be listed"):
        found = filesystem.glob(path)
        if not found and filesystem.isfile(path):
            return [url]
    if not found:
        raise CaptureError(f"{public_name(url)}: no file matches")
    return _urls(url, filesystem, found)


def _file_or_folder(url: str, filesystem: Any, path: str) -> list[str]:
    """The file itself, of which it is enough that it can be read; or those of a folder."""
    if "/" in path.strip("/") and filesystem.info(path)["type"] == "file":
        return [url]
    entries = filesystem.ls(path, detail=True)
    return _urls(url, filesystem, [each["name"] for each in entries if each["type"] == "file"])


def _urls(url: str, filesystem: Any, names: list[str]) -> list[str]:
    container, root = container_of(url)
    if container:  # the library's own URLs would be without the account
        return sorted(f"{root}/{name.removeprefix(f'{container}/')}" for name in names)
    return sorted(filesystem.unstrip_protocol(name) for name in names)


def has_pattern(url: str) -> bool:
    """Whether it is a glob; the ``?`` of a web address begins its query."""
    return any(sign in url for sign in ("*[" if is_web(url) else "*?["))


@contextmanager
def one_error(url: str, what: str) -> Iterator[None]:
    """Whatever a library raises (each has errors of its own), as one line.

    Raises:
        CaptureError: instead of any other error.
    """
    try:
        yield
    except CaptureError:
        raise
    except ImportError as error:
        reason = f"{reason_of(error, url)} ({install(url)})"
        raise CaptureError(f"{public_name(url)}: {what}: {reason}") from error
    except FileNotFoundError as error:
        cause = "" if error.__cause__ is None else f" ({reason_of(error.__cause__, url)})"
        raise CaptureError(f"{public_name(url)}: no such file{cause}") from error
    except Exception as error:
        raise CaptureError(f"{public_name(url)}: {what}: {reason_of(error, url)}") from error


def reason_of(error: BaseException, url: str) -> str:
    """The first line of what a library says, without secrets."""
    text = str(error).strip().partition("\n")[0] or type(error).__name__
    return without_secrets(text, url)
