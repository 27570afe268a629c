"""What may repeat a request of the capture before is found, in tables and beside them."""

from __future__ import annotations

from netdiag.exchanges.bystanders import Observed, Others
from netdiag.exchanges.successors import find_successors
from tests.conversations import START_NS, Heard, listen
from tests.exchanges.test_bystanders import other


def observed(heard: Heard) -> Observed:
    exchanges, table = heard.exchanges, heard.connections
    return Observed(
        heard.traffic, table, exchanges, heard.samples, table.stop[exchanges.connection]
    )


def found(heard: Heard) -> list[str]:
    """The requests of those that are found."""
    seen = observed(heard)
    rows = seen.exchanges.request[find_successors(seen, START_NS)]
    return [str(heard.name(int(row))) for row in rows]


def test_the_first_two_of_each_kind_soon_after_the_begin() -> None:
    names = found(listen(other("/a", "/a", "/a", "/b", start_s=0)))
    assert names[:2] == ["GET /a HTTP/1.1"] * 2
    assert "GET /b HTTP/1.1" in names
    assert names.count("GET /a HTTP/1.1") == 2


def test_none_of_what_comes_later() -> None:
    assert found(listen(other("/a", "/b", start_s=3))) == []


def test_the_same_among_the_others_as_among_those_with_tables() -> None:
    seen = observed(listen(other("/a", "/a", "/b", "/b", "/b", start_s=0)))
    by_tables = find_successors(seen, START_NS)
    twice = find_successors(seen, START_NS, Others.of(seen))
    assert len(twice) == 2 * len(by_tables)
    assert twice[: len(by_tables)].sum() + twice[len(by_tables) :].sum() == by_tables.sum()
