"""How much is kept."""

from __future__ import annotations

from itertools import pairwise

from netdiag.analysis import Examination, Options
from netdiag.evidence.choosing import Request, choose
from netdiag.evidence.notes import Part
from netdiag.evidence.widths import Width, gather
from tests.recorded import examine


def rows(name: str, request: Request, width: Width) -> set[int]:
    examined = examine(name)
    whole = Examination(examined.subject, examined.findings, Options())
    return set(gather(examined.subject, choose(whole, request), width).rows.tolist())


def test_each_width_keeps_what_the_one_before_does() -> None:
    kept = [rows("server-restart", Request(), width) for width in Width]
    assert all(one <= other for one, other in pairwise(kept))


def test_everything_is_everything_where_that_is_little() -> None:
    scene = examine("server-restart").scene
    assert rows("server-restart", Request(), Width.EVERYTHING) == set(range(len(scene.traffic)))


def test_a_connection_that_was_asked_for_is_whole_and_alone() -> None:
    table = examine("tomcat-stale-20s").scene.connections
    c = table.number.tolist().index(2)
    expected = {*range(int(table.start[c]), int(table.stop[c]))}
    kept = rows("tomcat-stale-20s", Request(connections=("c3",)), Width.TELLING)
    last = len(examine("tomcat-stale-20s").scene.traffic)
    assert expected <= kept
    assert len(kept - expected) <= 2 < last


def test_what_is_kept_for_the_verdict_only_says_so() -> None:
    examined = examine("tomcat-stale-20s")
    whole = Examination(examined.subject, examined.findings, Options())
    wanted = gather(examined.subject, choose(whole, Request(occurrence=1)), Width.EVERYTHING)
    causes = {(note.cause, note.number) for notes in wanted.notes for note in notes}
    assert causes == {("stale-keep-alive", 1), (None, 0)}
    assert Part.CONTEXT in {note.part for notes in wanted.notes for note in notes}
