"""What happened, with the ladder and the timeline."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.finding import Occurrence
from netdiag.report.formats.markdown_format import story
from netdiag.report.model import Report
from netdiag.report.page import Page
from tests.report.example import CAPTURE, EXAMPLE, QUIET, STALE, TIMELINE

from .conftest import Write
from .rendered import fences, tables

TOLD = STALE.occurrences[0]


def telling(told: Occurrence) -> Report:
    finding = replace(STALE, occurrences=(told,))
    return replace(EXAMPLE, findings=(finding,))


def test_the_ladder_is_a_block_of_code(write: Write) -> None:
    ((language, ladder),) = fences(write(story.write, EXAMPLE))
    assert language == ""
    assert "├─ GET /rates/EUR HTTP/1.1 ─" in ladder
    assert max(map(len, ladder.splitlines())) <= 80


def test_the_timeline_has_a_row_for_each_step(write: Write) -> None:
    (table,) = tables(write(story.write, EXAMPLE))
    assert table.heads == (
        "time (UTC)",
        "since start",
        "frame",
        "sent by",
        "what",
        "client's state",
        "server's state",
    )
    assert len(table.rows) == len(TIMELINE)
    assert table.rows[5] == (
        "11:39:22.160231",
        "20.038 s",
        "41",
        "server",
        "FIN, ACK",
        "CLOSE_WAIT",
        "FIN_WAIT_1",
    )


def test_a_long_timeline_is_shown_by_its_end(write: Write) -> None:
    text = write(story.write, telling(replace(TOLD, timeline=TIMELINE * 10)))
    assert len(tables(text)[0].rows) == 24
    assert text.count("(66 earlier steps are not drawn)") == 2


def test_frames_name_their_capture_where_there_are_several(write: Write) -> None:
    text = write(story.write, replace(EXAMPLE, captures=(CAPTURE, CAPTURE)))
    assert "`1:28` is frame 28 of `incident.pcap`." in text
    assert tables(text)[0].rows[5][2] == "1:41"


def test_filter_and_symptom_can_be_copied(write: Write) -> None:
    text = write(story.write, EXAMPLE)
    assert "Filter: `tcp.stream eq 16`" in text
    assert f"The client's log calls it: `{TOLD.symptom}`" in text
    assert "in frame 61, and answered with 200." in text


def test_fences_are_longer_than_what_is_in_them(write: Write) -> None:
    step = replace(TIMELINE[2], label="GET /````")
    text = write(story.write, telling(replace(TOLD, timeline=(step,))))
    assert "\n`````\n" in text
    assert len(fences(text)) == 1


def test_ascii(write: Write) -> None:
    assert write(story.write, EXAMPLE, Page(unicode=False)).isascii()


def test_without_a_timeline_there_is_no_drawing(write: Write) -> None:
    text = write(story.write, telling(replace(TOLD, timeline=())))
    assert not fences(text)
    assert "### How we know" in text
    assert write(story.write, QUIET) == ""
