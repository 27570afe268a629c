"""Says what the capture can't show, so that nobody takes silence for proof."""

from __future__ import annotations

import numpy as np

from netdiag.exchanges import Protocol
from netdiag.language import N_, _
from netdiag.report.build.subject import Subject
from netdiag.report.finding import Side

SHORT_SNAP_BYTES = 200
"""Below this, the heads of HTTP messages are cut."""

INTERRUPTED, STILL_WRITTEN = "interrupted", "still-written"
"""Problems that are none of the file's."""

TLS_HIDES = N_(
    "What TLS carries can't be read: requests and alerts are told apart by the length and position "
    "of their records."
)


def limits(subject: Subject) -> tuple[str, ...]:
    """One sentence for each thing that is out of the capture's sight, whatever was found."""
    sentences = [
        *_of_selection(subject),
        *_of_directions(subject),
        *_of_beginnings(subject),
        *_of_legs(subject),
        *_of_payload(subject),
    ]
    codes = {p.code for capture in subject.captures for p in capture.problems}
    if INTERRUPTED in codes:
        sentences.insert(
            0,
            _(
                "Reading was interrupted, and this report is on a part of the input only: what "
                "comes behind that is not in it."
            ),
        )
    if codes - {INTERRUPTED, STILL_WRITTEN}:
        sentences.append(_("A part of the input could not be read; see the problems."))
    sentences.append(
        _(
            "Requests that failed in the client's own kernel never reached the wire: the client's "
            "log may show more failures than this report."
        )
    )
    return tuple(sentences)


def only_direction(subject: Subject) -> Side | None:
    """Whose packets alone were captured, or None where both sides' (or nothing) were."""
    scene = subject.scene
    sent_by_client = scene.traffic.from_client
    if not scene.considered.all():
        sent_by_client = sent_by_client[scene.considered[scene.traffic.groups.of_row]]
    sent = np.count_nonzero(sent_by_client)
    if len(sent_by_client) == 0 or 0 < sent < len(sent_by_client):
        return None
    return "client" if sent else "server"


_ONE_DIRECTION: dict[Side | None, str] = {
    "client": N_(
        "Only packets from clients to servers were captured: what the other side said and when it "
        "closed is not known, and nothing can be proven. Capture both directions."
    ),
    "server": N_(
        "Only packets from servers to clients were captured: what the other side said and when it "
        "closed is not known, and nothing can be proven. Capture both directions."
    ),
}


def _of_selection(subject: Subject) -> list[str]:
    """Says that not all of the capture was asked for: what is wrong with the rest isn't told."""
    considered = subject.scene.considered
    if considered.all():
        return []
    return [
        _(
            "Only {n} of {total} connections were looked at, those that were asked for: what "
            "became of the others is not in this report."
        ).format(n=int(considered.sum()), total=len(considered))
    ]


def _of_directions(subject: Subject) -> list[str]:
    side = only_direction(subject)
    return [] if side is None else [_(_ONE_DIRECTION[side])]


def _of_beginnings(subject: Subject) -> list[str]:
    scene = subject.scene
    missing = int((scene.considered & (scene.connections.syn < 0)).sum())
    total = scene.connections_total
    if missing == 0:
        return []
    if total == 1:
        return [
            _(
                "The connection began before the capture did: how many exchanges it had, and who "
                "opened it, is a guess."
            )
        ]
    return [
        _(
            "{n} of {total} connections began before the capture did: how many exchanges they "
            "had, and who opened them, is a guess."
        ).format(n=missing, total=total)
    ]


def _of_legs(subject: Subject) -> list[str]:
    scene = subject.scene
    legs = int((scene.considered & ~scene.is_first_leg).sum())
    if legs == 0:
        return []
    return [
        _(
            "{n} of {total} connections are others seen once more behind an address translation: "
            "servers and clients are listed with both names."
        ).format(n=legs, total=scene.connections_total)
    ]


def _of_payload(subject: Subject) -> list[str]:
    scene = subject.scene
    sentences = []
    if ((scene.speech.protocol == Protocol.TLS) & scene.considered).any():
        sentences.append(_(TLS_HIDES))
    return [*sentences, *of_snap_length(subject)]


def of_snap_length(subject: Subject) -> list[str]:
    """What a short snap length hides."""
    snaps = [capture.info.snap_length for capture in subject.captures]
    if not any(0 < snap < SHORT_SNAP_BYTES for snap in snaps):
        return []
    return [
        _(
            "Packets were cut after {n} bytes: HTTP heads are not whole, so announced closes and "
            "truncated responses may go unseen."
        ).format(n=min(s for s in snaps if s))
    ]


def of_lost_octets(count: int) -> str:
    """Says that packets of so many connections, all that a finding rests on, are missing."""
    if count == 1:
        return _(
            "The sequence numbers of this one show that packets of it are missing from the "
            "capture: an answer or a close that would change what is said here may be among them."
        )
    return _(
        "The sequence numbers of these connections show that packets of them are missing from the "
        "capture: answers or closes that would change what is said here may be among them."
    )
