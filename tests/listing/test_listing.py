"""What is listed: filtered, sorted, cut, and counted."""

from __future__ import annotations

from netdiag.analysis import Options
from netdiag.listing import Wanted, parse_condition, parse_sort
from netdiag.listing.listing import columns_of
from tests.listing.listed import all_rows, ids, listed, rows_of
from tests.recorded import examine
from tests.scripted import Scripted, pooled, reused


def test_a_limit_counts_what_it_hides() -> None:
    found = examine("server-restart")
    listing = listed(found, Wanted(limit=2, order=parse_sort("-id")))
    total = len(all_rows("server-restart"))
    assert (len(listing.rows), listing.matching, listing.considered) == (2, total, total)
    assert [row["id"] for row in rows_of(listing)] == [f"c{total}", f"c{total - 1}"]


def test_flagged_ones_are_those_with_a_cause() -> None:
    flagged = [row["id"] for row in all_rows("nginx-stale") if row["causes"]]
    assert 0 < len(flagged) < len(all_rows("nginx-stale"))
    assert ids(examine("nginx-stale"), flagged=True) == flagged


def test_only_what_the_analysis_considered(scripted: Scripted) -> None:
    talks = reused(client_port=40_001), pooled(client_port=40_002, port=81)
    found = scripted(*talks, options=Options(port=81))
    listing = listed(found)
    assert (listing.considered, listing.matching) == (1, 1)
    assert [row["server"] for row in rows_of(listing)] == ["10.0.0.2:81"]


def test_what_was_asked_by_is_kept_once() -> None:
    wanted = Wanted(conditions=[parse_condition("idle>1")], order=parse_sort("-idle,frames"))
    asked = listed(examine("nginx-stale"), wanted).asked
    assert [column.name for column in asked] == ["longest_idle_s", "frames"]


def test_columns_are_named_once() -> None:
    assert [column.name for column in columns_of("id, idle,id")] == ["id", "longest_idle_s"]
    assert columns_of(None)[0].name == "id"


def test_nothing_to_list(scripted: Scripted) -> None:
    listing = listed(scripted(pooled(), edit=lambda packets: []), Wanted(flagged=True))
    assert (listing.considered, listing.matching, rows_of(listing)) == (0, 0, [])
