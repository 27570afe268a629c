"""The sentences around a ladder."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from netdiag.report.finding import RetryEvent, RetryOutcome
from netdiag.report.phrases import story
from tests.report.example import CAPTURE, EXAMPLE, STALE

TOLD = STALE.occurrences[0]
ONE = replace(STALE, occurrences=(TOLD,))


def test_which_connection_is_drawn() -> None:
    assert story.example_of(STALE) is TOLD
    assert story.example(EXAMPLE, STALE, TOLD) == ["Connection c17, one of 3, on 2017-05-12 (UTC)."]
    assert story.example(EXAMPLE, ONE, TOLD)[0] == "Connection c17, on 2017-05-12 (UTC)."


def test_how_frames_are_written_where_there_are_several_captures() -> None:
    other = replace(CAPTURE, path="other.pcap")
    first = replace(TOLD.timeline[0], capture=1)
    told = replace(TOLD, timeline=(first,))
    report = replace(EXAMPLE, captures=(CAPTURE, other))
    assert story.example(report, ONE, told)[1] == "2:28 is frame 28 of other.pcap."


@pytest.mark.parametrize("status", [None, 502])
@pytest.mark.parametrize("outcome", get_args(RetryOutcome))
def test_every_retry_has_its_sentence(outcome: RetryOutcome, status: int | None) -> None:
    retry = RetryEvent("c18", 61, 0, 0.4, outcome, status)
    sentence = story.retried(replace(TOLD, retry=retry), 1)
    end = {"answered": ", and answered", "failed": ", and failed", "unknown": ""}[outcome]
    with_status = f" with {status}" if status and end else ""
    assert sentence == (
        f"Sent again 400 ms later on connection c18, in frame 61{end}{with_status}."
    )


def test_not_sent_again() -> None:
    assert story.retried(replace(TOLD, retry=None), 1) is None


def test_how_many_steps_are_left_out() -> None:
    assert story.earlier(1) == "(1 earlier step is not drawn)"
    assert story.earlier(1200) == "(1,200 earlier steps are not drawn)"
