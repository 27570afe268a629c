"""`ExitStatus`: what the program tells the shell."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Every status that netdiag ends with."""

    # The captures were read and the report was written, whatever it says.
    ANALYSED = 0

    # The same, and the report holds a finding that `--fail-on` asked about.
    FOUND = 1

    # No report: wrong usage, no readable capture, no place to write to, or a bug. The reason is one
    # line on standard error.
    COULD_NOT = 2

    # Stopped with Ctrl-C: 128 + SIGINT, as shells count.
    INTERRUPTED = 130

    # Told to end by a signal, its half-written file removed: 128 + SIGTERM, 128 + SIGHUP.
    TERMINATED = 143
    HUNG_UP = 129

    # Whoever read our output has gone (`netdiag … | head`): 128 + SIGPIPE, as shells count.
    BROKEN_PIPE = 141
