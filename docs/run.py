"""Runs commands of netdiag for the pages that show them, and cuts out what they show.

    shown("netdiag analyze fixtures/pcaps/stale.pcapng", desk).cut(begin="HOW WE KNOW")

A command runs as a reader would run it, in a folder that has the repository's `fixtures` in it and
whatever earlier commands of the same page have written. How it is put on the page is left to
`docs.directive`.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
ELLIPSIS = "…"
TIME_LIMIT_S = 300


class CommandError(Exception):
    """A command can't be shown: the message says which one, and why."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command printed, standard output and standard error as they came, and its status."""

    command: str
    text: str
    status: int

    def cut(
        self, begin: str | None = None, until: str | None = None, head: int | None = None
    ) -> str:
        """Take the lines from the first that begins with `begin` to the one before `until`.

        Spaces before a line do not count. What was left out at either end becomes an ellipsis.

        Raises:
            CommandError: no line begins so, or nothing is left.
        """
        lines = self.text.splitlines()
        first = 0 if begin is None else self._line(lines, begin, 0)
        last = len(lines) if until is None else self._line(lines, until, first + 1)
        if head is not None:
            last = min(last, first + head)
        taken = [line.rstrip() for line in lines[first:last]]
        while taken and not taken[-1]:
            taken.pop()
        if not taken:
            raise CommandError(f"nothing to show of '{self.command}'")
        before = [ELLIPSIS] if first > 0 else []
        after = [ELLIPSIS] if any(line.strip() for line in lines[last:]) else []
        return "\n".join([*before, *taken, *after])

    def _line(self, lines: list[str], start: str, first: int) -> int:
        for number in range(first, len(lines)):
            if lines[number].strip().startswith(start):
                return number
        raise CommandError(f"'{self.command}' prints no line that begins with '{start}'")


@dataclass(slots=True)
class Desk:
    """A folder in which the commands of one page run, one after the other.

    Attributes:
        folder: where they run.
        done: what was run here.
        elsewhere: what was run on desks on which nothing had been written, neither before nor by
            it: that would be the same here.
    """

    folder: Path
    elsewhere: dict[str, Shown]
    done: dict[str, Shown] = field(default_factory=dict)

    def run(self, command: str) -> Shown:
        """Run a command line of netdiag, once.

        Raises:
            CommandError: it is no command of netdiag, or takes too long.
        """
        if command not in self.done:
            shown = self.elsewhere.get(command) if self._is_clear() else None
            self.done[command] = shown or self._run(command)
            if self._is_clear():
                self.elsewhere[command] = self.done[command]
        return self.done[command]

    def _is_clear(self) -> bool:
        return len(list(self.folder.iterdir())) == 1

    def _run(self, command: str) -> Shown:
        program, *arguments = shlex.split(command)
        if program != "netdiag":
            raise CommandError(f"'{command}': only commands of netdiag can be run")
        surroundings = {**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        surroundings.pop("LANGUAGE", None)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "netdiag", *arguments],
                cwd=self.folder,
                env={**surroundings, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=TIME_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CommandError(f"'{command}' takes more than {TIME_LIMIT_S} s") from None
        return Shown(command, done.stdout.decode("utf-8"), done.returncode)


@contextmanager
def desk(elsewhere: dict[str, Shown]) -> Iterator[Desk]:
    """A desk with the repository's captures on it; cleared away at the end."""
    with TemporaryDirectory(prefix="netdiag-docs-") as folder:
        (Path(folder) / "fixtures").symlink_to(ROOT / "fixtures")
        yield Desk(Path(folder), elsewhere)
