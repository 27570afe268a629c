"""`summary`: what the logs tell, in a few sentences."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.language import _, ngettext
from netdiag.language.clauses import sentences_of
from netdiag.logs.event import Event
from netdiag.report.log import AccessStatement, LogMatch, SilentOccurrence, UnexplainedLine


def summary(
    events: Sequence[Event],
    matches: tuple[LogMatch, ...],
    unexplained: tuple[UnexplainedLine, ...],
    silent: tuple[SilentOccurrence, ...],
    access: tuple[AccessStatement, ...],
    *,
    has_access: bool,
) -> str:
    """Count lines and failures that fit, and those that do not."""
    sentences = []
    lines = len(matches) + len(unexplained)
    if lines:
        text = ngettext(
            "{k} of {n} error line is a failure in this capture.",
            "{k} of {n} error lines are failures in this capture.",
            lines,
        )
        sentences.append(text.format(k=len(matches), n=lines))
    if silent:
        text = ngettext(
            "{k} of {n} failure is in no log.", "{k} of {n} failures are in no log.", len(events)
        )
        sentences.append(text.format(k=len(silent), n=len(events)))
    missed = sum(statement.reached is False for statement in access)
    if missed:
        text = ngettext(
            "{n} failed request never reached the server.",
            "{n} failed requests never reached the server.",
            missed,
        )
        sentences.append(text.format(n=missed))
    hidden = unreadable(events)
    if hidden and has_access:
        text = ngettext(
            "{n} failed request can't be looked for in an access log: its path can't be read.",
            "{n} failed requests can't be looked for in an access log: their paths can't be read.",
            hidden,
        )
        sentences.append(text.format(n=hidden))
    return sentences_of(sentences) or _("The logs tell of no failure.")


def unreadable(events: Sequence[Event]) -> int:
    """How many requests can't be looked for in an access log."""
    return sum(event.request_ns is not None and not event.target for event in events)
