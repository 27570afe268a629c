"""One side of a comparison."""

from __future__ import annotations

from netdiag.comparison.seen import find_danger, look_at
from tests.comparison.pairs import examination

SERVER = "127.0.0.1:21200"


def test_servers_by_name() -> None:
    seen = look_at(examination("cure-before"))
    assert list(seen.servers()) == [SERVER]
    assert seen.harmed_by_idling(seen.servers().values()) == 17
    assert seen.harmed_otherwise(seen.servers().values()) == {}
    assert seen.of(seen.servers().values()).sum() == 19
    assert not seen.of([1]).any()


def test_danger_begins_with_the_servers_timeout() -> None:
    seen = look_at(examination("cure-before"))
    danger = find_danger(seen, seen.servers().values())
    assert danger is not None
    assert round(danger.idle_ns / 1e9, 1) == 3.0
    assert not danger.set_by_harm


def test_or_with_the_shortest_silence_that_harmed() -> None:
    seen = look_at(examination("silent-drop-client"))
    danger = find_danger(seen, seen.servers().values())
    assert danger is not None
    assert danger.set_by_harm


def test_there_is_none_where_nothing_was_harmed() -> None:
    seen = look_at(examination("cure-by-limit"))
    assert find_danger(seen, seen.servers().values()) is None


def test_each_leg_counts_once() -> None:
    seen = look_at(examination("stale-wan-client", "stale-wan-server"))
    table = seen.scene.connections
    assert len(set(table.same_as[seen.mine].tolist())) == int(seen.mine.sum())
