"""What several columns need: rows in order, places of frames, and what findings are about."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec.structs import replace

from netdiag.export import MISSING, Source
from tests.export.exported import source
from tests.recorded import examine
from tests.scripted import Scripted, pooled, reused
from tests.translation import translated

RANDOM: dict[str, Any] = {"client_first": 2_882_400_001, "server_first": 305_419_896}


def test_connections_come_in_the_order_of_their_names() -> None:
    taken = source(examine("heavy-port-reuse"))
    numbers = taken.scene.connections.number[taken.connection_rows]
    assert numbers.tolist() == list(range(len(taken.scene.connections)))


def test_exchanges_come_with_their_connections(scripted: Scripted) -> None:
    taken = source(scripted(pooled(2, client_port=50_000), reused(client_port=40_000)))
    owners = taken.scene.exchanges.connection[taken.exchange_rows]
    assert taken.scene.connections.number[owners].tolist() == [0, 0, 1, 1]
    assert sorted(taken.exchange_rows.tolist()) == list(range(4))


def test_a_frame_that_is_missing() -> None:
    taken = source(examine("nginx-stale"))
    rows = np.array([0, -1])
    assert taken.frame(rows).tolist() == [taken.subject.frame(0), MISSING]
    assert taken.time(rows).tolist() == [taken.scene.time_ns(0), MISSING]
    assert taken.capture(rows).tolist() == [0, MISSING]
    assert taken.between(np.array([0, 0, -1]), np.array([1, -1, 1])).tolist() == [
        taken.scene.time_ns(1) - taken.scene.time_ns(0),
        MISSING,
        MISSING,
    ]


def test_a_finding_is_about_all_legs_of_its_connection(scripted: Scripted) -> None:
    found = scripted(reused(**RANDOM), edit=translated(client="192.0.2.1"))
    taken = source(found)
    assert len(found.findings[0].cases) == 1
    assert taken.finding_of.tolist() == [0, 0]
    assert len(taken.requests_in_question[0]) == 1


def test_of_several_findings_the_first_one_counts() -> None:
    found = examine("nginx-stale")
    case = found.findings[0].cases[0]
    twice = (found.findings[0], replace(found.findings[0], severity="info"))
    taken = Source(found.subject, twice)
    assert taken.finding_of[case.story.connection] == 0
    assert set(taken.requests_in_question[1].tolist()) == {0}


def test_without_a_finding(scripted: Scripted) -> None:
    taken = source(scripted(pooled()))
    assert taken.finding_of.tolist() == [MISSING]
    assert [len(part) for part in taken.requests_in_question] == [0, 0, 0]
