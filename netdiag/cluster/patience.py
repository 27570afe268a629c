"""`Patience`: how long is waited for workers that are gone; a nanny starts lost ones anew."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from netdiag.capture.urls import public_name
from netdiag.cluster.places import Place, host_of
from netdiag.errors import ClusterError

LOOK_S = 2.0
"""So often the workers are counted."""
PATIENCE_S = 60.0
"""So long a capture waits for a worker of a host that has it."""


class Patience:
    """Ends when nothing has come for long, and nobody is left that could do it."""

    def __init__(self, client: Any, places: Sequence[Place]) -> None:
        self._client = client
        self._places = places
        self._last_seen = time.monotonic()

    def has_seen(self) -> None:
        """Something has come."""
        self._last_seen = time.monotonic()

    def look(self, waiting: Iterable[int]) -> None:
        """Complain when a capture has waited long for a worker that can read it.

        Args:
            waiting: the captures that are waited for.

        Raises:
            ClusterError: nobody is left that could read one of them.
        """
        try:
            hosts = {host_of(worker) for worker in self._client.nthreads()}
        except Exception as error:
            raise ClusterError(f"--dask: the scheduler is gone ({type(error).__name__})") from error
        stranded = [
            self._places[index]
            for index in waiting
            if not hosts or (self._places[index].hosts or hosts).isdisjoint(hosts)
        ]
        if not stranded:
            self.has_seen()
        elif time.monotonic() - self._last_seen > PATIENCE_S:
            hosts_of_it = ", ".join(sorted(stranded[0].hosts or ())) or "the cluster"
            path = public_name(stranded[0].source.path)
            raise ClusterError(f"{path}: no worker is left on {hosts_of_it}, which has it")
