"""`reading_on`: a cluster as a `netdiag.decode.load.Reader`, for as long as a context lasts.

Made from the address of a Dask scheduler, or from the cores of this machine. What workers do is in
`netdiag.cluster.tasks`, who has which capture in `netdiag.cluster.places`, the waiting in
`netdiag.cluster.gathering`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from netdiag import __version__
from netdiag.cluster.gathering import Gathering
from netdiag.cluster.local import local_cluster
from netdiag.cluster.places import are_worth_setting_aside, locate
from netdiag.cluster.shuffling import Shuffling
from netdiag.cluster.tasks import version
from netdiag.decode.aside import MakeSetter, SetterFactory, keep_all
from netdiag.decode.load import Reader
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Reduced
from netdiag.decode.several import reduce_one_after_another
from netdiag.decode.tally import Tally
from netdiag.errors import ClusterError

LOCAL = "local"
"""Stands for a cluster of this machine's cores, started and ended with the analysis."""

CONNECT_S = 10
WORKERS_S = 30
"""So long is waited for a scheduler to answer, and for the first of its workers."""

_ADDRESS = re.compile(rf"{LOCAL}|((tcp|tls|ucx|wss?)://)?[^\s/]+:\d+")
"""The transports of distributed.comm; without one it is tcp."""

EXTRA = "pip install 'netdiag[dask]'"


@contextmanager
def reading_on(address: str) -> Iterator[Reader]:
    """Connect to a cluster.

    Args:
        address: of a Dask scheduler, such as ``tcp://10.0.0.1:8786``, or ``local``.

    Raises:
        ClusterError: nobody answers, there are no workers, or they have another version.
    """
    with _client(address) as client:
        _check_workers(client, address)

        def read(
            paths: Sequence[str],
            marker: Marker,
            block_bytes: int,
            tally: Tally,
            setting_aside: SetterFactory | None,
        ) -> list[Reduced]:
            places = locate(client, paths)

            def reduce(make_setter: MakeSetter) -> list[Reduced]:
                gathering = Gathering if make_setter is keep_all else Shuffling
                return gathering(client, places, marker, block_bytes, tally, make_setter).run()

            if setting_aside is None or not are_worth_setting_aside(places):
                return reduce(keep_all)
            return reduce_one_after_another(reduce, setting_aside)

        yield read


@contextmanager
def _client(address: str) -> Iterator[Any]:
    if _ADDRESS.fullmatch(address) is None:
        raise ClusterError(f"--dask: expected tcp://HOST:PORT or 'local', found '{address}'")
    try:
        import dask  # noqa: PLC0415 - optional, and slow

        # What matters of it we say ourselves; its own lines would be in the midst of ours.
        dask.config.set({"logging": {"distributed": "critical"}})
        import pyarrow  # noqa: F401, PLC0415
        from distributed import Client  # noqa: PLC0415
    except ImportError as error:
        raise ClusterError(f"--dask needs Dask and pyarrow: {EXTRA} ({error})") from error
    with local_cluster() if address == LOCAL else nullcontext(address) as cluster:
        try:
            client = Client(cluster, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise ClusterError(
                f"--dask {address}: no scheduler answers there ({reason})"
            ) from error
        try:
            with client.as_current():
                yield client
        finally:
            with suppress(Exception):  # it may have gone, which has been said
                client.close(timeout=1)


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
        versions: dict[str, str] = client.run(version)
    except TimeoutError as error:
        raise ClusterError(f"--dask {address}: the scheduler has no workers") from error
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise ClusterError(f"--dask {address}: a worker can't run netdiag: {reason}") from error
    for worker, found in versions.items():
        if found != __version__:
            raise ClusterError(
                f"--dask {address}: the worker {worker} has netdiag {found}, this is {__version__}"
            )
