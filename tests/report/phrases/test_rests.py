"""What stands below the frames of a ladder."""

from __future__ import annotations

from netdiag.report.finding import Side, Step, StepKind
from netdiag.report.phrases.rests import Rest, lingers, rests

OPEN = ("ESTABLISHED", "ESTABLISHED")
HALF = ("CLOSE_WAIT", "FIN_WAIT_2")


def step(at_s: float, sender: Side, kind: StepKind, states: tuple[str, str] = OPEN) -> Step:
    return Step(
        frame=1,
        capture=0,
        time="2026-01-01T00:00:00.000000Z",
        at_s=at_s,
        sender=sender,
        kind=kind,
        label="",
        client_state=states[0],
        server_state=states[1],
    )


def test_states_are_told_once_where_they_last_or_meet_a_request() -> None:
    told = [
        step(0, "client", "syn", ("SYN_SENT", "LISTEN")),
        step(0.1, "client", "request"),
        step(0.2, "server", "response"),
        step(5, "server", "fin", ("CLOSE_WAIT", "FIN_WAIT_1")),
        step(5.1, "client", "ack", HALF),
        step(5.2, "client", "request", HALF),
        step(5.3, "server", "rst", ("CLOSED", "CLOSED")),
    ]
    assert [rest.states for rest in rests(told)] == [False, False, True, False, True, False, True]
    assert [lingers(each) for each in told] == [False, False, False, True, True, True, False]


def test_a_silence_is_told_by_what_it_follows() -> None:
    told = [
        step(0, "client", "syn"),
        step(1, "client", "request"),
        step(3, "client", "ack"),
        step(5, "server", "response"),
        step(5.4, "client", "ack"),
        step(9, "server", "fin"),
    ]
    assert [rest.silence for rest in rests(told)] == [
        "1.00 s later",
        "2.00 s, no answer",
        "2.00 s, no answer",
        "",
        "3.60 s idle",
        "",
    ]


def test_of_nothing() -> None:
    assert list(rests([])) == []
    assert list(rests([step(0, "client", "request")])) == [Rest(states=True, silence="")]
