"""Whole comparisons: of the recorded cures, and of scripted pairs that can't be compared."""

from __future__ import annotations

import json

import jsonschema
import pytest

from netdiag.analysis import Options
from netdiag.comparison.formats.json_format import render
from netdiag.report.page import PLAIN
from netdiag.report.schema import schema_text
from tests.comparison.pairs import BEFORE, compare_files, compared
from tests.conversations import Conversation
from tests.messages import get
from tests.recorded import recorded
from tests.scripted import Scripted, pooled, reused

CURES = {
    "cure-by-limit": ("worked", "client-limit"),
    "cure-by-check": ("worked", "check-before-use"),
    "cure-at-server": ("worked", "server-timeout"),
    "cure-by-retries": ("absorbed", "retries"),
    "cure-that-is-none": ("did-not-work", None),
    "cure-with-few-requests": ("unproven", "client-limit"),
    BEFORE: ("did-not-work", None),
}


@pytest.mark.parametrize(("after", "outcome", "cure"), [(a, *b) for a, b in CURES.items()])
def test_recorded_cures(after: str, outcome: str, cure: str | None) -> None:
    made = compared(after)
    assert made.verdict.outcome == outcome
    assert (made.cures[0].kind if made.cures else None) == cure


@pytest.mark.parametrize("after", CURES)
def test_harmed_requests_are_those_of_the_labels(after: str) -> None:
    made = compared(after)
    assert made.before.measures.harmed == recorded(BEFORE).truth["occurrences"]
    assert made.after.measures.harmed == recorded(after).truth["occurrences"]


@pytest.mark.parametrize("after", CURES)
def test_a_comparison_keeps_its_contract(after: str) -> None:
    validator = jsonschema.Draft202012Validator(
        json.loads(schema_text("comparison")),
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )
    validator.validate(json.loads(render(compared(after), PLAIN)))


def test_the_other_way_round_it_got_worse() -> None:
    made = compared(BEFORE, "cure-by-limit")
    assert made.verdict.outcome == "worse"
    assert any("AFTER was captured before BEFORE" in caveat for caveat in made.caveats)


def test_the_same_capture_twice_is_noticed() -> None:
    assert any("at the same time" in caveat for caveat in compared(BEFORE).caveats)


def test_several_files_a_side_are_one() -> None:
    made = compared("cure-by-limit")
    assert made.before.captures == (str(recorded(BEFORE).path),)
    assert made.before.packets > 0


@pytest.mark.parametrize(
    ("after", "reason"),
    [("nginx-stale", "other-server"), ("one-direction-to-client", "other-server")],
)
def test_another_server(after: str, reason: str) -> None:
    made = compared(after)
    assert (made.verdict.outcome, made.verdict.reason) == ("not-comparable", reason)
    assert made.servers == ()


def stale(number: int, **ends: object) -> list[Conversation]:
    return [reused(5, 3, client_port=41000 + i, start_s=30.0 * i, **ends) for i in range(number)]


def test_one_direction_proves_nothing(scripted: Scripted) -> None:
    before = scripted.capture(*stale(6))
    after = scripted.capture(
        *stale(6), edit=lambda packets: [p for p in packets if p.destination[1] == 80]
    )
    assert compare_files(before, after).verdict.reason == "one-direction"


def test_nothing_failed(scripted: Scripted) -> None:
    fine = scripted.capture(pooled(3, 1.0))
    verdict = compare_files(fine, fine).verdict
    assert (verdict.outcome, verdict.reason) == ("not-comparable", "nothing-failed-before")


def test_no_traffic(scripted: Scripted) -> None:
    busy, silent = scripted.capture(*stale(6)), scripted.capture(Conversation().handshake())
    assert compare_files(busy, silent).verdict.reason == "no-traffic-after"
    assert compare_files(silent, busy).verdict.reason == "no-traffic-before"
    nobody = Options(client="192.0.2.1")
    assert compare_files(busy, busy, nobody).verdict.reason == "no-traffic-before"


def test_no_occasion(scripted: Scripted) -> None:
    before = scripted.capture(*stale(6))
    after = scripted.capture(pooled(60, 0.5))
    made = compare_files(before, after)
    assert (made.verdict.outcome, made.verdict.reason) == ("unproven", "no-occasion-after")
    assert "no request came after 5 s of silence" in made.verdict.headline
    assert made.evidence.more_needed is not None


def test_a_server_that_moved_is_known_by_its_port(scripted: Scripted) -> None:
    before = scripted.capture(*stale(6))
    after = scripted.capture(*stale(6, server="10.0.0.77"))
    made = compare_files(before, after)
    assert made.verdict.outcome == "did-not-work"
    assert made.servers[0].after_server == "10.0.0.77:80"
    assert any("taken to be 10.0.0.77:80" in caveat for caveat in made.caveats)


def test_only_what_was_asked_for_is_compared(scripted: Scripted) -> None:
    talks = [*stale(6), *stale(6, server="10.0.0.9", client="10.0.0.8")]
    before = scripted.capture(*talks)
    after = scripted.capture(*stale(6, server="10.0.0.9", client="10.0.0.8"), pooled(3, 1.0))
    everything = compare_files(before, after)
    assert everything.verdict.outcome == "did-not-work"
    one = compare_files(before, after, Options(server="10.0.0.2"))
    assert one.verdict.reason == "no-occasion-after"
    assert [server.server for server in one.servers] == ["10.0.0.2:80"]


def test_other_causes_are_compared_by_requests(scripted: Scripted) -> None:
    def aborted(number: int) -> list[Conversation]:
        return [
            pooled(client_port=42000 + i, start_s=10.0 * i)
            .wait(1)
            .client.says(get("/x"))
            .wait(0.5)
            .server.aborts()
            for i in range(number)
        ]

    before = scripted.capture(*aborted(8))
    after = scripted.capture(*[pooled(4, 0.5, client_port=43000 + i) for i in range(20)])
    made = compare_files(before, after)
    assert made.evidence.basis == "exchanges"
    assert made.verdict.outcome == "worked"
    assert made.before.measures.other_harmed == {"server-abort": 8}


def test_of_many_servers_without_a_failure_only_some_are_looked_at(scripted: Scripted) -> None:
    talks = [pooled(2, 0.5, server=f"10.1.{i // 250}.{1 + i % 250}") for i in range(60)]
    path = scripted.capture(*talks)
    made = compare_files(path, path)
    assert made.verdict.reason == "nothing-failed-before"
    assert len(made.servers) == 50
