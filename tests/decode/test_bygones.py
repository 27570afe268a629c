"""What is remembered of connections that ended well can be asked for in numbers and times."""

from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.decode.addresses import IPV6_BIT
from netdiag.decode.bygones import Bygones, GrowingBygones, How
from netdiag.decode.pooled import Pooled

BY_SERVER, TIMED_OUT, LEFT = How.BY_SERVER | How.UNASKED, How.BY_SERVER | How.IDLE, How.IDLE


def some() -> Bygones:
    """Three connections of two clients to two servers."""
    after, times = np.array([5, 6, 7], np.uint32), np.array([1000, 2000, 3000])
    return Bygones(
        capture=np.zeros(3, np.uint16),
        frame=np.array([1, 9, 20], np.uint32),
        client=np.array([(9 << 16) + 4000, (9 << 16) + 4001, (8 << 16) + 4000], np.uint64),
        server=np.array([80, 81, 80], np.uint64),
        begun_ns=times,
        closed_ns=times + 40,
        ended_after_ns=after + 1,
        end_before_ns=np.array([0, 0, 3], np.uint32),
        idle_ns=np.array([4, 9, 20]),
        answering_ns=np.array([1, 2, 3], np.uint32),
        waiting_ns=after,
        to_server_ns=after + 2,
        round_trip_ns=after + 3,
        how=np.array([BY_SERVER, TIMED_OUT, LEFT], np.uint8),
        protocol=np.array([1, 1, 2], np.uint8),
        status=np.array([200, 404, 0], np.uint16),
        pooled=Pooled(
            row=np.array([1, 2], np.uint32),
            asked_ns=np.array([2020, 3002]),
            longest_idle_ns=np.array([-1, 9]),
            exchanges=np.array([1, 2], np.uint32),
            end_frame=np.array([15, 30], np.uint32),
        ),
    )


def all_of(table: Bygones) -> list[tuple[object, ...]]:
    """All that is remembered of each."""
    columns = [getattr(table, name).tolist() for name in Bygones.__struct_fields__[:-1]]
    besides = table.first_asked_ns, table.longest_idle_ns, table.exchanges, table.end_frame
    return list(zip(*columns, *(column.tolist() for column in besides), strict=True))


def test_what_lay_idle_has_more() -> None:
    assert some().first_asked_ns.tolist() == [1030, 2020, 3002]
    assert some().longest_idle_ns.tolist() == [-1, -1, 9]
    assert some().exchanges.tolist() == [1, 1, 2]
    assert some().end_frame.tolist() == [0, 15, 30]
    assert some().with_longest_idle(np.array([-1, 4, 5])).longest_idle_ns.tolist() == [-1, 4, 5]


@given(data=st.data())
def test_of_rows_it_is_theirs(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    table = Bygones.concatenate([some().of_capture(n) for n in range(count)])
    every = all_of(table)
    assert every == [row for n in range(count) for row in all_of(some().of_capture(n))]
    rows = data.draw(st.lists(st.integers(0, len(table) - 1), max_size=12))
    assert all_of(table.take(np.array(rows, np.int64))) == [every[row] for row in rows]
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table))))
    assert all_of(table.take(mask)) == [every[row] for row in np.flatnonzero(mask)]
    begin, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(table))] * 2)))
    assert all_of(table.take(slice(begin, stop))) == every[begin:stop]
    growing = GrowingBygones()
    for part in (table.take(slice(0, begin)), table.take(slice(begin, None))):
        growing.add(part)
    in_order = sorted(every, key=lambda row: row[3])
    assert all_of(Bygones.by_server([table])) == in_order
    assert all_of(growing.finish()) == in_order


def test_times() -> None:
    assert some().age_ns.tolist() == [40, 40, 40]
    assert some().end_ns.tolist() == [1040, 2040, 3037]
    assert some().word_ns.tolist() == [1036, 2031, 3017]
    assert some().answered_ns.tolist() == [1035, 2029, 3014]
    assert some().last_asked_ns.tolist() == [1030, 2023, 3007]
    assert some().ended_ns.tolist() == [1046, 2047, 3048]


def test_who_they_are_of() -> None:
    assert some().client_host.tolist() == [9 << 16, 9 << 16, 8 << 16]
    ordered = Bygones.by_server([some()])
    assert ordered.frame.tolist() == [1, 20, 9]
    assert ordered.of_server(80).frame.tolist() == [1, 20]
    assert ordered.of_server(81).frame.tolist() == [9]
    assert np.shares_memory(ordered.of_server(80).frame, ordered.frame)
    assert len(ordered.of_server(82)) == 0
    assert not len(Bygones.by_server([Bygones.empty()]))
    assert len(Bygones.empty().of_server(80)) == 0


def test_those_of_several_captures_by_server() -> None:
    parts = [some(), some().of_capture(1)]
    both = Bygones.by_server(parts)
    assert both.server.tolist() == [80, 80, 80, 80, 81, 81]
    assert both.frame.tolist() == [1, 20, 1, 20, 9, 9]
    assert both.capture.tolist() == [0, 0, 1, 1, 0, 1]
    assert Bygones.by_server([both]) is both


def test_how_they_ended() -> None:
    assert some().are(How.BY_SERVER).tolist() == [True, True, False]
    assert some().are(How.UNASKED).tolist() == [True, False, False]
    assert some().are(How.IDLE).tolist() == [False, True, True]
    assert some().timed_out.tolist() == [False, True, False]


def test_in_other_numbers_for_addresses() -> None:
    six = np.array([IPV6_BIT | 0 << 16 | 80, IPV6_BIT | 1 << 16 | 81, 80], np.uint64)
    ends = replace(some(), client=six, server=six[::-1]).renumbered(np.array([7, 9], np.uint64))
    expected = [IPV6_BIT | 7 << 16 | 80, IPV6_BIT | 9 << 16 | 81, 80]
    assert ends.client.tolist() == expected
    assert ends.server.tolist() == expected[::-1]


def test_of_another_capture() -> None:
    assert some().of_capture(3).capture.tolist() == [3, 3, 3]


def test_they_can_be_sent_to_another_process() -> None:
    copy = pickle.loads(pickle.dumps(some()))
    assert copy.frame.tolist() == [1, 9, 20]
    assert copy.how.tolist() == [BY_SERVER, TIMED_OUT, LEFT]
