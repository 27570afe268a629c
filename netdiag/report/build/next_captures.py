"""Turns doubts into commands: where to record, what, and for how long.

All commands keep a ring of files, so that they can run until it has happened again; how they are
written is left to `netdiag.recording`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from netdiag.decode.addresses import port
from netdiag.diagnosis.diagnose import Finding
from netdiag.language import _, ngettext
from netdiag.language.clauses import alternatives
from netdiag.recording.packets import packet_filter
from netdiag.recording.tcpdump import FOLDER, Tcpdump
from netdiag.report.build.doubts import Doubt
from netdiag.report.build.subject import Subject
from netdiag.report.next_capture import NextCapture

SNAP_BYTES = 256
"""Enough for the head of most requests, and little of what people would not like to be recorded."""

MOST_CLIENTS = 3
TRANSLATED = frozenset({"silent-drop", "middlebox-reset", "lost-close"})
"""Causes behind which a box may be that translates addresses: the other end knows other ones."""

LEAST_S, MOST_S, ROUNDS = 600.0, 86_400.0, 20
"""Record for at least so long, and for so many times the idle time that matters, but no
longer than a day."""


def next_captures(
    subject: Subject, finding: Finding, doubts: Iterable[Doubt]
) -> tuple[NextCapture, ...]:
    """What to record next; nothing where nothing is open that a capture would settle."""
    ends = subject.ends_seen(finding.server)
    wanted = {place for doubt in doubts for place in doubt.at}
    span = _span(subject, finding)
    far = [end for end in ("client", "server") if end in wanted and end not in ends]
    if far:
        near = [end for end in ("client", "server") if end in ends]
        return tuple(_at(subject, finding, end, span, end in far) for end in far + near)
    if not wanted:
        return ()
    place = min(ends) if len(ends) == 1 else "here"
    why = _(
        "once more, both directions and from before the connections begin, for {time} or longer"
    ).format(time=span)
    name, packets = _filter(subject, finding, place)
    return (NextCapture(_("where this capture was taken"), why, _command(name, packets)),)


def _at(subject: Subject, finding: Finding, end: str, span: str, is_far: bool) -> NextCapture:
    """One end's recording, where both are to be compared or the other end is to be seen."""
    if is_far:
        why = _(
            "to see what arrives there and what is sent from there, for {time} or longer"
        ).format(time=span)
    else:
        why = _("at the same time, so that both can be analysed together")
    name, packets = _filter(subject, finding, end)
    host = subject.scene.addresses.host
    if end == "server":
        where = _("on the server {server}").format(server=host(finding.server))
        return NextCapture(where, why, _command(name, packets))
    clients = [host(client) for client in _clients(finding)]
    shown = alternatives(clients[:MOST_CLIENTS])
    if len(clients) > MOST_CLIENTS:
        more = len(clients) - MOST_CLIENTS
        where = _("on the client {clients} or {n} more").format(clients=shown, n=more)
    else:
        where = _("on the client {clients}").format(clients=shown)
    return NextCapture(where, why, _command(name, packets))


def _filter(subject: Subject, finding: Finding, end: str) -> tuple[str, str]:
    """The file's name and the filter (pcap-filter(7)) for one end."""
    host = subject.scene.addresses.host
    ports = [port(finding.server)]
    if end != "server":
        name = "netdiag-client" if end == "client" else "netdiag"
        return name, packet_filter([host(finding.server)], ports)
    clients = _clients(finding)
    if finding.cause.slug in TRANSLATED or len(clients) > MOST_CLIENTS:
        return "netdiag-server", packet_filter([], ports)
    return "netdiag-server", packet_filter([host(client) for client in clients], ports)


def _command(name: str, packets: str) -> str:
    path = PurePath(FOLDER, f"{name}.pcap")
    return Tcpdump(packets=packets, path=path, snap_bytes=SNAP_BYTES).line


def _clients(finding: Finding) -> list[int]:
    """The finding's clients, as endpoints with port 0, in the order of the cases."""
    clients = (case.story.client_host for case in finding.cases)
    return list(dict.fromkeys(clients))


def _span(subject: Subject, finding: Finding) -> str:
    """For how long to record: many times the idle time after which it happens."""
    timeout = subject.scene.timeouts.servers.get(finding.server)
    known = [0.0 if timeout is None else timeout.estimate_s or 0.0]
    idle = [case.story.idle_ns / 1e9 for case in finding.cases]
    longest_s = max(LEAST_S, min(ROUNDS * max(known + idle), MOST_S))
    minutes = round(longest_s / 60)
    if minutes < 120:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours = round(minutes / 60)
    return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
