"""`ProgressLine`: one line on the terminal that says how far a long analysis has come.

From the calls that the analysis makes while it reads. Shown only on a terminal and only once the
work has taken a second; standard output is never touched.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from netdiag.report.escape import visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_S = 1.0


class ProgressLine:
    """A callable for the analysis: ``progress(what, done, total)``, in bytes or any other unit."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._wanted = sys.stderr.isatty()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Show that `done` of `total` (None where that isn't known) is done of `what`."""
        if not self._wanted or time.monotonic() - self._start < PATIENCE_S:
            return
        if self._bar is None:
            self._bar = _start_bar()
            self._task = self._bar.add_task("", total=None)
        assert self._task is not None
        self._bar.update(self._task, description=visible(what), completed=done, total=total)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def _start_bar() -> Progress:
    from rich.console import Console  # noqa: PLC0415 - slow to import, seldom needed
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn  # noqa: PLC0415

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.start()
    return bar
