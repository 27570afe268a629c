"""Exchanges without rows become records and folds, and folds that meet become one."""

from __future__ import annotations

import numpy as np

from netdiag.decode.aside import Folds
from netdiag.exchanges import SettingAside
from netdiag.exchanges.folding import merged, see
from tests.conversations import listen
from tests.messages import get, ok
from tests.scripted import pooled


def test_folds_that_meet_become_one() -> None:
    """Whatever is set aside in one go or in many, the sums are the same."""
    whole = listen(pooled(60, 1))
    at_once = SettingAside(rows=1)
    at_once.sort_out(whole.segments, whole.samples)
    bit_by_bit, held = SettingAside(rows=1), whole.segments.take(slice(0, 0))
    for begin in range(0, len(whole.segments), 17):
        new = whole.segments.take(slice(begin, begin + 17))
        held = type(held).concatenate([held, new])
        held = held.take(bit_by_bit.sort_out(held, whole.samples)[0])
    one, many = at_once.aside(), bit_by_bit.aside()
    assert len(many.parts) > 3
    assert len(many.folds) <= len(one.folds) + 1
    for column in ("exchanges", "packets", "client_bytes", "server_bytes"):
        assert getattr(many.folds, column).sum() == getattr(one.folds, column).sum()
    assert sum(map(len, many.parts)) == sum(map(len, one.parts)) == one.folds.exchanges.sum()


def test_a_fold_goes_to_the_exchange_that_follows() -> None:
    whole = listen(pooled(2, 1).asks(get("/long/path"), ok(b"x" * 50)).wait(3).asks(get(), ok()))
    seen = see(whole.segments, Folds.empty())
    chosen = np.array([False, True, True, False])
    folds, part = seen.folds(chosen), seen.part(np.flatnonzero(chosen))
    assert folds.exchanges.tolist() == [2]
    assert folds.packets.tolist() == [seen.rows_of(chosen).sum()] == [6]
    assert folds.client_bytes.tolist() == [len(get()) + len(get("/long/path"))]
    assert folds.server_bytes.tolist() == [len(ok()) + len(ok(b"x" * 50))]
    assert folds.longest.tolist() == [len(get("/long/path"))]
    assert folds.shortest.tolist() == [len(get())]
    assert folds.frame.tolist() == [seen.traffic.segments.frame[seen.exchanges.request[3]]]
    assert folds.last_word_ns.tolist() == [seen.traffic.time_ns[seen.exchanges.response_end[2]]]
    assert part.count.tolist() == [2]
    assert part.idle.values_ns().tolist() == seen.exchanges.idle_ns[1:3].tolist()
    assert part.first_frame.tolist() == [1]


def test_an_old_fold_goes_with_the_request_that_it_was_before() -> None:
    def folds(*frames: int, length: int) -> Folds:
        one = np.ones(len(frames), np.int64)
        frame = np.array(frames, np.uint32)
        lengths = one * length, one * length
        rest = one, one, one, one, one * 5, one * 10 * length, *lengths
        return Folds(np.zeros(len(frames), np.uint16), frame, *rest)

    old, new = folds(10, 50, length=7), folds(40, 20, length=3)
    found = merged(old, np.array([30, 10], np.uint32), new)
    assert found.longest.tolist() == [7, 3, 7]
    assert found.longest_idle_ns.tolist() == [70, 30, 70]
    assert found.shortest.tolist() == [3, 3, 7]
    assert found.frame.tolist() == [20, 40, 50]
    assert found.exchanges.tolist() == [2, 1, 1]
    assert found.last_word_ns.tolist() == [5, 5, 5]
