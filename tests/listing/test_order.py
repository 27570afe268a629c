"""Sorting agrees with what plain Python makes of the same rows."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.errors import SelectionError
from netdiag.listing import COLUMNS, Kind, column_named, parse_sort
from tests.listing.listed import Row, all_rows, ids
from tests.recorded import examine

CAPTURES = ("server-restart", "mariadb-idle-reset", "early-answers-nat-client", "rotated-1")


def comparable(name: str, value: Any) -> Any:
    kind = column_named(name, "-").kind
    if kind is Kind.ENDPOINT:
        host, _, port = value.rpartition(":")
        address = ip_address(host.strip("[]"))
        return address.version, address, int(port)
    if kind is Kind.CONNECTION and value is not None:
        return int(value[1:])
    return " ".join(value) or None if kind is Kind.WORDS else value


def reference(keys: list[tuple[str, bool]]) -> list[str]:
    """The ids in order: what is missing last, what is alike as captured."""
    rows: list[Row] = list(all_rows(*CAPTURES))
    for name, descending in reversed(keys):
        there = [row for row in rows if comparable(name, row[name]) is not None]
        missing = [row for row in rows if comparable(name, row[name]) is None]
        groups: dict[Any, list[Row]] = {}
        for row in there:
            groups.setdefault(comparable(name, row[name]), []).append(row)
        ordered = sorted(groups, reverse=descending)
        rows = [row for value in ordered for row in groups[value]] + missing
    return [row["id"] for row in rows]


KEYS = st.tuples(st.sampled_from([column.name for column in COLUMNS]), st.booleans())


@settings(deadline=None)  # the first one examines the captures
@given(st.lists(KEYS, min_size=1, max_size=3, unique_by=lambda key: key[0]))
def test_any_keys(keys: list[tuple[str, bool]]) -> None:
    text = ",".join(f"{'-' if descending else ''}{name}" for name, descending in keys)
    assert ids(examine(*CAPTURES), sort=text) == reference(keys)


def test_without_keys_as_captured() -> None:
    assert ids(examine(*CAPTURES)) == [row["id"] for row in all_rows(*CAPTURES)]


def test_reverse_turns_every_key_and_leaves_what_is_missing_last() -> None:
    found = examine(*CAPTURES)
    assert ids(found, reverse=True) == ids(found, sort="-id")
    turned = ids(found, sort="close_frame,-id", reverse=True)
    assert turned == reference([("close_frame", True), ("id", False)])


def test_what_is_no_key() -> None:
    assert [(key.column.name, key.descending) for key in parse_sort("-idle, frames")] == [
        ("longest_idle_s", True),
        ("frames", False),
    ]
    with pytest.raises(SelectionError, match="--sort: expected a column"):
        parse_sort("idle,,frames")
