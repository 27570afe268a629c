"""Says what a capture can't prove about one finding, and at which end that could be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.story import Story
from netdiag.diagnosis.torn import is_torn
from netdiag.exchanges import CloseKind, Protocol
from netdiag.language import N_, _, ngettext
from netdiag.report.build.limits import TLS_HIDES, of_lost_octets, of_snap_length
from netdiag.report.build.subject import Subject
from netdiag.timeouts import IdleTimeout

Place = Literal["client", "server", "here"]

SOON_NS = 3_000_000_000
"""An answer that was not there when the capture ended this soon after the request may have come:
Linux has by then sent the request again three times."""

FEW_CLOSES = 3
"""Fewer closes than this are no habit."""

ABOUT_THE_TIMEOUT = frozenset(
    {"stale-keep-alive", "keep-alive-race", "idle-reset", "close-wait-leak", "timeout-mismatch"}
)


class Doubt(Struct, frozen=True):
    """Something open.

    Attributes:
        text: one sentence.
        at: where a capture would settle it: at an end, or here once more; empty where none would.
    """

    text: str
    at: tuple[Place, ...] = ()


def doubts(subject: Subject, finding: Finding) -> tuple[Doubt, ...]:
    """What the capture can't prove about a finding, the weightiest first."""
    stories = [case.story for case in finding.cases]
    ends = subject.ends_seen(finding.server)
    return (
        *_of_cause(finding, stories, ends),
        *_of_holes(stories),
        *_of_losses(finding),
        *_of_beginnings(stories),
        *_of_the_end(stories),
        *_of_the_timeout(subject, finding),
        *_of_payload(subject, stories),
    )


def _of_cause(finding: Finding, stories: list[Story], ends: frozenset[str]) -> Iterator[Doubt]:
    if {"client", "server"} <= ends:
        if finding.cause.slug in _WHY:
            yield Doubt(_(_WHY[finding.cause.slug]))
        return
    slug = finding.cause.slug
    if slug == "lost-close":
        yield _of_lost_close(stories, ends)
    elif slug in _ON_THE_WAY:
        other: tuple[Place, ...] = ("server",) if "client" in ends else ("client",)
        yield Doubt(_(_ON_THE_WAY[slug]), other if ends else ("client", "server"))
    elif slug in _BY_WHOM and "server" not in ends:
        yield Doubt(_(_BY_WHOM[slug]), ("server",))
    elif slug == "request-timeout" and "client" not in ends:
        yield Doubt(
            _(
                "Whether the client never sent the rest of its request, or it was lost on the way, "
                "shows only at the client."
            ),
            ("client",),
        )
    if slug in _WHY:
        yield Doubt(_(_WHY[slug]))


def _of_lost_close(stories: list[Story], ends: frozenset[str]) -> Doubt:
    sent = any(story.close >= 0 and story.close_kind is CloseKind.FIN for story in stories)
    if "server" in ends and sent:
        return Doubt(
            _(
                "The server sent its FIN and nobody acknowledged it: where on the way it was lost, "
                "and whether the client ever got it, shows only at the client."
            ),
            ("client",),
        )
    if "server" in ends:
        return Doubt(
            _(
                "The server's host ended the connections without a packet: whether it was "
                "restarted, or something in front of the program forgot them, is in its logs."
            ),
        )
    return Doubt(
        _(
            "No close was captured: whether the server sent a FIN that was lost on the way, or "
            "none at all (a crash, a failover, a box that forgot the connection), shows only at "
            "the server."
        ),
        ("client", "server"),
    )


_ON_THE_WAY = {
    "silent-drop": N_(
        "Where the packets were dropped, on the way there or back, can't be told from "
        "one place: what one end sends must be looked for at the other."
    ),
    "middlebox-reset": N_(
        "Which box sent the reset, and whether it told the other end as well, "
        "can't be told from one place."
    ),
}

