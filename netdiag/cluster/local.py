"""`local_cluster`: a Dask cluster of this machine's cores, for as long as a context lasts."""

from __future__ import annotations

import atexit
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from typing import Any

CLOSE_S = 5


@contextmanager
def local_cluster() -> Iterator[Any]:
    """Start a scheduler and a worker a core; all of them are gone afterwards."""
    from distributed import LocalCluster  # noqa: PLC0415 - optional, and slow
    from distributed.deploy.spec import close_clusters  # noqa: PLC0415

    # We close it ourselves; one that was interrupted as it began could not be closed at exit.
    atexit.unregister(close_clusters)
    # Ctrl-C is for us: workers inherit that it is blocked, those that are started later as well,
    # from the thread that starts them. The tracker, as it starts, would unblock it.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        cluster = LocalCluster(
            threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        yield cluster
    finally:
        with suppress(Exception):
            cluster.close(timeout=CLOSE_S)
