"""The search names what is settled, and forgets four-tuples of which nothing is held."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from netdiag.columns import Mask, among
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Segments
from netdiag.exchanges.bystanders import QUIET_NS
from netdiag.exchanges.search import BYGONE, BYGONE_ROWS, GONE, REST, Search, Stays
from netdiag.native import native
from tests.conversations import Conversation, listen
from tests.messages import get, ok
from tests.scripted import pooled

if native is None:
    pytest.skip("built without a C compiler", allow_module_level=True)

EVERYTHING = Stays(enough=0)
FINE = 2
FAR_OCTETS = 1 << 24
ONCE, TWICE, OPEN, NEVER = 40_001, 40_002, 40_003, 40_004


def ended(port: int, start_s: float = 0.0, requests: int = 1) -> Conversation:
    talk = pooled(requests, client_port=port, start_s=start_s)
    return talk.server.fin().client.acks().client.fin().server.acks()


def searched(
    segments: Segments, stays: Stays = EVERYTHING
) -> tuple[Search, npt.NDArray[np.uint8], Mask]:
    search = Search(native, stays)  # type: ignore[arg-type]  # it is there
    search.feed(segments)
    return search, *search.rest(int(segments.time_ns.max()) - QUIET_NS, len(segments))


def by_port(segments: Segments, told: npt.NDArray[np.uint8] | Mask) -> dict[int, int]:
    """The most of what is told of each client's rows: acknowledgements need not stay."""
    ports = np.maximum(segments.source & 0xFFFF, segments.destination & 0xFFFF)
    return {port: int(told[ports == port].max()) for port in np.unique(ports).tolist()}


def test_a_connection_that_ended_after_an_exchange_is_told_from_others() -> None:
    talks = ended(ONCE), ended(TWICE, 1, requests=2), pooled(client_port=OPEN, start_s=60)
    segments = listen(*talks, ended(NEVER, 2, requests=0)).segments
    search, rest, over = searched(segments)
    assert search.bygone_rows == 2 * BYGONE_ROWS
    assert by_port(segments, rest) == {ONCE: BYGONE, TWICE: BYGONE, OPEN: FINE, NEVER: FINE}
    assert by_port(segments, over) == {ONCE: 1, TWICE: 1, OPEN: 0, NEVER: 1}


@pytest.mark.parametrize("idle_s", [0.001, 30])
@pytest.mark.parametrize("side", ["client", "server"])
def test_it_may_have_been_idle_before_its_end(side: str, idle_s: float) -> None:
    talk = pooled(client_port=ONCE).wait(idle_s)
    talk = talk.client.fin().server.fin() if side == "client" else talk.server.fin().client.fin()
    segments = listen(talk, pooled(client_port=OPEN, start_s=60)).segments
    assert by_port(segments, searched(segments)[1])[ONCE] == BYGONE


def test_of_idle_connections_one_exchange_stays() -> None:
    segments = listen(pooled(6, 0.1), pooled(6, 0.1, client_port=OPEN, start_s=60)).segments
    search = Search(native, Stays(enough=0))  # type: ignore[arg-type]  # it is there
    search.feed(segments)
    assert len(search) == 2 * 3  # the first one stays, and the last two
    for _ in range(2):  # none is one twice
        search.settle_idle(int(segments.time_ns.max()) - QUIET_NS)
        assert len(search) == 4 + 3
    found = search.candidates()
    request = segments.mark == Mark.HTTP_REQUEST
    kept = among(np.flatnonzero(request), np.sort(found.request.astype(np.int64)))
    assert kept.tolist() == [False, *([True] * 4), False, False, *([True] * 3), False, False]


def test_octets_between_two_rows_held_are_bounded_however_often_it_was_idle() -> None:
    """One exchange stays wherever so many octets went."""
    talk = pooled(1)
    for _ in range(300):
        talk = talk.wait(20).asks(get(), ok(bytes(65_000)))
    segments = listen(talk).segments
    search = Search(native, Stays(enough=0))  # type: ignore[arg-type]  # it is there
    cuts = [*np.flatnonzero(segments.mark == Mark.HTTP_REQUEST).tolist(), len(segments)]
    for begin, end in pairwise([0, *cuts]):
        some = segments.take(slice(begin, end))
        search.feed(some)
        search.settle_idle(int(some.time_ns.max()) + 1)
    found = search.candidates()
    assert len(found) == 301 - 3
    assert found.received.sum() > FAR_OCTETS


