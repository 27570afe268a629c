"""`locate`: which captures some paths stand for, and which machines of a cluster have them.

Every worker is asked, since a path may mean something on one host only: captures of several hosts
are read where they were taken. What no worker has is looked for here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from netdiag.capture import CaptureSource, find_captures
from netdiag.capture.streams import STANDARD_INPUT
from netdiag.capture.urls import is_url
from netdiag.cluster.tasks import Found, find
from netdiag.decode import several
from netdiag.errors import ClusterError
from netdiag.language import current


class Place(Struct, frozen=True):
    """A capture and who can read it.

    Attributes:
        source: the capture.
        hosts: of the workers that have it; empty for all of them, None for none.
        bytes: the size of its file, 0 where it isn't known.
    """

    source: CaptureSource
    hosts: frozenset[str] | None
    bytes: int = 0


def locate(client: Any, paths: Sequence[str]) -> list[Place]:
    """The captures in the order of `paths`; the same one counts once.

    Args:
        client: a `distributed.Client`.
        paths: files, directories, globs, URLs and ``-``.

    Raises:
        CaptureError: a path stands for nothing, there or here.
        ClusterError: a file differs from worker to worker.
    """
    found: dict[str, Place] = {}
    for path in paths:
        for place in _places(client, path):
            found.setdefault(place.source.path, place)
    return list(found.values())


def _places(client: Any, path: str) -> list[Place]:
    if path == STANDARD_INPUT:
        return [Place(CaptureSource(path), None)]
    if is_url(path):
        return [Place(source, frozenset()) for source in find_captures([path])]
    # A worker that dies meanwhile has nothing: another one of its host may have the same.
    there: dict[str, list[Found]] = client.run(find, path, current(), on_error="ignore")
    hosts: dict[str, dict[str, Found]] = {}
    for worker, entries in there.items():
        for entry in entries:
            hosts.setdefault(entry.source.path, {})[host_of(worker)] = entry
    if not hosts:
        return [Place(source, None) for source in find_captures([path])]
    everywhere = {host_of(worker) for worker in there}
    return [_place(hosts[name], everywhere) for name in sorted(hosts)]


def _place(found: dict[str, Found], everywhere: set[str]) -> Place:
    """The one capture that hosts have under one path."""
    (first, entry), *others = sorted(found.items())
    for other, different in others:
        if different.bytes != entry.bytes:
            raise ClusterError(
                f"{entry.source.path}: is {entry.bytes} bytes long on {first}, {different.bytes} on"
                f" {other}; captures of several hosts need names of their own"
            )
    hosts = frozenset() if set(found) == everywhere else frozenset(found)
    return Place(entry.source, hosts, entry.bytes)


def are_worth_setting_aside(places: Sequence[Place]) -> bool:
    """Whether captures can be read twice, and are large: what is not known of a URL may be."""
    files = [place for place in places if not is_url(place.source.path)]
    if any(place.hosts is None and not Path(place.source.path).is_file() for place in files):
        return False
    return len(files) < len(places) or sum(place.bytes for place in files) >= several.ENOUGH_BYTES


def host_of(worker: str) -> str:
    """The host of a worker's address, such as ``tcp://10.0.0.5:40123``."""
    return urlsplit(worker).hostname or worker
