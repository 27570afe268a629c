"""The occurrences in a table."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.finding import Occurrence
from netdiag.report.formats.markdown_format import occurrences
from netdiag.report.model import Report
from tests.report.example import EXAMPLE, QUIET, STALE

from .conftest import Write
from .rendered import tables

FIRST = STALE.occurrences[0]


def having(*entries: Occurrence) -> Report:
    finding = replace(STALE, occurrences=entries)
    return replace(EXAMPLE, findings=(finding,))


def test_each_has_its_row(write: Write) -> None:
    text = write(occurrences.write, EXAMPLE)
    assert text.startswith("### The 3 occurrences\n\non 2017-05-12, times in UTC")
    (table,) = tables(text)
    assert len(table.rows) == 3
    assert dict(zip(table.heads, table.rows[0], strict=True)) == {
        "connection": "c17",
        "time": "11:39:27.267",
        "client": "10.0.0.5:51234",
        "idle": "20.024 s",
        "close": "41 FIN",
        "after close": "5.107 s",
        "request": "57",
        "outcome": "reset in 58, retried",
        "sent": "GET /rates/EUR?day=2017-05-12 HTTP/1.1",
        "filter": "tcp.stream eq 16",
    }


def test_bars_stay_in_their_cell(write: Write) -> None:
    assert FIRST.request is not None
    request = replace(FIRST.request, summary="GET /a|b||\\| HTTP/1.1")
    (table,) = tables(write(occurrences.write, having(replace(FIRST, request=request))))
    assert table.rows[0][-2] == "GET /a|b||\\| HTTP/1.1"


def test_of_many_the_first_ten_are_listed(write: Write) -> None:
    text = write(occurrences.write, having(*[FIRST] * 1234))
    assert len(tables(text)[0].rows) == 10
    assert text.endswith("and 1,224 more, listed in the JSON report")


def test_without_a_request(write: Write) -> None:
    entry = replace(FIRST, request=None, close=None, idle_before_reuse_s=None)
    (table,) = tables(write(occurrences.write, having(entry)))
    assert table.rows[0][1] == ""
    assert table.rows[0][-2] == ""


def test_nothing_found(write: Write) -> None:
    assert write(occurrences.write, QUIET) == ""
    assert write(occurrences.write, having()) == ""
