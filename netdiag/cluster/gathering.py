"""`Gathering`: captures reduced by the workers of a cluster, gathered in the order of the captures.

Made from who has which. Dask gives a task whose worker is lost to another worker; what nobody can
do any more is waited for only so long.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from netdiag.capture.remote import public_name
from netdiag.cluster.places import Place, host_of
from netdiag.cluster.tasks import reduce
from netdiag.cluster.wire import from_bytes
from netdiag.decode.aside import MakeSetter, keep_all
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.decode.tally import Tally
from netdiag.errors import ClusterError
from netdiag.language import current

LOOK_S = 2.0
"""So often the workers are counted."""
PATIENCE_S = 60.0
"""So long a capture waits for a worker of a host that has it: a nanny starts lost ones anew."""


class Gathering:
    """One run of all captures through a cluster."""

    def __init__(
        self,
        client: Any,
        places: Sequence[Place],
        marker: Marker,
        block_bytes: int,
        tally: Tally,
        make_setter: MakeSetter = keep_all,
    ) -> None:
        self._client = client
        self._places = places
        self._marker = marker
        self._block_bytes = block_bytes
        self._tally = tally
        self._make_setter = make_setter
        self._done: dict[int, Reduced] = {}
        self._failed: dict[int, Exception] = {}
        self._last_seen = time.monotonic()

    def run(self) -> list[Reduced]:
        """Have all of them reduced.

        Raises:
            CaptureError, LinkTypeError: of the first capture that can't be reduced.
            ClusterError: the workers or the scheduler are gone.
        """
        waiting = self._submit()
        self._read_here()
        while waiting and min(waiting.values()) < self._end():
            self._take_in(waiting)
        for future in waiting:
            future.cancel()
        if self._failed:
            raise self._failed[min(self._failed)]
        return [self._done[index] for index in range(len(self._places))]

    def _end(self) -> int:
        """Behind the first capture that failed, nothing matters any more."""
        return min(self._failed, default=len(self._places))

    def _submit(self) -> dict[Any, int]:
        """Hand out what workers can read, the largest first; the tasks and their captures."""
        run = uuid4().hex
        there = [index for index, place in enumerate(self._places) if place.hosts is not None]
        there.sort(key=lambda index: -self._places[index].bytes)
        return {
            self._client.submit(
                reduce,
                self._places[index].source,
                self._marker,
                self._block_bytes,
                current(),
                self._make_setter,
                key=f"netdiag-{run}-{index}",
                priority=-order,
                workers=sorted(self._places[index].hosts or ()) or None,
            ): index
            for order, index in enumerate(there)
        }

    def _read_here(self) -> None:
        for index, place in enumerate(self._places):
            if place.hosts is None and index < self._end():
                try:
                    self._done[index] = reduce_capture(
                        place.source,
                        self._marker,
                        self._block_bytes,
                        self._tally.of(index),
                        self._make_setter(),
                    )
                except Exception as error:
                    self._failed[index] = error

    def _take_in(self, waiting: dict[Any, int]) -> None:
        from distributed import wait  # noqa: PLC0415 - optional, and slow

        try:
            done = wait(list(waiting), timeout=LOOK_S, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            self._look_for_workers(waiting)
            return
        self._last_seen = time.monotonic()
        for future in done:
            index = waiting.pop(future)
            place = self._places[index]
            try:
                self._done[index] = from_bytes(future.result())
            except Exception as error:
                self._failed[index] = self._explained(error, place)
            self._tally.tell(index, place.bytes)
            future.release()

    def _look_for_workers(self, waiting: dict[Any, int]) -> None:
        """Complain when a capture has waited long for a worker that can read it.

        Raises:
            ClusterError: nobody is left that could.
        """
        try:
            hosts = {host_of(worker) for worker in self._client.nthreads()}
        except Exception as error:
            raise ClusterError(f"--dask: the scheduler is gone ({type(error).__name__})") from error
        stranded = [
            self._places[index]
            for index in waiting.values()
            if not hosts or (self._places[index].hosts or hosts).isdisjoint(hosts)
        ]
        if not stranded:
            self._last_seen = time.monotonic()
        elif time.monotonic() - self._last_seen > PATIENCE_S:
            hosts_of_it = ", ".join(sorted(stranded[0].hosts or ())) or "the cluster"
            path = public_name(stranded[0].source.path)
            raise ClusterError(f"{path}: no worker is left on {hosts_of_it}, which has it")

    def _explained(self, error: Exception, place: Place) -> Exception:
        """Dask's own errors as ours; those of the task as they are."""
        from distributed import KilledWorker  # noqa: PLC0415
        from distributed.client import CancelledError  # noqa: PLC0415

        path = public_name(place.source.path)
        if isinstance(error, KilledWorker):
            return ClusterError(
                f"{path}: the workers that read it died, one after another; memory may have run"
                " out: give them more, or fewer threads"
            )
        if isinstance(error, CancelledError):
            return ClusterError(f"{path}: the scheduler is gone, or gave the capture up")
        return error
