"""`Held`: the rows of a capture while it is read, and the samples that they refer to."""

from __future__ import annotations

import numpy as np

from netdiag.decode.aside import Setter
from netdiag.decode.growth import GrowingTable
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments


class Held:
    """Grows block by block; now and then what nobody wants is let go of.

    What is over lies by itself: nothing moves it again before the capture's end.
    """

    def __init__(self) -> None:
        self._table, self._samples = GrowingTable(Segments.empty()), Samples()
        self._over, self._over_samples = GrowingTable(Segments.empty()), Samples()

    def __len__(self) -> int:
        """How many rows aren't over."""
        return len(self._table)

    def add(self, segments: Segments, samples: Samples) -> None:
        """Add the next rows, whose samples are numbered from 0."""
        self._table.add(segments, "sample", self._samples.take_in(samples))

    def set_aside(self, setter: Setter) -> None:
        """Let go of rows that `setter` doesn't want, and of the samples that only they have."""
        rows = self._table.so_far()
        kept, done = setter.sort_out(rows, self._samples)
        if done.any():
            over = rows.take(done)
            samples, over.sample[:] = self._samples.taken(over.sample)
            self._over.add(over, "sample", self._over_samples.take_in(samples))
            kept &= ~done
        elif kept.all():
            return
        self._table.keep(np.flatnonzero(kept))
        sample = self._table.so_far().sample
        sample[:] = self._samples.keep(sample)

    def finish(self) -> tuple[Segments, Samples]:
        """All rows in the order of their frames, and their samples; nothing can be added then."""
        if len(self._over) == 0:
            return self._table.finish(), self._samples
        over, rows = self._over.so_far(), self._table.so_far()
        first = self._over_samples.take_in(self._samples)
        rows.sample[rows.sample >= 0] += np.int32(first)
        order = np.argsort(np.concatenate([over.frame, rows.frame]), kind="stable")
        del over, rows
        return self._over.finish_with(self._table, order), self._over_samples
