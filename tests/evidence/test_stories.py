"""What proves one occurrence."""

from __future__ import annotations

from netdiag.diagnosis.retries import find_retry
from netdiag.evidence.gathering import Gathering
from netdiag.evidence.notes import Part
from netdiag.evidence.stories import add_story
from tests.recorded import Examined, examine


def parts(examined: Examined, slug: str, number: int = 0) -> dict[int, Part]:
    """What is wanted of one case, and as what."""
    gathering = Gathering(examined.subject)
    add_story(gathering, examined.cases(slug)[number], number + 1)
    wanted = gathering.finish()
    assert all(len(notes) == 1 for notes in wanted.notes)
    return {
        row: notes[0].part for row, notes in zip(wanted.rows.tolist(), wanted.notes, strict=True)
    }


def test_a_stale_connection() -> None:
    examined = examine("tomcat-stale-20s")
    found = parts(examined, "stale-keep-alive")
    story = examined.story("stale-keep-alive")
    assert found[story.close] is Part.IDLE_CLOSE
    assert found[story.request] is Part.REQUEST_TOLD
    assert story.reset is not None
    assert found[story.reset.row] is Part.RESET
    told = [row for row, part in found.items() if part is Part.TOLD]
    assert len(told) == 1
    assert story.close < told[0] < story.request
    assert {Part.CLIENT_SYN, Part.SERVER_SYN} <= set(found.values())
    assert {Part.REQUEST_BEFORE, Part.RESPONSE_BEFORE} <= set(found.values())


def test_a_retry_on_another_connection() -> None:
    examined = examine("node-default-clients")
    cases = examined.cases("stale-keep-alive")
    number = next(i for i, case in enumerate(cases) if find_retry(case.story))
    retry = find_retry(cases[number].story)
    assert retry is not None
    found = parts(examined, "stale-keep-alive", number)
    assert found[retry.row] is Part.RETRY
    of = examined.scene.traffic.groups.of_row
    assert {int(of[row]) for row in found} == {cases[number].story.connection, retry.connection}
