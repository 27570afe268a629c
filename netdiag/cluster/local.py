"""`local_cluster`: a Dask cluster of this machine's cores, for as long as a context lasts."""

from __future__ import annotations

import atexit
import logging
import signal
import threading
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
    with _interrupted_later() as told:
        cluster = LocalCluster(
            threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL
        )
    try:
        if told:
            raise KeyboardInterrupt
        yield cluster
    finally:
        with suppress(Exception):
            cluster.close(timeout=CLOSE_S)


@contextmanager
def _interrupted_later() -> Iterator[list[int]]:
    """Collect Ctrl-C in a list meanwhile; processes started by threads that begin here ignore it.

    What they inherit is that the signal is blocked, those that are started later as well. The
    tracker of multiprocessing, as it starts, would unblock it, so it has to be there before.
    """
    told: list[int] = []
    here = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: told.append(number)) if here else None
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield told
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if here:
            signal.signal(signal.SIGINT, handler)
