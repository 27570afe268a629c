"""Every column: what the report says of the same connection, and what tshark says."""

from __future__ import annotations

import re

import pytest

from netdiag.errors import SelectionError
from netdiag.listing import COLUMNS, column_named
from netdiag.listing.columns import help_text
from netdiag.report.build.connections import connections
from netdiag.report.model import ConnectionReport
from tests.connections import tshark
from tests.listing.listed import all_rows
from tests.recorded import examine, names, recorded

SHARED = [name for name in ConnectionReport.__struct_fields__ if name != "states"]


@pytest.mark.parametrize("name", names()[::3])
def test_what_reports_have_too_is_the_same(name: str) -> None:
    found = examine(name)
    reports = connections(found.subject, range(len(found.scene.connections)))
    rows = all_rows(name)
    assert len(rows) == len(reports)
    for row, report in zip(rows, reports, strict=True):
        assert {key: row[key] for key in SHARED} == {key: getattr(report, key) for key in SHARED}
        last = report.states[-1]
        assert (row["client_state"], row["server_state"]) == (last.client, last.server)
        assert row["bytes"] == row["bytes_to_server"] + row["bytes_to_client"]


def test_causes_are_those_of_the_findings() -> None:
    found = examine("nginx-stale")
    flagged = {
        found.subject.connection_id(case.story.connection): finding.cause.slug
        for finding in found.findings
        for case in finding.cases
    }
    rows = all_rows("nginx-stale")
    assert {row["id"]: row["causes"][0] for row in rows if row["causes"]} == flagged


def test_legs_of_a_translation_name_the_one_nearest_to_the_client() -> None:
    name = "early-answers-nat-client"
    found = examine(name)
    same_as, number = found.scene.connections.same_as, found.scene.connections.number
    expected = {
        f"c{int(number[c]) + 1}": f"c{int(number[same]) + 1}" if same != c else None
        for c, same in enumerate(same_as.tolist())
    }
    assert {row["id"]: row["leg_of"] for row in all_rows(name)} == expected


@tshark.needed
@pytest.mark.parametrize("name", ["nginx-stale", "server-restart", "heavy-port-reuse"])
def test_streams_are_wiresharks(name: str) -> None:
    streams = tshark.stream_numbers(recorded(name).path)
    for row in all_rows(name):
        assert streams[row["first_frame"]] == row["stream"]


def test_names() -> None:
    assert column_named("idle", "--sort").name == "longest_idle_s"
    assert column_named("duration", "--sort").name == "duration_s"
    assert column_named("close_wait_s", "--sort") is column_named("close_wait", "--sort")
    with pytest.raises(SelectionError, match=r"--sort: expected a column .* did you mean 'client'"):
        column_named("cleint", "--sort")


def test_help_describes_every_column() -> None:
    described = re.findall(r"^(\w+)  +\S", help_text(), re.M)
    assert described == [column.name for column in COLUMNS]
