"""What columns are computed from."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np

from netdiag.listing import column_named, table
from netdiag.listing.column import MISSING
from tests.listing.listed import table as table_of
from tests.recorded import examine


def test_every_column_is_computed_once() -> None:
    listed = table_of(examine("nginx-stale"))
    column = column_named("start", "-")
    assert listed.values(column) is listed.values(column)


def test_states_are_followed_some_at_a_time() -> None:
    whole = table_of(examine("server-restart")).last_states
    with patch.object(table, "AT_ONCE", 2):
        parts = table_of(examine("server-restart")).last_states
    assert [side.tolist() for side in parts] == [side.tolist() for side in whole]


def test_rows_that_are_missing() -> None:
    listed = table_of(examine("nginx-stale"))
    frames = listed.scene.traffic.segments.frame
    first = int(frames[listed.scene.traffic.row[0]])
    assert listed.at(np.array([0, -1]), frames).tolist() == [first, MISSING]


def test_words() -> None:
    listed = table_of(examine("nginx-stale"))
    assert listed.words(column_named("close_flag", "-")) == ("FIN", "RST")
    assert listed.words(column_named("file", "-"))[0].endswith("nginx-stale.pcap")
    assert "stale-keep-alive" in listed.words(column_named("causes", "-"))
