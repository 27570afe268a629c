"""Conditions agree with what plain Python makes of the same rows."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.errors import SelectionError
from netdiag.listing import COLUMNS, Kind, Wanted, parse_condition
from tests.listing.listed import all_rows, ids, listed, rows_of
from tests.recorded import examine

CAPTURES = ("server-restart", "mariadb-idle-reset", "early-answers-nat-client")
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
NUMBERS = [c.name for c in COLUMNS if c.kind in {Kind.COUNT, Kind.DURATION}]
TEXTS = [c.name for c in COLUMNS if c.kind in {Kind.WORD, Kind.ENDPOINT}]


def expected(name: str, relation: str, value: object) -> list[str]:
    """The ids of the connections of which it holds."""
    holds = OPERATORS[relation]
    rows = all_rows(*CAPTURES)
    if relation in {"=", "!="}:
        return [row["id"] for row in rows if holds(row[name], value)]
    return [row["id"] for row in rows if row[name] is not None and holds(row[name], value)]


@settings(deadline=None)  # the first one examines the captures
@given(st.data())
def test_numbers(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NUMBERS))
    values = sorted({row[name] for row in all_rows(*CAPTURES) if row[name] is not None})
    value = data.draw(st.sampled_from(values)) if values else 0
    relation = data.draw(st.sampled_from(sorted(OPERATORS)))
    written = f"{name} {relation} {value:.9f}"
    assert ids(examine(*CAPTURES), written) == expected(name, relation, value)


@settings(deadline=None)  # the first one examines the captures
@given(st.data())
def test_words(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(TEXTS))
    values = sorted({row[name] for row in all_rows(*CAPTURES) if row[name] is not None})
    value = data.draw(st.sampled_from(values)) if values else "FIN"
    relation = data.draw(st.sampled_from(["=", "!="]))
    assert ids(examine(*CAPTURES), f"{name}{relation}{value}") == expected(name, relation, value)


def test_several_values_and_several_conditions() -> None:
    rows = all_rows(*CAPTURES)
    one_of = [row["id"] for row in rows if row["closed_by"] in {"client", "both"}]
    assert ids(examine(*CAPTURES), "closed_by=client,both") == one_of
    fewer = [row["id"] for row in rows if row["id"] in one_of and row["frames"] > 9]
    assert ids(examine(*CAPTURES), "closed_by=client,both", "frames>9") == fewer


def test_what_is_missing() -> None:
    rows = all_rows(*CAPTURES)
    for name in ("leg_of", "close_frame", "idle_before_close_s"):
        missing = [row["id"] for row in rows if row[name] is None]
        assert ids(examine(*CAPTURES), f"{name}=none") == missing
        there = [row["id"] for row in rows if row[name] is not None]
        assert ids(examine(*CAPTURES), f"{name}!=none") == there


def test_causes_are_told_apart() -> None:
    rows = all_rows(*CAPTURES)
    flagged = [row["id"] for row in rows if "idle-reset" in row["causes"]]
    assert flagged
    assert ids(examine(*CAPTURES), "causes=idle-reset") == flagged
    assert ids(examine(*CAPTURES), "causes=none") == [r["id"] for r in rows if not r["causes"]]


def test_hosts_and_ports() -> None:
    rows = all_rows(*CAPTURES)
    host, _, port = rows[0]["client"].rpartition(":")
    of_host = [row["id"] for row in rows if row["client"].rpartition(":")[0] == host]
    assert ids(examine(*CAPTURES), f"client={host}") == of_host
    assert ids(examine(*CAPTURES), f"client={host}:{port}") == [rows[0]["id"]]
    assert ids(examine(*CAPTURES), "client=2001:db8::77") == []


def test_times_and_files() -> None:
    rows = all_rows(*CAPTURES)
    start = sorted(row["start"] for row in rows)[3]
    later = [row["id"] for row in rows if row["start"] >= start]
    assert ids(examine(*CAPTURES), f"start>={start}") == later
    file = rows[-1]["file"]
    assert ids(examine(*CAPTURES), f"file={file}") == [r["id"] for r in rows if r["file"] == file]


def test_either() -> None:
    found = examine("rotated-1")
    wanted = Wanted(
        either=[parse_condition("client_state=close_wait"), parse_condition("frames<0")]
    )
    rows = rows_of(listed(found, wanted))
    assert rows
    assert {row["client_state"] for row in rows} == {"CLOSE_WAIT"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("idle", "expected a condition"),
        ("idle>", "expected a condition"),
        (">20", "expected a condition"),
        ("", "expected a condition"),
        ("nothing=1", "expected a column"),
        ("closed_by>client", "closed_by=… or closed_by!=…, found '>'"),
        ("idle>none", "expected a value to compare with"),
        ("closed_by=me", "one of client, server, both, nobody; found 'me'"),
    ],
)
def test_what_is_no_condition(text: str, complaint: str) -> None:
    with pytest.raises(SelectionError) as caught:
        parse_condition(text)
    assert str(caught.value).startswith("--where: expected ")
    assert complaint in str(caught.value)
