"""Asks every cause about every connection that looks as if something happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from netdiag.columns import Mask
from netdiag.diagnosis.case import Case
from netdiag.diagnosis.causes import CAUSES, Cause
from netdiag.diagnosis.counting import count_once
from netdiag.diagnosis.crowds import Crowds, find_crowds
from netdiag.diagnosis.scene import Scene
from netdiag.diagnosis.story import Story
from netdiag.diagnosis.telling import tell
from netdiag.diagnosis.torn import is_torn
from netdiag.diagnosis.unseen import lacks_octets
from netdiag.exchanges import CloseKind
from netdiag.timeouts import Reason, by_server

_RANK = {"error": 0, "warning": 1, "info": 2}
_SURE = {"high": 0, "medium": 1, "low": 2}
_LESS_SURE = {"high": "medium", "medium": "low", "low": "low"}

RISK = "timeout-mismatch"
RISKED = frozenset({"stale-keep-alive", "keep-alive-race"})
"""What comes of that risk, and has the same cure."""

ENOUGH_LACKING = 200
"""Where the capture lacks a part of so many, it is one of those that have lost much."""

FEWEST_RESENT = 2
"""Payload sent again less often than this tells of no silence."""


class Finding(Struct, frozen=True):
    """One cause on one server.

    Attributes:
        cause: the entry of the shelf.
        server: endpoint.
        severity: of the worst case.
        confidence: of the surest case among the worst; not high where packets of all these are
            missing from the capture.
        lacking: whether that is so.
        cases: those that were harmed first, then in capture order.
    """

    cause: Cause
    server: int
    severity: str
    confidence: str
    lacking: bool
    cases: tuple[Case, ...]


def diagnose(scene: Scene) -> tuple[Finding, ...]:
    """Name the causes, what matters most first."""
    crowds = find_crowds(scene)
    rows = np.flatnonzero(_candidates(scene, crowds))
    rows = rows[np.argsort(scene.connections.number[rows])]
    cases = [case for row in rows.tolist() if (case := _explain(tell(scene, crowds, row)))]
    groups: dict[tuple[str, int], list[Case]] = {}
    for case in count_once(cases):
        server = int(scene.connections.server[case.story.connection])
        groups.setdefault((case.cause.slug, server), []).append(case)
    shelf = {cause.slug: cause for cause in CAUSES}
    _drop_risks_that_came_true(groups)
    return rank(judge(shelf[slug], server, found) for (slug, server), found in groups.items())


def _explain(story: Story) -> Case | None:
    """What the first cause that claims it says."""
    for cause in CAUSES:
        claim = cause.explains(story)
        if claim is not None:
            if is_torn(story):  # what would tell otherwise may lie in the hole
                claim = replace(claim, confidence=_LESS_SURE[claim.confidence])
            if claim.harmed and story.may_be_farewell:
                if lacks_octets(story):  # the client's FIN may be among them
                    return None
                claim = replace(claim, confidence="low")
            return Case(cause, story, claim)
    return None


def _drop_risks_that_came_true(cases: dict[tuple[str, int], list[Case]]) -> None:
    """Leave out near misses of a client whose requests were lost in the same way."""
    came_true = {
        (server, case.story.client_host)
        for (slug, server), found in cases.items()
        if slug in RISKED
        for case in found
    }
    for key in [key for key in cases if key[0] == RISK]:
        cases[key] = [c for c in cases[key] if (key[1], c.story.client_host) not in came_true]
        if not cases[key]:
            del cases[key]


def rank(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What matters most first."""
    return tuple(sorted(findings, key=_weight))


def _candidates(scene: Scene, crowds: Crowds) -> Mask:
    """Connections worth a story: a loop over all of them would be felt."""
    endings, exchanges, reason = scene.endings, scene.exchanges, scene.reason
    before = endings.before_close
    unanswered = np.zeros(len(before), bool)
    unanswered[before >= 0] = ~exchanges.answered[before[before >= 0]]
    unanswered &= (endings.close >= 0) | _resent(scene, scene.traffic.from_client)
    closed = by_server(endings)
    candidate = (endings.after_close >= 0) | unanswered | _resent_answers(scene)
    candidate |= crowds.leaking | crowds.refused | crowds.near_misses
    in_common = (Reason.TOGETHER, Reason.REQUEST_LIMIT, Reason.AGE_LIMIT)
    candidate |= np.isin(reason, (*in_common, Reason.DISMISSED))
    candidate |= closed & np.isin(endings.close_kind, (CloseKind.RST, CloseKind.GOODBYE))
    candidate |= endings.truncated | crowds.timed_out
    candidate |= (scene.connections.server_rst >= 0) | (scene.connections.client_rst >= 0)
    considered: Mask = candidate & scene.considered & (reason != Reason.TUNNEL)
    return considered


def _resent_answers(scene: Scene) -> Mask:
    """Connections without an end on which the server sent payload again and again."""
    endings = scene.endings
    open_ended: Mask = (endings.close < 0) & (endings.client_end < 0)
    return open_ended & _resent(scene, ~scene.traffic.from_client)


def _resent(scene: Scene, direction: Mask) -> Mask:
    """Connections on which payload was sent again at least twice in that direction."""
    traffic = scene.traffic
    again = direction & (traffic.new_bytes == 0) & (traffic.length > 1)
    return traffic.groups.count(again) >= FEWEST_RESENT


def judge(cause: Cause, server: int, cases: Sequence[Case]) -> Finding:
    """One finding out of at least one case."""
    harmed = any(case.claim.harmed for case in cases)
    worst = [case for case in cases if case.claim.harmed] if harmed else cases
    surest = min((case.claim.confidence for case in worst), key=_SURE.__getitem__)
    lacking = surest == "high" and _lack_octets(worst)
    return Finding(
        cause=cause,
        server=server,
        severity=cause.severity if harmed else cause.harmless,
        confidence="medium" if lacking else surest,
        lacking=lacking,
        cases=tuple(sorted(cases, key=lambda case: not case.claim.harmed)),
    )


def _lack_octets(cases: Sequence[Case]) -> bool:
    """Whether the capture lacks a part of each of the surest; one that is whole is enough."""
    surest = (case for case in cases if case.claim.confidence == "high")
    return all(lacks_octets(case.story) for case in islice(surest, ENOUGH_LACKING))


def _weight(finding: Finding) -> tuple[int, int, int, int]:
    harmed = sum(case.claim.harmed for case in finding.cases)
    order = [cause.slug for cause in CAUSES].index(finding.cause.slug)
    return _RANK[finding.severity], _SURE[finding.confidence], -harmed, order
