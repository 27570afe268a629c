"""`local_cluster`: a Dask cluster of this machine's cores, for as long as a context lasts."""

from __future__ import annotations

import atexit
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from netdiag.temporary import private_folder

CLOSE_S = 5
LOOPBACK = "127.0.0.1"
"""Where it listens: nobody else may ask what is in a capture. A dashboard would listen anywhere,
and at a port that is taken."""


@contextmanager
def local_cluster() -> Iterator[Any]:
    """Start a scheduler and a worker a core; all of them are gone afterwards, their files, too."""
    from dask.config import set as configured  # noqa: PLC0415 - optional, and slow
    from distributed.deploy.spec import close_clusters  # noqa: PLC0415

    # We close it ourselves; one that was interrupted as it began could not be closed at exit.
    atexit.unregister(close_clusters)
    with private_folder() as folder:
        with configured({"temporary-directory": str(folder)}), _interrupted_later() as told:
            cluster = _start(folder)
        try:
            if told:
                raise KeyboardInterrupt
            yield cluster
        finally:
            with suppress(Exception):
                cluster.close(timeout=CLOSE_S)


def _start(folder: Path) -> Any:
    from distributed import LocalCluster  # noqa: PLC0415 - optional, and slow

    return LocalCluster(
        host=LOOPBACK,
        threads_per_worker=1,
        dashboard_address=f"{LOOPBACK}:0",
        local_directory=str(folder),
        silence_logs=logging.CRITICAL,
    )


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
