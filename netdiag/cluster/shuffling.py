"""`Shuffling`: captures that follow on each other, reduced and shuffled by a cluster's workers.

What each capture is reduced to stays with its worker, but for its times of what was settled. Its
rows are parted by connection, the parts of the same connections in all captures are joined by one
worker, what has become settled then is set aside there (`netdiag.cluster.pieces`), and what is left
is gathered. Where connections are short there is nothing to join: then all rows are gathered.
"""

from __future__ import annotations

from operator import getitem
from typing import Any

from msgspec.structs import replace

from netdiag.cluster.gathering import Gathering, explained
from netdiag.cluster.patience import LOOK_S
from netdiag.cluster.pieces import Portion, put_together
from netdiag.cluster.tasks import part, reduce_apart, settled, troubled
from netdiag.cluster.wire import from_bytes
from netdiag.decode.reduced import Reduced
from netdiag.decode.several import overlap
from netdiag.errors import ClusterError

ENOUGH_ROWS = 1_000_000
"""Fewer rows are joined by who asks in about a second, and in less than shuffling takes."""
TO_STAY = 12_000
"""So many rows of a capture stay at least: those that tell where it was taken, and what they are
parts of. More than that are there of more than a thousand connections."""
WORTH = 0.3
"""With less of the rows on connections that go on from capture to capture, little is settled."""
ROWS = 1_000_000
"""So many rows are joined by one task: with the tables made of them some 300 MB."""
MOST_PARTS = 400_000
"""So many parts of captures at most: each costs the scheduler and who asks 2.3 ms and 9 kB. Where
there would be more, the tasks that join them have more rows instead."""


class Shuffling(Gathering):
    """One run of captures through a cluster."""

    def run(self) -> list[Reduced]:
        """Have all of them reduced, and what is settled among them set aside.

        Raises:
            CaptureError, LinkTypeError: of the first capture that can't be reduced.
            ClusterError: the workers or the scheduler are gone.
        """
        self._rows: dict[int, Any] = {}
        self._counts: dict[int, tuple[int, int]] = {}
        heads = super().run()
        if overlap(heads):
            return heads  # whoever asks has them read once more, and kept whole
        if self._is_worth_it():
            return self._shuffled(heads)
        return [self._whole(index, head) for index, head in enumerate(heads)]

    def _ask(self, index: int, priority: int) -> Any:
        both = self._reduced(reduce_apart, index, priority)
        self._rows[index] = self._client.submit(getitem, both, 1, key=f"{both.key}-rows")
        return self._client.submit(getitem, both, 0, key=f"{both.key}-head")

    def _take(self, index: int, result: Any) -> Reduced:
        head, rows, going_on = result
        self._counts[index] = rows, going_on
        return from_bytes(head)

    def _is_worth_it(self) -> bool:
        if len(self._rows) < max(len(self._places), 2):
            return False  # what was read here is here
        rows = sum(rows for rows, _ in self._counts.values())
        going_on = sum(rows for _, rows in self._counts.values())
        settled_rows = going_on - TO_STAY * len(self._places)
        return rows >= ENOUGH_ROWS and settled_rows >= WORTH * rows

    def _whole(self, index: int, head: Reduced) -> Reduced:
        """A capture with all the rows that are left of it."""
        if index not in self._rows:
            return head
        (rows,) = self._results([self._rows.pop(index)])
        made = from_bytes(rows)
        return replace(head, segments=made.segments, samples=made.samples)

    def _shuffled(self, heads: list[Reduced]) -> list[Reduced]:
        count = tasks_for(sum(rows for rows, _ in self._counts.values()), len(heads))
        pieces = [self._parts_of(index, count) for index in range(len(heads))]
        numbers = range(count)
        of_captures = [[piece[number] for piece in pieces] for number in numbers]
        failures = [self._do(troubled, f"troubled-{n}", of_captures[n]) for n in numbers]
        rest = [self._do(settled, f"settled-{n}", of_captures[n], failures) for n in numbers]
        self._rows.clear()
        portions: list[list[Portion]] = [[] for _ in heads]
        for found in self._results(rest):
            for portion, (data, *others) in zip(portions, found, strict=True):
                portion.append(Portion(from_bytes(data), *others))
        return [put_together(head, of) for head, of in zip(heads, portions, strict=True)]

    def _parts_of(self, index: int, count: int) -> list[Any]:
        rows = self._rows[index]
        if count == 1:
            return [rows]
        parts = self._do(part, f"part-{index}", rows, count)
        return [self._do(getitem, f"part-{index}-{n}", parts, n) for n in range(count)]

    def _do(self, task: Any, name: str, *arguments: Any) -> Any:
        return self._client.submit(task, *arguments, key=f"netdiag-{self._run}-{name}")

    def _results(self, futures: list[Any]) -> list[Any]:
        """What comes of tasks, in their order.

        Raises:
            ClusterError: the workers or the scheduler are gone.
        """
        from distributed import wait  # noqa: PLC0415 - optional, and slow

        waiting = set(futures)
        while waiting:
            try:
                waiting = wait(
                    list(waiting), timeout=LOOK_S, return_when="FIRST_COMPLETED"
                ).not_done
                self._patience.has_seen()
            except TimeoutError:
                self._patience.look(range(len(self._places)))
        try:
            return [future.result() for future in futures]
        except ClusterError:
            raise
        except Exception as error:
            raise explained(error, "--dask") from error


def tasks_for(rows: int, captures: int) -> int:
    """How many tasks join so many rows of so many captures."""
    return min(1 + rows // ROWS, max(MOST_PARTS // captures, 1))
