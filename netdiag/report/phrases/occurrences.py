"""The columns in which occurrences are compared, and what stands in them.

How long a connection was idle before the server's close (before the request where no close was
seen), the frame of that close, how long after it the request came, its frame, what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from netdiag.language import N_, _, ngettext
from netdiag.report.phrases.words import day, frame_name, listed, more, seconds

if TYPE_CHECKING:
    from netdiag.report.finding import Occurrence, Outcome

_OUTCOMES: dict[Outcome, str] = {
    "reset": N_("reset"),
    "ignored": N_("ignored"),
    "unanswered": N_("unanswered"),
    "answered": N_("answered"),
    "closed": N_("closed"),
}


class Column(Struct, frozen=True):
    """One column of which something is known.

    Attributes:
        head: its label; empty above the names of connections.
        cells: one text an occurrence.
        number: whether its cells are compared as numbers, and stand right.
    """

    head: str
    cells: tuple[str, ...]
    number: bool


def columns(shown: Sequence[Occurrence], captures: int) -> list[Column]:
    """Lay occurrences out in columns; one of which nothing is known is left out."""
    rows = zip(*[_cells(entry, captures) for entry in shown], strict=True)
    return [
        Column(head, tuple(unknown if cell is None else cell for cell in cells), number)
        for (head, unknown, number), cells in zip(_heads(), rows, strict=True)
        if any(cells)
    ]


def title(total: int) -> str:
    """Name the section."""
    return ngettext("The occurrence", "The {n} occurrences", total).format(n=f"{total:,}")


def note(shown: Sequence[Occurrence]) -> str:
    """Say how to read the columns, and the day if all of them happened on one."""
    days = {day(event.time) for entry in shown if (event := entry.request or entry.close)}
    if len(days) == 1:
        words = _("on {day}, times in UTC, closes and requests by frame")
        return words.format(day=days.pop())
    return _("times in UTC, closes and requests by frame")


def hidden(n: int, listed: int) -> str:
    """Say how many are not shown, of which so many are in the JSON report."""
    partly = _("and {n} more, of which the JSON report lists {listed}")
    return more(n, listed, _("and {n} more, listed in the JSON report"), partly)


def _heads() -> tuple[tuple[str, str, bool], ...]:
    """Each column's label, what stands where nothing is known, and whether it holds numbers."""
    return (
        ("", "", True),
        (_("idle"), _("unknown"), True),
        (_("close"), _("not seen"), False),
        (_("after close"), "", True),
        (_("request"), _("none"), False),
        (_("outcome"), "", False),
    )


def _cells(entry: Occurrence, captures: int) -> tuple[str | None, ...]:
    close, request = entry.close, entry.request
    idle_s = entry.idle_before_close_s if close else entry.idle_before_reuse_s
    return (
        entry.connection,
        None if idle_s is None else seconds(idle_s),
        f"{frame_name(close.frame, close.capture, captures)} {close.flag}" if close else None,
        None if entry.after_close_s is None else seconds(entry.after_close_s),
        frame_name(request.frame, request.capture, captures) if request else None,
        _outcome(entry, captures),
    )


def _outcome(entry: Occurrence, captures: int) -> str:
    parts = [_(_OUTCOMES[entry.outcome])]
    if entry.reset is not None:
        frame = frame_name(entry.reset.frame, entry.reset.capture, captures)
        parts = [_("{outcome} in {frame}").format(outcome=parts[0], frame=frame)]
    if entry.retry is not None:
        parts.append(_("retry failed") if entry.retry.outcome == "failed" else _("retried"))
    if entry.passed_on is not None:
        status = entry.passed_on.status
        got = _("client got {status}").format(status=status)
        parts.append(_("passed on") if status is None else got)
    return listed(parts)
