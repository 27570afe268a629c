"""What the logs tell, in a few sentences."""

from __future__ import annotations

from netdiag.report.build.log_summary import summary, unreadable
from netdiag.report.log import SilentOccurrence
from tests.logs.making import event

SILENT = SilentOccurrence(
    finding=0,
    occurrence=0,
    connection="c1",
    capture=0,
    frame=1,
    reason="not-logged",
    because="",
)


def test_nothing_is_said_of_nothing() -> None:
    assert summary([], (), (), (), (), has_access=False) == "The logs tell of no failure."


def test_failures_that_no_line_tells_of_are_counted() -> None:
    events = [event(0), event(1)]
    assert (
        summary(events, (), (), (SILENT,), (), has_access=False) == "1 of 2 failures are in no log."
    )


def test_requests_that_can_not_be_read_matter_to_an_access_log_only() -> None:
    events = [event(0, target=b""), event(1)]
    assert unreadable(events) == 1
    hidden = "1 failed request can't be looked for in an access log: its path can't be read."
    assert summary(events, (), (), (), (), has_access=True) == hidden
    assert summary(events, (), (), (), (), has_access=False) == "The logs tell of no failure."
