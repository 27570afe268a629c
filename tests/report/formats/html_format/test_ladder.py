"""The rows of the page's ladder."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.formats.html_format.ladder import rungs
from tests.report.example import STALE

TOLD = STALE.occurrences[0]


def test_frames_states_and_gaps_in_order() -> None:
    rows = list(rungs(TOLD))
    assert [row.step.frame for row in rows if row.kind == "frame"] == [
        step.frame for step in TOLD.timeline
    ]
    assert [row.text for row in rows if row.kind == "gap"] == ["20.02 s idle", "5.11 s idle"]
    states = [
        (row.step.client_state, row.step.server_state) for row in rows if row.kind == "states"
    ]
    assert states == [
        ("ESTABLISHED", "ESTABLISHED"),
        ("CLOSE_WAIT", "FIN_WAIT_2"),
        ("CLOSED", "CLOSED"),
    ]


def test_close_wait_is_marked_until_the_reset() -> None:
    lingering = [row for row in rungs(TOLD) if row.lingers]
    assert [row.step.frame for row in lingering] == [41, 42, 42, 42, 57]
    (reuse,) = [row for row in rungs(TOLD) if row.is_reuse]
    assert reuse.step.frame == 57


def test_silence_after_a_request_is_no_idleness() -> None:
    steps = tuple(
        replace(step, at_s=step.at_s + (9 if step.frame == 58 else 0)) for step in TOLD.timeline
    )
    rows = rungs(replace(TOLD, timeline=steps))
    assert "9.00 s, no answer" in [row.text for row in rows]
