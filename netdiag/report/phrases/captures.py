"""What a report was made from: its captures, and what was odd about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import N_, _, ngettext
from netdiag.report.phrases.words import clock, day, span

if TYPE_CHECKING:
    from netdiag.report.model import CaptureReport, ProblemReport, Report

_PLACES = {
    "client": N_("taken at the client: {evidence}"),
    "server": N_("taken at the server: {evidence}"),
    "middle": N_("taken between client and server: {evidence}"),
    "unknown": N_("taken at an unknown place: {evidence}"),
}


def contents(capture: CaptureReport) -> str:
    """Say how much a capture holds, and of when."""
    if capture.first_time is None:
        words = ngettext(
            "{n} packet, {tcp} of them TCP", "{n} packets, {tcp} of them TCP", capture.packets
        )
        return words.format(n=f"{capture.packets:,}", tcp=f"{capture.tcp_packets:,}")
    return ngettext(
        "{n} packet, {tcp} of them TCP; {duration} from {start} UTC",
        "{n} packets, {tcp} of them TCP; {duration} from {start} UTC",
        capture.packets,
    ).format(
        n=f"{capture.packets:,}",
        tcp=f"{capture.tcp_packets:,}",
        duration=span(capture.duration_s),
        start=f"{day(capture.first_time)} {clock(capture.first_time)[:8]}",
    )


def place(capture: CaptureReport) -> str:
    """Say where it was taken, and how we know."""
    words = _(_PLACES[capture.vantage])
    if len(capture.vantage_ends) > 1:
        words = _("taken at both ends: {evidence}")
    return words.format(evidence=capture.vantage_evidence)


def connections(report: Report) -> str:
    """Say how many connections all captures hold."""
    n = report.connections_total
    words = ngettext("{n} TCP connection in all", "{n} TCP connections in all", n)
    return words.format(n=f"{n:,}")


def problems(report: Report) -> list[str]:
    """Say what was odd, in which capture where there are several."""
    several = len(report.captures) > 1
    return [
        f"{capture.path}: {_problem(problem)}" if several else _problem(problem)
        for capture in report.captures
        for problem in capture.problems
    ]


def _problem(problem: ProblemReport) -> str:
    text = f"{problem.code}: {problem.detail}"
    if problem.frame is not None:
        text = _("{problem} (frame {frame})").format(problem=text, frame=problem.frame)
    if problem.count > 1:
        words = ngettext("{problem}, {n} time", "{problem}, {n} times", problem.count)
        text = words.format(problem=text, n=f"{problem.count:,}")
    return text
