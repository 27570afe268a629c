"""What may repeat a request of the capture before is found, in tables and beside them."""

from __future__ import annotations

import numpy as np

from netdiag.exchanges.observed import Observed
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
    heard = listen(other("/a", "/a", "/b", "/b", "/b", start_s=0))
    every, none = observed(heard), observed(listen())
    nothing = Observed(none.traffic, none.connections, none.exchanges, heard.samples, none.stop)
    by_tables = find_successors(every, START_NS)
    assert 0 < by_tables.sum() < len(by_tables)
    np.testing.assert_array_equal(find_successors(nothing, START_NS, every.requests), by_tables)
