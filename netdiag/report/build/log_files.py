"""Builds `LogFile`s: what a log looks like, and how its clock goes."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.language import _, ngettext
from netdiag.logs.clock import Clock
from netdiag.logs.correlate import LaidOver
from netdiag.logs.drift import find_drift
from netdiag.logs.entry import ReadLog
from netdiag.logs.event import Event
from netdiag.logs.stamps import Stamp
from netdiag.logs.zones import written
from netdiag.report.build.clock import rfc3339, seconds
from netdiag.report.build.log_words import told_skew
from netdiag.report.escape import visible
from netdiag.report.log import LogFile, LogSkew


def log_file(laid: LaidOver, events: Sequence[Event]) -> LogFile:
    """One log and its clock."""
    log, clock = laid.log, laid.clock
    return LogFile(
        path=log.path,
        formats=log.formats,
        lines=log.lines,
        errors=len(log.entries),
        access_lines=log.access_count,
        first_time=None if log.first is None else written_at(clock, log.first),
        last_time=None if log.last is None else written_at(clock, log.last),
        zone=_zone(clock),
        zone_basis=clock.basis,
        skew=_skew(laid, events),
        server=laid.access.server,
        requests_found=laid.access.found,
        requests=laid.access.answered,
        problems=_problems(log),
    )


def _skew(laid: LaidOver, events: Sequence[Event]) -> LogSkew:
    shift = laid.clock.skew
    told = told_skew(laid.clock)
    if shift is None:
        return LogSkew(None, None, None, 0, None, told)
    drift = find_drift(laid, events)
    if drift is not None:
        told += _("; it grows by {drift} s an hour").format(drift=f"{drift:+.2f}")
    numbers = seconds(shift.estimate_ns), seconds(shift.low_ns), seconds(shift.high_ns)
    return LogSkew(*numbers, shift.pairs, drift, told)


def _zone(clock: Clock) -> str | None:
    if clock.basis == "written":
        return None
    if clock.zone is not None:
        return clock.zone.name
    return written(clock.zone_s) if clock.zone_s else "UTC"


def _problems(log: ReadLog) -> tuple[str, ...]:
    problems = []
    if log.first is None:
        problems.append(_("no line of it has a time that can be read: is it a log?"))
    if log.damage:
        problems.append(visible(log.damage))
    if log.cut_lines:
        text = ngettext(
            "{n} line is longer than a megabyte; the rest of it was not read",
            "{n} lines are longer than a megabyte; the rest of them was not read",
            log.cut_lines,
        )
        problems.append(text.format(n=log.cut_lines))
    if log.left_out:
        text = ngettext(
            "{n} more error line was counted, but not compared",
            "{n} more error lines were counted, but not compared",
            log.left_out,
        )
        problems.append(text.format(n=log.left_out))
    return tuple(problems)


def written_at(clock: Clock, stamp: Stamp) -> str:
    """When a line was written as it says itself, in UTC."""
    digits = 9 if stamp.resolution_ns < 1000 else 6
    return rfc3339(clock.utc_ns(stamp) - stamp.resolution_ns // 2, digits)