def test_one_that_goes_on_is_settled_as_if_it_had_not_been_idle() -> None:
    talk = pooled(4, 0.1).wait(60)
    idle, more = listen(talk), talk.asks(get(), ok()).asks(get(), ok())
    whole = listen(more)
    search = Search(native, Stays(enough=0))  # type: ignore[arg-type]  # it is there
    search.feed(idle.segments)
    search.settle_idle(int(idle.segments.time_ns.max()) + 1)
    assert len(search) == 2
    search.feed(whole.segments.take(slice(len(idle.segments), None)))
    other = Search(native, Stays(enough=0))  # type: ignore[arg-type]  # it is there
    other.feed(whole.segments)
    assert search.candidates().request.tolist() == other.candidates().request.tolist()


@pytest.mark.parametrize(("enough", "told"), [(0, BYGONE), (3, BYGONE), (10, FINE), (60, FINE)])
def test_what_tells_of_the_place_of_the_capture_is_none(enough: int, told: int) -> None:
    """Three connections: of each two rows with a SYN, and six of the first eight without."""
    segments = listen(*(ended(ONCE + n, n) for n in range(3)), pooled(start_s=60)).segments
    _, rest, _ = searched(segments, Stays(enough=enough))
    assert by_port(segments, rest)[ONCE + 2] == told


def test_rows_without_a_syn_are_enough_later_than_those_with_one() -> None:
    """Five of each kind are there with the first connection, and the third."""
    talks = [ended(ONCE + n, n) for n in range(4)]
    segments = listen(*talks, pooled(start_s=60)).segments
    _, rest, _ = searched(segments, Stays(enough=5))
    found = by_port(segments, rest)
    assert [found[ONCE + n] for n in range(4)] == [FINE, FINE, FINE, BYGONE]


def test_what_is_forgotten_begins_anew() -> None:
    first = listen(ended(ONCE), pooled(client_port=OPEN, start_s=60)).segments
    search, rest, over = searched(first)
    rest[rest == BYGONE] = GONE
    kept = np.ones(len(first), bool)
    search.drop(np.empty(0, np.uint8), rest, kept, over)
    assert not over.any()
    assert search.bygone_rows == 0
    assert by_port(first, kept) == {ONCE: 0, OPEN: 1}
    late = Conversation(client_port=ONCE, start_s=70).client.says(get())
    more = listen(late).segments
    search.feed(more)
    held = Segments.concatenate([first.take(kept), more])
    rest, _ = search.rest(int(held.time_ns.max()), len(held))
    assert by_port(held, rest) == {ONCE: REST, OPEN: FINE}


def test_others_are_followed_as_if_nothing_had_been_forgotten() -> None:
    """Whatever number a connection has: the search goes on with what it knew of it."""
    talks = [ended(ONCE + n, n / 10) for n in range(6)]
    talks[3:3] = [pooled(30, 1, client_port=50_000 + n, start_s=n / 20) for n in range(4)]
    segments = listen(*talks).segments
    whole = Search(native, EVERYTHING)
    whole.feed(segments)
    half = len(segments) // 2
    first, second = segments.take(slice(0, half)), segments.take(slice(half, len(segments)))
    search, rest, _ = searched(first)
    kept = np.ones(half, bool)
    found = search.candidates()
    rest[rest == BYGONE] = GONE
    search.drop(np.full(len(found), 2, np.uint8), rest, kept, np.zeros(half, bool))
    assert 0 < kept.sum() < half
    search.feed(second)
    left = Segments.concatenate([first.take(kept), second])
    mine, every = search.candidates(), whole.candidates()
    assert len(mine) == len(every) > 50
    assert left.frame[mine.request].tolist() == segments.frame[every.request].tolist()
    assert mine.asked_ns.tolist() == every.asked_ns.tolist()
    assert mine.word_ns.tolist() == every.word_ns.tolist()