_BY_WHOM = {
    "idle-reset": N_(
        "That the server itself sent these resets, and no box in front of it, is told "
        "from their shape; the proof is at the server."
    ),
    "connection-refused": N_(
        "Whether the server's host refused the connection or a firewall did in "
        "its name is shown at the server, by whether the SYN arrives there."
    ),
    "server-abort": N_(
        "That the server itself ended these connections, and no box in front of it, "
        "is proven only at the server."
    ),
    "response-truncated": N_(
        "That the server itself ended these connections, and no box in front of "
        "it, is proven only at the server."
    ),
}

_WHY = {
    "server-abort": N_("Why the server gave up is in its own log, not on the wire."),
    "response-truncated": N_("Why the response ended early is in the server's own log."),
    "server-restart": N_("Why the connections ended together is in the server's own log."),
    "idle-reset": N_(
        "The requests that failed next never reached the wire: the client's log has them."
    ),
}


def _of_holes(stories: list[Story]) -> Iterator[Doubt]:
    torn = sum(is_torn(story) for story in stories)
    if torn:
        if len(stories) == 1:
            sentence = _(
                "The capture is damaged, and a part of this one may lie in what could not be read: "
                "an answer or a close that would change what is said here."
            )
        else:
            sentence = _(
                "The capture is damaged, and a part of {n} of these {total} connections may lie in "
                "what could not be read: an answer or a close that would change what is said here."
            )
        yield Doubt(sentence.format(n=torn, total=len(stories)), ("here",))


def _of_losses(finding: Finding) -> Iterator[Doubt]:
    if finding.lacking:
        yield Doubt(of_lost_octets(len(finding.cases)), ("here",))


def _of_beginnings(stories: list[Story]) -> Iterator[Doubt]:
    missing = sum(not story.syn_seen for story in stories)
    if missing:
        if len(stories) == 1:
            sentence = _(
                "This one began before the capture did: what it had carried, and for how long it "
                "had been idle, may be unknown."
            )
        else:
            sentence = _(
                "{n} of these {total} connections began before the capture did: what they had "
                "carried, and for how long they had been idle, may be unknown."
            )
        yield Doubt(sentence.format(n=missing, total=len(stories)), ("here",))


def _of_the_end(stories: list[Story]) -> Iterator[Doubt]:
    cut = sum(
        story.request >= 0
        and story.outcome in {"unanswered", "ignored"}
        and story.close < 0
        and story.scene.end_ns - story.scene.time_ns(story.request) < SOON_NS
        for story in stories
    )
    if cut:
        yield Doubt(
            ngettext(
                "The capture ends within {seconds} s of {n} of these requests: an answer may still "
                "have come.",
                "The capture ends within {seconds} s of {n} of these requests: answers may still "
                "have come.",
                cut,
            ).format(seconds=SOON_NS // 1_000_000_000, n=cut),
            ("here",),
        )


def _of_the_timeout(subject: Subject, finding: Finding) -> Iterator[Doubt]:
    if finding.cause.slug not in ABOUT_THE_TIMEOUT:
        return
    timeout = subject.scene.timeouts.servers.get(finding.server)
    closes = 0 if timeout is None else timeout.closes
    if finding.server in subject.scene.ended_in_one_moment:
        yield Doubt(
            _(
                "All idle closes of the server came within one moment, after different idle "
                "times: a restart could look the same."
            ),
            ("here",),
        )
    if closes == 0:
        yield Doubt(_("No idle close measured the server's timeout."), ("here",))
    elif not _is_consistent(timeout):
        yield Doubt(
            _(
                "No single timeout explains the server's closes: several servers behind one "
                "address, or more than one setting, would."
            )
        )
    elif closes < FEW_CLOSES:
        yield Doubt(
            ngettext(
                "The server's timeout rests on one idle close; three would show a habit.",
                "The server's timeout rests on {n} idle closes; three would show a habit.",
                closes,
            ).format(n=closes),
            ("here",),
        )


def _is_consistent(timeout: IdleTimeout | None) -> bool:
    return timeout is not None and timeout.consistent


def _of_payload(subject: Subject, stories: list[Story]) -> Iterator[Doubt]:
    if any(story.protocol is Protocol.TLS for story in stories):
        yield Doubt(_(TLS_HIDES))
    else:
        yield from (Doubt(sentence, ("here",)) for sentence in of_snap_length(subject))
