"""What is noted of a connection is what its tables say of it."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.decode.aside import Folds
from netdiag.decode.bygones import Bygones, How
from netdiag.exchanges import SettingAside, find_endings
from netdiag.exchanges.courses import note, went_on_ns
from netdiag.exchanges.folding import Seen, see
from netdiag.exchanges.noting import courses_of, further_exchanges
from netdiag.exchanges.table import Endings
from tests.conversations import Conversation, listen
from tests.messages import get, ok
from tests.scripted import pooled


def ended(talk: Conversation, by: str) -> Conversation:
    if by == "client":
        return talk.client.fin().server.fin().client.acks()
    return talk.server.fin().client.fin().server.acks()


def whole(*talks: Conversation) -> tuple[Seen, Endings]:
    """Their tables, with all rows."""
    heard = listen(*talks)
    seen = see(heard.segments, Folds.empty())
    return seen, endings_of(seen, heard.samples)


def endings_of(seen: Seen, samples: object) -> Endings:
    tables = seen.traffic, seen.connections, seen.speech, seen.exchanges
    return find_endings(*tables, samples)  # type: ignore[arg-type]


def noted(seen: Seen, endings: Endings) -> Bygones:
    return note(courses_of(seen, endings, np.arange(len(seen.connections))))


def last_but_one_ns(seen: Seen, endings: Endings) -> list[int]:
    courses = courses_of(seen, endings, np.arange(len(seen.connections)))
    return went_on_ns(courses, note(courses)).tolist()


def test_exchanges_and_idle_times() -> None:
    talk = pooled(1, 2).asks(get(), ok()).wait(7).asks(get(), ok()).wait(1)
    talk = ended(talk.asks(get(), ok()), "client")
    seen, endings = whole(talk)
    found = noted(seen, endings)
    assert found.exchanges.tolist() == [4]
    assert found.longest_idle_ns.tolist() == [seen.exchanges.idle_ns.max()]
    asked_ns = seen.traffic.time_ns[seen.exchanges.request]
    assert found.first_asked_ns.tolist() == [asked_ns[0]]
    assert found.last_asked_ns.tolist() == [asked_ns[-1]]
    part = further_exchanges(seen, np.ones(1, bool))
    assert part.asked.values_ns().tolist() == asked_ns[1:].tolist()
    assert part.idle.values_ns().tolist() == seen.exchanges.idle_ns[1:].tolist()
    assert part.count.tolist() == [3]
    assert len(further_exchanges(seen, np.zeros(1, bool))) == 0


def test_it_is_the_same_where_some_have_no_rows_any_more() -> None:
    talk = pooled(10, 1).wait(3).asks(get(), ok())
    for _ in range(20):
        talk = talk.wait(1).asks(get(), ok())
    heard = listen(ended(talk, "server"))
    setter = SettingAside(rows=1)
    kept = setter.sort_out(heard.segments, heard.samples)[0]
    seen, endings = whole(talk)
    left = see(heard.segments.take(kept), setter.aside().folds)
    assert len(left.exchanges) < len(seen.exchanges)
    theirs = endings_of(left, heard.samples)
    ours, others = noted(seen, endings), noted(left, theirs)
    for one, other in ((ours, others), (ours.pooled, others.pooled)):
        for name in one.__struct_fields__:
            if name != "pooled":
                assert getattr(one, name).tolist() == getattr(other, name).tolist(), name
    assert last_but_one_ns(left, theirs) == last_but_one_ns(seen, endings)


def test_which_answer_did_not_end_it() -> None:
    """The last but one, where the server ended it with the last."""
    by_client, by_server = (
        ended(pooled(2, 3).asks(get(), ok()), by) for by in ("client", "server")
    )
    for talk, place in ((by_client, 2), (by_server, 1)):
        seen, endings = whole(talk)
        answered_ns = seen.traffic.time_ns[seen.exchanges.response]
        assert last_but_one_ns(seen, endings) == [answered_ns[place]]
    seen, endings = whole(ended(pooled(1), "server"))
    assert last_but_one_ns(seen, endings) == [seen.traffic.time_ns[0] - 1]


@pytest.mark.parametrize("by", ["client", "server"])
@pytest.mark.parametrize(("after_s", "idle"), [(0.2, False), (0.3, True), (400, True)])
def test_how_long_it_had_been_idle_and_what_ended_that(by: str, after_s: float, idle: bool) -> None:
    talk = pooled(0).wait(3).client.says(get()).wait(0.1).server.says(ok()[:20]).wait(0.2)
    talk = talk.server.says(ok()[20:]).client.acks().wait(after_s)
    words = [packet for packet in talk.packets if packet.payload]
    at = len(talk.packets)
    seen, endings = whole(ended(talk, by))
    found = noted(seen, endings)
    assert found.are(How.IDLE).tolist() == [idle]
    assert found.timed_out.tolist() == [idle and by == "server"]
    assert found.are(How.UNASKED).tolist() == [not idle and by == "server"]
    assert found.end_frame.tolist() == [at + 1 if idle else 0]
    assert found.end_ns.tolist() == [talk.packets[at].time_ns]
    times = [found.last_asked_ns, found.answered_ns, found.word_ns]
    assert [int(time[0]) for time in times] == [packet.time_ns for packet in words]
