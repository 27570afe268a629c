"""The two tables keep what their docstrings promise."""

from __future__ import annotations

import numpy as np

from netdiag.exchanges import Endings, Exchanges
from tests.conversations import Conversation, Recorder
from tests.messages import get, ok

DTYPES = {
    "connection": np.int32,
    "answered": np.bool_,
    "announced": np.bool_,
    "asked_for": np.bool_,
    "truncated": np.bool_,
    "close_kind": np.uint8,
}


def test_every_column_has_the_dtype_that_is_documented(record: Recorder) -> None:
    heard = record(Conversation().handshake().asks(get(), ok()))
    for table in (heard.exchanges, heard.endings):
        for column in table.__struct_fields__:
            expected = DTYPES.get(column, np.int64)
            assert getattr(table, column).dtype == expected, column


def test_every_column_is_described() -> None:
    for table in (Exchanges, Endings):
        for column in table.__struct_fields__:
            assert f"\n        {column}: " in (table.__doc__ or ""), column


def test_endings_are_parallel_to_connections_and_exchanges_ordered(record: Recorder) -> None:
    talks = [Conversation(client_port=40000 + i).handshake() for i in range(3)]
    for _ in range(2):
        for talk in talks[1:]:
            talk.asks(get(), ok())
    heard = record(*talks)
    assert len(heard.endings) == len(heard.connections) == 3
    assert sorted(heard.endings.exchanges.tolist()) == [0, 2, 2]
    order = np.lexsort((heard.exchanges.request, heard.exchanges.connection))
    assert order.tolist() == list(range(4))
    for row in range(3):
        first, count = heard.endings.first_exchange[row], heard.endings.exchanges[row]
        mine = np.flatnonzero(heard.exchanges.connection == row).tolist()
        assert mine == list(range(first, first + count)) if count else first == -1
