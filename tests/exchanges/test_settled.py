"""Exchanges without rows find their connections again."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.decode.aside import Aside
from netdiag.decode.bygones import Bygones
from netdiag.decode.segments import Segments
from netdiag.exchanges import SettingAside, find_endings
from netdiag.exchanges.frames import Frames
from netdiag.exchanges.settled import Settled, settle
from tests.connections.gone import gone
from tests.conversations import Heard, listen
from tests.messages import get, ok
from tests.scripted import pooled


def set_aside(heard: Heard) -> tuple[Heard, Aside]:
    """What is left of a capture, and what was set aside of it."""
    setter = SettingAside(rows=1)
    kept = setter.sort_out(heard.segments, heard.samples)[0]
    return Heard(heard.packets, heard.segments.take(kept), heard.samples), setter.aside()


def settled(heard: Heard, aside: Aside) -> Settled:
    return settle(heard.traffic, heard.connections, heard.exchanges, aside)[1]


def test_every_exchange_is_here_or_there() -> None:
    whole = listen(pooled(30, 1), pooled(40, 0.5, client_port=40001), pooled(client_port=40002))
    left, aside = set_aside(whole)
    found = settled(left, aside)
    assert len(left.segments) + aside.folds.packets.sum() == len(whole.segments)
    counts = np.bincount(left.exchanges.connection) + found.count
    assert sorted(counts.tolist()) == [1, 30, 40]
    assert len(found) == len(whole.exchanges) - len(left.exchanges) > 50
    (chunk,) = found.chunks
    connections = chunk.each(np.arange(3))
    assert np.bincount(connections, minlength=3).tolist() == found.count.tolist()


def test_idle_times_and_frames_are_those_that_they_had() -> None:
    whole = listen(pooled(30, 1), pooled(40, 0.5, client_port=40001))
    left, aside = set_aside(whole)
    exchanges, found = settle(left.traffic, left.connections, left.exchanges, aside)
    frames = whole.traffic.segments.frame[whole.traffic.row[whole.exchanges.request]].tolist()
    wanted = dict(zip(frames, whole.exchanges.idle_ns.tolist(), strict=True))
    kept = left.traffic.segments.frame[left.traffic.row[exchanges.request]].tolist()
    seen = dict(zip(kept, exchanges.idle_ns.tolist(), strict=True))
    for chunk in found.chunks:
        seen |= dict(zip(chunk.frame.tolist(), chunk.idle.values_ns().tolist(), strict=True))
    assert seen == wanted


def test_those_of_one_connection() -> None:
    left, aside = set_aside(listen(pooled(30, 1), pooled(40, 0.5, client_port=40001), pooled(2)))
    found = settled(left, aside)
    everywhere = found.on(np.arange(len(found.count)))
    assert np.bincount(everywhere.of, minlength=len(found.count)).tolist() == found.count.tolist()
    for connection in np.flatnonzero(found.count).tolist():
        mine = found.on(np.array([connection]))
        assert not mine.of.any()
        assert (np.diff(mine.asked_ns) > 0).all()
        assert mine.idle_ns.max() == found.longest_idle_ns[connection]
        assert mine.frame.tolist() == everywhere.frame[everywhere.of == connection].tolist()


def test_how_many_had_been_idle_for_longer() -> None:
    left, aside = set_aside(listen(pooled(30, 1), pooled(40, 0.5, client_port=40001)))
    found = settled(left, aside)
    first, both = np.array([True, False]), np.ones(2, bool)
    assert found.longer(both, (-1, 750_000_000, 2_000_000_000)) == [
        len(found),
        int(found.count[0]),
        0,
    ]
    assert found.longer(first, (0,)) == [int(found.count[0])]


def test_runs_that_are_left_keep_their_exchanges() -> None:
    left, aside = set_aside(listen(pooled(30, 1), pooled(40, 0.5, client_port=40001)))
    (chunk,) = settled(left, aside).chunks
    second = chunk.of_runs(np.array([False, True]))
    assert chunk.run_of(np.array([0, len(chunk) - 1])).tolist() == [0, 1]
    assert len(second) == chunk.count[1] == len(chunk) - int(chunk.count[0])
    place = np.where(np.arange(2) == chunk.connection[1], 0, -1)
    assert second.frame.tolist() == chunk.on(place).frame.tolist()
    assert chunk.count_of(np.array([0, len(chunk) - 1])).tolist() == [1, 1]
    assert second.asked.values_ns().tolist() == chunk.asked.values_ns()[chunk.count[0] :].tolist()


def test_bytes_and_endings() -> None:
    whole = listen(pooled(30, 1).asks(get("/a/long/path"), ok()).wait(1))
    left, aside = set_aside(whole)
    found = settled(left, aside)
    for side in ("client_bytes", "server_bytes"):
        all_bytes = getattr(left.connections, side) + getattr(found, side)
        assert all_bytes.tolist() == getattr(whole.connections, side).tolist()
    assert found.longest.tolist() == [len(get())]
    endings = find_endings(
        left.traffic, left.connections, left.speech, left.exchanges, left.samples, found
    )
    assert endings.exchanges.tolist() == [31]
    assert endings.settled.tolist() == found.count.tolist()


def test_a_connection_that_went_over_to_tls_has_none() -> None:
    left, aside = set_aside(listen(pooled(30, 1)))
    nobody = left.exchanges.take(slice(0, 0))
    _, found = settle(left.traffic, left.connections, nobody, aside)
    assert len(found) == 0
    assert found.chunks == ()


@pytest.mark.parametrize("of_row", [[0, 1], [0, 0], [1, 0]], ids=["mixed", "one", "late first"])
def test_frames_of_captures(of_row: list[int]) -> None:
    heard = listen(pooled(3))
    columns = {name: getattr(heard.segments, name) for name in Segments.__slots__}
    capture = np.resize(np.array(of_row, np.uint16), len(heard.segments))
    frames = Frames(Segments(**columns | {"capture": capture}))
    wanted = np.array([4, 1, 2])
    assert frames.rows(capture[wanted], columns["frame"][wanted]).tolist() == wanted.tolist()
    assert len(frames.rows(capture[:0], columns["frame"][:0])) == 0


def test_nothing() -> None:
    assert len(Settled.nothing(3)) == 0
    assert len(Settled.nothing(3).on(np.array([1, 2]))) == 0


def test_those_of_one_connection_are_in_time_order_however_they_came() -> None:
    left, aside = set_aside(listen(pooled(30, 1)))
    (part,) = aside.parts
    count = np.array([9], np.uint32)
    early, late = (
        replace(part, count=n, asked=part.asked.take(rows), idle=part.idle.take(rows), frame=frame)
        for n, rows, frame in (
            (count, slice(0, 9), part.frame[:9]),
            (part.count - count, slice(9, None), part.frame[9:]),
        )
    )
    found = settled(left, replace(aside, parts=(late, early)))
    chunk = found.on(np.array([0]))
    assert chunk.frame.tolist() == part.frame.tolist()
    assert (np.diff(chunk.asked_ns) > 0).all()


def test_exchanges_of_connections_without_rows_are_told_by_these() -> None:
    whole = listen(pooled(30, 1), pooled(40, 0.5, client_port=40001))
    left, aside = set_aside(whole)
    part = aside.parts[0]
    run = int(part.count[0])
    more = replace(
        part, first_frame=np.array([1003, 1002], np.uint32), frame=part.frame[::-1].copy()
    )
    over = Bygones.concatenate([gone(1002), gone(1003, 41_000)])
    found = settled(left, replace(aside, parts=(part, more), bygones=over))
    first, second = found.chunks
    own = len(left.connections)
    assert sorted(first.connection.tolist()) == list(range(own))
    assert second.connection.tolist() == [own + 1, own]
    every = np.ones(own + 2, bool)
    one = np.arange(own + 2) == own + 1
    assert found.longer(every, [-2, 0]) == [2 * len(part), 2 * len(part)]
    assert found.longer(one, [-2, 0]) == [run, run]
    assert found.longer(one, [10**12]) == [0]
    assert len(found.on(np.arange(own))) == len(part)
