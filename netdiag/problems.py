"""Oddities of the input, as named and counted values: never a crash, never silence."""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One kind of oddity in one capture.

    Attributes:
        code: a slug that never changes its meaning, such as ``truncated-file``.
        detail: one sentence: what was found, and what was done about it.
        frame: 1-based number of the first frame concerned, or None where no frame is.
        count: how many frames (or bytes, where the detail says so) are concerned.
    """

    code: str
    detail: str
    frame: int | None = None
    count: int = 1


MOST_EACH = 16
"""So many oddities of one code have an entry each."""


class ProblemLog:
    """Collects problems of one capture, one entry a code: the first detail and frame, the sum.

    Memory is bound by the number of codes, whatever the capture holds.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Problem] = {}

    def add(self, code: str, detail: str, frame: int | None = None, count: int = 1) -> None:
        """Count `count` more oddities of this code; the first detail and frame are kept."""
        if count <= 0:
            return
        known = self._entries.get(code)
        if known is None:
            self._entries[code] = Problem(code, detail, frame, count)
        else:
            self._entries[code] = Problem(code, known.detail, known.frame, known.count + count)

    def add_each(self, code: str, detail: str) -> None:
        """An entry for each oddity of this code, as each has its place in the file.

        From `MOST_EACH` on they are counted with the last one.
        """
        known = min(sum(entry.code == code for entry in self._entries.values()), MOST_EACH - 1)
        key = f"{code} {known}"
        entry = self._entries.get(key)
        count = 1 if entry is None else entry.count + 1
        self._entries[key] = Problem(code, detail if entry is None else entry.detail, None, count)

    def entries(self) -> tuple[Problem, ...]:
        """All problems in the order in which their codes first appeared."""
        return tuple(self._entries.values())
