"""`Gathering`: captures reduced by the workers of a cluster, gathered in the order of the captures.

Made from who has which. Dask gives a task whose worker is lost to another worker; what nobody can
do any more is waited for only so long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from netdiag.capture.urls import public_name
from netdiag.cluster.patience import LOOK_S, Patience
from netdiag.cluster.places import Place
from netdiag.cluster.tasks import reduce
from netdiag.cluster.wire import from_bytes
from netdiag.decode.aside import MakeSetter, keep_all
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.decode.tally import Tally
from netdiag.errors import ClusterError
from netdiag.language import current


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
        self._run = uuid4().hex
        self._patience = Patience(client, places)

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
        there = [index for index, place in enumerate(self._places) if place.hosts is not None]
        there.sort(key=lambda index: -self._places[index].bytes)
        return {self._ask(index, -order): index for order, index in enumerate(there)}

    def _ask(self, index: int, priority: int) -> Any:
        """Have a worker that can read it reduce a capture."""
        return self._reduced(reduce, index, priority)

    def _reduced(self, task: Callable[..., Any], index: int, priority: int) -> Any:
        return self._client.submit(
            task,
            self._places[index].source,
            self._marker,
            self._block_bytes,
            current(),
            self._make_setter,
            key=f"netdiag-{self._run}-{index}",
            priority=priority,
            workers=sorted(self._places[index].hosts or ()) or None,
        )

    def _take(self, index: int, result: Any) -> Reduced:
        """What came of it."""
        del index
        return from_bytes(result)

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
            self._patience.look(waiting.values())
            return
        self._patience.has_seen()
        for future in done:
            index = waiting.pop(future)
            place = self._places[index]
            try:
                self._done[index] = self._take(index, future.result())
            except Exception as error:
                self._failed[index] = explained(error, public_name(place.source.path))
            self._tally.tell(index, place.bytes)
            future.release()


def explained(error: Exception, path: str) -> Exception:
    """Dask's own errors as ours; those of the task as they are."""
    from distributed import KilledWorker  # noqa: PLC0415
    from distributed.client import CancelledError  # noqa: PLC0415

    if isinstance(error, KilledWorker):
        return ClusterError(
            f"{path}: the workers that read it died, one after another; memory may have run"
            " out: give them more, or fewer threads"
        )
    if isinstance(error, CancelledError):
        return ClusterError(f"{path}: the scheduler is gone, or gave the capture up")
    return error
