"""`Tally`: how much of several files has been read, whoever reads them."""

from __future__ import annotations

from netdiag.decode.reduced import Progress


class Tally:
    """Adds up what is read of several files, for whoever wants to know the sum."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done: dict[int, int] = {}

    def of(self, index: int) -> Progress | None:
        """What to tell of one of the files; None if nobody wants to know."""
        return None if self._progress is None else lambda done: self.tell(index, done)

    def tell(self, index: int, done: int) -> None:
        """So many bytes of this file have been read."""
        self._done[index] = done
        if self._progress is not None:
            self._progress(sum(self._done.values()))
