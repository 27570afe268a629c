"""`run_here`: records on this host, with a line that says how far it is and one that sums it up.

From a `Plan` with one step; the run itself is left to `netdiag.recording.run`. All that is said
goes to standard error: standard output is for the report.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from netdiag.language import _, ngettext
from netdiag.recording.amounts import duration_text, size_text
from netdiag.recording.checks import check_host, find_tcpdump
from netdiag.recording.plan import AS_ROOT, FOLLOWABLE, Plan
from netdiag.recording.run import Recording, record

if TYPE_CHECKING:
    from netdiag.recording.run import Progress


def run_here(plan: Plan) -> tuple[Path, ...]:
    """Record, and return the files, the oldest first.

    Raises:
        RecordingError: this host can't.
    """
    # With -Z root the files belong to whoever runs this, whatever the folder.
    command = replace(plan.steps[0].command, options=(*FOLLOWABLE, *AS_ROOT))
    program = find_tcpdump()
    check_host(program, command)
    limit = "" if command.duration_s is None else duration_text(command.duration_s)
    _say(
        _("recording to {path}* for {duration}; Ctrl-C ends it").format(
            path=command.path, duration=limit
        )
        if limit
        else _("recording to {path}*; Ctrl-C ends it").format(path=command.path)
    )
    with _Meter() as meter:
        done = record(program, command, meter)
    for line in summary(done):
        _say(line)
    return done.files


def summary(done: Recording) -> list[str]:
    """What came of it, and what to do next."""
    packets = done.totals.captured
    size = sum(file.stat().st_size for file in done.files)
    lines = [
        ngettext(
            "{n} packet in {duration}, {size}",
            "{n} packets in {duration}, {size}",
            packets or 0,
        ).format(
            n="?" if packets is None else f"{packets:,}",
            duration=duration_text(done.seconds),
            size=size_text(size),
        )
    ]
    dropped = (done.totals.dropped or 0) + (done.totals.missed or 0)
    if dropped:
        lines.append(
            ngettext(
                "{n} packet was dropped before tcpdump had it: narrow the filter (--host, --port)"
                " or shorten --snap-length; what is missing may look like a lost packet",
                "{n} packets were dropped before tcpdump had them: narrow the filter (--host,"
                " --port) or shorten --snap-length; what is missing may look like lost packets",
                dropped,
            ).format(n=f"{dropped:,}")
        )
    if packets == 0:
        lines.append(_("nothing passed the filter; is it the right host, port and interface?"))
    elif done.files:
        names = " ".join(quote(str(file)) for file in done.files)
        lines.append(f"netdiag analyze {names}")
    return lines


def _say(text: str) -> None:
    click.echo(text, err=True)


class _Meter:
    """A line on the terminal: packets so far, time left."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, packets: int, left_s: float | None) -> None:
        if not self._shown:
            return
        text = ngettext("{n} packet", "{n} packets", packets).format(n=f"{packets:,}")
        if left_s is not None:
            text += "  " + _("{left} left").format(left=f"{left_s:.0f} s")
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
