"""The ladder: arrows, gaps, states."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.connection_view import Rung
from netdiag.report.finding import Occurrence, Step
from netdiag.report.formats.terminal_format.ladder import Remarks, draw, draw_rungs
from netdiag.report.formats.terminal_format.paper import Paper
from netdiag.report.page import PLAIN, Page
from tests.report.example import OPEN, STALE, TIMELINE, fold, step

from .conftest import Write

TOLD = STALE.occurrences[0]


def of(*steps: Step) -> Occurrence:
    return replace(TOLD, timeline=steps)


def drawn(text: str) -> list[str]:
    """Take what is drawn between the two sides, without the head and the margin."""
    return [line[38:] for line in text.splitlines()[1:]]


def test_a_request_and_its_response(write: Write) -> None:
    text = write(
        draw,
        of(
            step(1, "11:00:00.000000", 0.0, "client", "request", "GET / HTTP/1.1", OPEN),
            step(2, "11:00:00.010000", 0.01, "server", "response", "200", OPEN),
        ),
        1,
    )
    assert text == (
        "  frame  time            since start  client                              server\n"
        "      1  11:00:00.000000     0.000 s  ├─ GET / HTTP/1.1 ──────────────────────▶│\n"
        "      2  11:00:00.010000     0.010 s  │◀───────────────────────────────── 200 ─┤\n"
        "                                      │ ESTABLISHED                ESTABLISHED │\n"
    )


def test_silence_is_idle_unless_the_client_waits(write: Write) -> None:
    asked = step(1, "11:00:00", 0.0, "client", "request", "GET /", OPEN)
    acked = step(2, "11:00:00", 0.1, "server", "ack", "ACK", OPEN)
    again = step(3, "11:00:02", 2.0, "client", "retransmission", "GET /", OPEN)
    answered = step(4, "11:00:03", 3.0, "server", "response", "200", OPEN)
    closed = step(5, "11:00:23", 23.0, "server", "fin", "FIN", ("CLOSE_WAIT", "FIN_WAIT_1"))
    text = write(draw, of(asked, acked, again, answered, closed), 1)
    assert "1.90 s, no answer" in text
    assert "1.00 s, no answer" in text
    assert "20.00 s idle" in text


def test_the_clients_side_is_heavy_while_it_is_in_close_wait(write: Write) -> None:
    lines = drawn(write(draw, TOLD, 1))
    assert [line[0] for line in lines] == list("├││├│├┊┃┣┃┃┣││")
    assert [line[0] for line in drawn(write(draw, TOLD, 1, page=Page(unicode=False)))] == list(
        "||||||:#####||"
    )


def test_states_are_drawn_where_they_last_or_meet_a_request(write: Write) -> None:
    text = write(draw, TOLD, 1)
    assert [line.split()[1] for line in drawn(text) if line[2:4].isupper() and "_" in line] == [
        "CLOSE_WAIT"
    ]
    assert "SYN_SENT" not in text


def test_retransmissions_look_different(write: Write) -> None:
    text = write(draw, of(step(1, "11:00:00", 0.0, "client", "retransmission", "again", OPEN)), 1)
    assert "├╌ again ╌╌" in text


def test_long_stories_are_shown_by_their_end(write: Write) -> None:
    text = write(draw, of(*(TIMELINE * 10)), 1)
    assert "(66 earlier steps are not drawn)" in text
    assert text.rstrip().endswith("CLOSED │")


def test_frames_of_several_captures(write: Write) -> None:
    later = replace(TIMELINE[-1], capture=1)
    assert "2:58" in write(draw, of(*TIMELINE[:-1], later), 2)


def test_wide_pages_keep_the_sides_in_sight(write: Write) -> None:
    text = write(draw, TOLD, 1, page=Page(width=200))
    assert max(len(line) for line in text.splitlines()) < 100


def rungs(*told: Rung, remarks: Remarks) -> list[str]:
    paper = Paper(PLAIN)
    return drawn(paper.print(draw_rungs(told, remarks, 1, paper)))


def test_a_fold_is_a_line_between_the_sides_and_gaps_count_from_its_end() -> None:
    asked = step(1, "11:00:00", 0.0, "client", "request", "GET /", OPEN)
    bulk = fold(2, 40, 0.01, 4.0)
    asked_again = step(41, "11:00:09", 9.0, "client", "request", "GET /", OPEN)
    lines = rungs(asked, bulk, asked_again, remarks=Remarks(fold=lambda f: f"{f.frames} frames"))
    assert lines == [
        "├─ GET / ───────────────────────────────▶│",
        "┊               39 frames                ┊",
        "│ ESTABLISHED                ESTABLISHED │",
        "┊              5.00 s idle               ┊",
        "├─ GET / ───────────────────────────────▶│",
    ]


def test_notes_stand_below_their_frame() -> None:
    lines = rungs(
        step(1, "11:00:00", 0.0, "client", "request", "GET /", OPEN),
        step(2, "11:00:00", 0.1, "server", "rst", "RST", ("CLOSED", "CLOSED")),
        remarks=Remarks(notes={(2, 0): ["a note that is far too long for one line of the ladder"]}),
    )
    assert lines[-3:] == [
        "│ a note that is far too long for one    │",
        "│ line of the ladder                     │",
        "│ CLOSED                          CLOSED │",
    ]
