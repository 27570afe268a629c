"""The sentences about logs: how clocks differ, why a line is an occurrence, why another is none."""

from __future__ import annotations

from netdiag.language import N_, _, ngettext
from netdiag.logs.access import Sighting
from netdiag.logs.clock import Clock
from netdiag.logs.event import Event
from netdiag.logs.match import Match, Unmatched
from netdiag.logs.zones import OFFSETS_S
from netdiag.report.build.clock import in_words

ZONE_SIZED_S = 120
"""A skew that is so near a difference between two zones is more likely that."""

_WHY = {
    "names-client": N_("it names the client's own port"),
    "names-request": N_("it names the request"),
    "only-one": N_("nothing else happened that it could be"),
    "alike": N_("others at that time are as likely: taken in their order"),
    "other-words": N_("its words are more usual for another failure"),
    "clock-unknown": N_("how far the clocks differ is not known"),
}
_UNEXPLAINED = {
    "no-time": N_("neither the line nor one above it says when it was written"),
    "elsewhere": N_("the capture has no connection to the server that it names"),
    "other-kind": N_("what failed then in the capture was of another kind: {connection}, {away}"),
    "taken": N_("what failed then in the capture is told by other lines: {connection}, {away}"),
    "healthy": N_("the connections to the server that it names show no failure at that time"),
    "no-failure": N_(
        "the capture shows no failure at that time; the nearest is {connection}, {away}"
    ),
}
_NOTHING = N_("the capture shows no failure that a client would log")
_SILENT = {
    "absorbed": N_(
        "The request was answered after a retry, which many clients log at DEBUG or not at all."
    ),
    "not-covered": N_("No log has lines from that time."),
    "not-logged": N_("The log has lines from that time, and none of them tells of this failure."),
}


def told_skew(clock: Clock) -> str:
    """How far the log's clock is from the capture's."""
    if clock.skew is None:
        return _(
            "not determined: too few lines agree with the capture, or they agree in several ways"
        )
    estimate = clock.skew.estimate_ns / 1e9
    words = ngettext(
        "the log is {skew} ahead of the capture ({low} to {high}, from {n} line)",
        "the log is {skew} ahead of the capture ({low} to {high}, from {n} lines)",
        clock.skew.pairs,
    )
    if estimate < 0:
        words = ngettext(
            "the log is {skew} behind the capture ({low} to {high}, from {n} line)",
            "the log is {skew} behind the capture ({low} to {high}, from {n} lines)",
            clock.skew.pairs,
        )
    text = words.format(
        skew=in_words(abs(estimate)),
        low=signed(clock.skew.low_ns),
        high=signed(clock.skew.high_ns),
        n=clock.skew.pairs,
    )
    if is_zone_sized(clock):
        text += _("; that is the difference between two time zones: is the log's zone right?")
    return text


def is_zone_sized(clock: Clock) -> bool:
    """Whether the skew is as large as the difference between two zones."""
    if clock.skew is None or clock.basis == "fitted":
        return False
    seconds = clock.skew.estimate_ns / 1e9
    return any(offset and abs(abs(seconds) - offset) <= ZONE_SIZED_S for offset in OFFSETS_S)


def signed(duration_ns: int) -> str:
    """A duration with its sign: ``+12 ms``."""
    return ("-" if duration_ns < 0 else "+") + in_words(abs(duration_ns) / 1e9)


def why_matched(match: Match) -> str:
    """Why an entry is that event."""
    reasons = [_(_WHY[each]) for each in match.why]
    if match.again:
        reasons.append(_("another line tells of it, too"))
    return "; ".join(reasons)


def why_unmatched(unmatched: Unmatched, connection: str | None) -> str:
    """Why an entry is no event."""
    away = in_words(abs(unmatched.away_ns) / 1e9)
    if unmatched.reason == "outside":
        if unmatched.away_ns < 0:
            return _("it was written {away} before the capture begins").format(away=away)
        return _("it was written {away} after the capture ends").format(away=away)
    if unmatched.reason == "no-failure" and connection is None:
        return _(_NOTHING)
    before = _("{away} earlier") if unmatched.away_ns > 0 else _("{away} later")
    text = _(_UNEXPLAINED[unmatched.reason])
    return text.format(connection=connection, away=before.format(away=away))


def silence_of(event: Event, *, covered: bool) -> tuple[str, str]:
    """Why no line may tell of an event: a slug and a sentence."""
    reason = "absorbed" if event.absorbed else "not-logged" if covered else "not-covered"
    return reason, _(_SILENT[reason])


def told_access(
    sighting: Sighting, line: int | None, status: int | None, *, taken: bool = False
) -> str:
    """Whether a request reached the server; `taken`: its host has acknowledged it."""
    if line is not None:
        text = _("It reached the server: line {line} of its access log, status {status}.")
        return text.format(line=line, status=status)
    if sighting.is_telling and taken:
        text = _(
            "The access log has no line for it, but for {found} of the {neighbours} requests around"
            " it that were answered; the server's host took it before the connection ended, and"
            " many servers log only what they have answered."
        )
    elif sighting.is_telling:
        text = _(
            "It never reached the server: its access log has no line for it, but for {found} of"
            " the {neighbours} requests around it that were answered."
        )
    elif sighting.neighbours:
        text = _(
            "The access log has no line for it; that says little, as it has only {found} of the"
            " {neighbours} requests around it that were answered."
        )
    else:
        text = _("The access log has no line for it, nor is there any other request around it.")
    return text.format(found=sighting.found, neighbours=sighting.neighbours)
