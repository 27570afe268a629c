"""The sentences around the drawing of an occurrence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import N_, _, ngettext
from netdiag.report.phrases.words import day, frame_name, seconds

if TYPE_CHECKING:
    from netdiag.report.finding import FindingReport, Occurrence, Side
    from netdiag.report.model import Report

_RETRIES = {
    ("answered", True): N_(
        "Sent again {after} later on connection {connection}, in frame {frame}, and answered "
        "with {status}."
    ),
    ("answered", False): N_(
        "Sent again {after} later on connection {connection}, in frame {frame}, and answered."
    ),
    ("failed", True): N_(
        "Sent again {after} later on connection {connection}, in frame {frame}, and failed "
        "with {status}."
    ),
    ("failed", False): N_(
        "Sent again {after} later on connection {connection}, in frame {frame}, and failed."
    ),
    ("unknown", False): N_(
        "Sent again {after} later on connection {connection}, in frame {frame}."
    ),
}

FILTER = N_("Filter: {filter}")
SYMPTOM = N_("The client's log calls it: {symptom}")
SENDERS: dict[Side, str] = {"client": N_("client"), "server": N_("server")}


def example_of(finding: FindingReport) -> Occurrence | None:
    """The occurrence that a finding is told by: the first with a timeline."""
    return next((entry for entry in finding.occurrences if entry.timeline), None)


def example(report: Report, finding: FindingReport, told: Occurrence) -> list[str]:
    """Say which of the finding's connections is drawn, and how its frames are named."""
    total = finding.times
    words = _("Connection {connection}, on {day} (UTC).")
    if total > 1:
        words = _("Connection {connection}, one of {n}, on {day} (UTC).")
    which = words.format(connection=told.connection, n=f"{total:,}", day=day(told.timeline[0].time))
    sentences = [which]
    if len(report.captures) > 1:
        first = told.timeline[0]
        sentences.append(
            _("{name} is frame {frame} of {path}.").format(
                name=frame_name(first.frame, first.capture, len(report.captures)),
                frame=first.frame,
                path=report.captures[first.capture].path,
            )
        )
    return sentences


def ends(told: Occurrence) -> tuple[str, str]:
    """Name the client and the server of the connection."""
    return (
        _("client {address}").format(address=told.client),
        _("server {address}").format(address=told.server),
    )


def earlier(n: int) -> str:
    """Say how many steps come before those that are shown."""
    return ngettext(
        "({n} earlier step is not drawn)", "({n} earlier steps are not drawn)", n
    ).format(n=f"{n:,}")


def retried(told: Occurrence, captures: int) -> str | None:
    """Say that the request was sent again, and what came of that; None if it was not."""
    retry = told.retry
    if retry is None:
        return None
    known = retry.status is not None and retry.outcome != "unknown"
    return _(_RETRIES[retry.outcome, known]).format(
        after=seconds(retry.after_s),
        connection=retry.connection,
        frame=frame_name(retry.frame, retry.capture, captures),
        status=retry.status,
    )
