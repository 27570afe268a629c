"""Counts a failure once that was captured more than once.

On both sides of an address translation it is one connection. On both sides of a proxy there are
two, and the proxy's own client is harmed because the proxy was.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.proxies import find_passed_on, request_of
from netdiag.diagnosis.scene import Scene


def count_once(cases: Sequence[Case]) -> list[Case]:
    """The cases that stand for a failure of their own, in the order given."""
    return _without_consequences([_with_consequence(case) for case in _one_of_each(cases)])


def _one_of_each(cases: Sequence[Case]) -> list[Case]:
    """One case a connection, however many of its legs have one.

    That of the leg on which a request was harmed, then of the leg nearest to the client: it has
    what the client was told.
    """
    best: dict[int, Case] = {}
    for case in cases:
        name = int(case.story.scene.connections.same_as[case.story.connection])
        if name not in best or _weight(case, name) < _weight(best[name], name):
            best[name] = case
    chosen = {id(case) for case in best.values()}
    return [case for case in cases if id(case) in chosen]


def _weight(case: Case, nearest: int) -> tuple[bool, bool]:
    return not case.claim.harmed, case.story.connection != nearest


def _with_consequence(case: Case) -> Case:
    found = find_passed_on(case.story) if case.claim.harmed else None
    return case if found is None else replace(case, passed_on=found)


def _without_consequences(cases: list[Case]) -> list[Case]:
    """Leave out what a proxy's client suffered because of another of the cases."""
    explained = {
        _name(case.story.scene, case.passed_on.connection, case.passed_on.request)
        for case in cases
        if case.passed_on is not None and case.passed_on.sure
    }
    return [
        case
        for case in cases
        if (request := request_of(case.story)) < 0
        or _name(case.story.scene, case.story.connection, request) not in explained
    ]


def _name(scene: Scene, connection: int, request: int) -> tuple[int, int]:
    """The same for a request on every leg of its connection."""
    nearest = int(scene.connections.same_as[connection])
    return nearest, int(scene.traffic.segments.sequence[scene.segment(request)])
