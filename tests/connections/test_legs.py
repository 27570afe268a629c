"""`find_legs`: one connection on both sides of an address translation, and what is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from netdiag.connections.legs import is_news
from tests.conversations import Conversation, Heard, Packet, endpoint, listen, moved
from tests.messages import get, ok
from tests.recorded import examine, names, recorded
from tests.translation import translated

RANDOM = {"client_first": 2_882_400_001, "server_first": 305_419_896}


def talk(**ends: object) -> Conversation:
    return (
        Conversation(**{**RANDOM, **ends}).handshake().asks(get(), ok()).client.fin().server.fin()
    )  # type: ignore[arg-type]


def legs(heard: Heard) -> list[int]:
    """The number of the nearest leg, by number."""
    table = heard.connections
    nearest = np.empty(len(table), np.int64)
    nearest[table.number] = table.number[table.same_as]
    found: list[int] = nearest.tolist()
    return found


@pytest.mark.parametrize(
    "rewritten",
    [
        {"client": "192.0.2.1"},
        {"server": "192.0.2.2"},
        {"client": "192.0.2.1", "server": "192.0.2.2"},
        {"client": "10.0.0.1", "client_port": 61000},
    ],
)
@pytest.mark.parametrize("hops", [0, 1])
def test_both_sides_of_a_translator(rewritten: dict[str, object], hops: int) -> None:
    assert legs(listen(talk(), edit=translated(**rewritten, hops=hops))) == [0, 0]  # type: ignore[arg-type]


def test_the_nearest_leg_is_the_one_that_the_syn_passed_first() -> None:
    heard = listen(talk(), edit=translated(client="192.0.2.1"))
    nearest = heard.connections.client[heard.connections.same_as]
    assert set(nearest.tolist()) == {heard.connections.client[heard.connections.number == 0][0]}


def test_without_a_handshake_the_payload_tells() -> None:
    def later(packets: list[Packet]) -> list[Packet]:
        return list(translated(client="192.0.2.1")(packets)[6:])

    assert legs(listen(talk(), edit=later)) == [0, 0]


def test_one_leg_may_have_its_handshake() -> None:
    def later(packets: list[Packet]) -> list[Packet]:
        both = translated(client="192.0.2.1")(packets)
        return [
            p for i, p in enumerate(both) if i > 5 or "192.0.2.1" in (p.source[0], p.destination[0])
        ]

    assert legs(listen(talk(), edit=later)) == [0, 0]


def test_one_direction_without_a_handshake_is_enough() -> None:
    def requests(packets: list[Packet]) -> list[Packet]:
        both = translated(client="192.0.2.1")(packets)[6:]
        return [p for p in both if p.destination[1] == 80]

    assert legs(listen(talk(), edit=requests)) == [0, 0]


def test_refused_on_both_legs() -> None:
    refused = Conversation(**RANDOM).client.syn().server.aborts()  # type: ignore[arg-type]
    assert legs(listen(refused, edit=translated(server="192.0.2.2"))) == [0, 0]


def test_scanners_that_keep_one_number_make_connections_of_their_own() -> None:
    probes = [
        Conversation(**RANDOM, port=port, start_s=port / 1000).client.syn().server.aborts()  # type: ignore[arg-type]
        for port in range(20, 24)
    ]
    assert legs(listen(*probes)) == [0, 1, 2, 3]


@pytest.mark.parametrize("start_s", [0.0, 0.00005, 0.5, 3.0])
def test_the_same_numbers_on_two_connections_side_by_side(start_s: float) -> None:
    """A program that makes captures may give every connection the same numbers."""
    assert legs(listen(talk(), talk(client_port=40001, start_s=start_s))) == [0, 1]


@pytest.mark.parametrize(("there", "back"), [(57, 63), (64, 60), (57, 60), (57, 56), (200, 60)])
def test_the_same_numbers_from_hosts_at_other_distances(there: int, back: int) -> None:
    """What a router takes from one direction's time to live it takes from the other's as well."""

    def edit(packets: list[Packet]) -> list[Packet]:
        far = {"10.0.0.7": there, "10.0.0.8": back}
        return [replace(p, ttl=far.get(p.source[0], p.ttl)) for p in packets]

    other = talk(client="10.0.0.7", server="10.0.0.8", client_port=40001)
    assert legs(listen(talk(), other, edit=edit)) == [0, 1]


def test_two_places_of_one_capture_whose_clocks_differ() -> None:
    """As mergecap makes it: the far leg comes whole behind the near one."""

    def edit(packets: list[Packet]) -> list[Packet]:
        far = behind_each(packets)
        return [*packets, *(replace(p, time_ns=p.time_ns + 500_000_000) for p in far)]

    assert legs(listen(talk(), edit=edit)) == [0, 0]


def behind_each(packets: list[Packet]) -> list[Packet]:
    """What a second capture point, two routers further, has of a conversation."""
    hops = {"10.0.0.1": -2, "10.0.0.2": 2}
    both = translated(client="192.0.2.1", hops=0)(packets)
    named = {id(p) for p in packets}
    far = [p for p in both if id(p) not in named and "10.0.0.1" not in p.source + p.destination]
    return [replace(p, ttl=p.ttl + hops.get(p.source[0], -2)) for p in far]


def test_in_one_capture_the_order_tells_even_where_a_router_sets_the_time_to_live_anew() -> None:
    assert legs(listen(talk(), edit=translated(client="192.0.2.1", hops=-1))) == [0, 0]


@pytest.mark.parametrize("ahead_s", [-0.5, 0.5])
def test_between_captures_routers_tell_which_leg_is_nearest(ahead_s: float) -> None:
    """Whichever clock is ahead; of one capture the order tells, whatever the hops."""

    def edit(packets: list[Packet]) -> list[Packet]:
        far = [moved(p, -ahead_s) for p in behind_each(packets)]
        return [*packets, *far] if ahead_s < 0 else [*far, *packets]

    heard = listen(talk(), edit=edit)
    is_far = np.array([p.source[0] != "10.0.0.1" != p.destination[0] for p in heard.packets])
    capture = np.where(is_far, 0, 1).astype(np.uint16)
    heard = Heard(heard.packets, structs.replace(heard.segments, capture=capture), heard.samples)
    table = heard.connections
    nearest = table.client[table.same_as]
    assert nearest.tolist() == [endpoint("10.0.0.1", 40000)] * 2


@pytest.mark.parametrize(
    "low",
    [
        {"client_first": 1000, "server_first": 5000},
        {"client_first": 1000},
        {"server_first": 5000},
    ],
)
def test_numbers_that_no_kernel_chose(low: dict[str, int]) -> None:
    assert legs(listen(talk(**low), edit=translated(client="192.0.2.1"))) == [0, 1]


def test_one_of_two_numbers_proves_nothing() -> None:
    other = talk(client="192.0.2.1", server_first=99_999_999)
    assert legs(listen(talk(), other)) == [0, 1]


def test_more_legs_than_there_are_translators() -> None:
    talks = [talk(client=f"192.0.2.{i}", start_s=i / 1e5) for i in range(1, 7)]
    assert legs(listen(*talks, edit=translated(client="198.51.100.1"))).count(0) == 1


def test_the_same_endpoints_are_one_connection_already() -> None:
    heard = listen(talk(), edit=translated())
    assert legs(heard) == [0]


def test_a_capture_replayed_an_hour_later_with_other_addresses() -> None:
    assert legs(listen(talk(), talk(client="192.0.2.1", start_s=3600))) == [0, 1]


def test_what_a_leg_tells_of_its_endpoints() -> None:
    table = listen(talk(), edit=translated(client="192.0.2.1")).connections
    in_order = np.argsort(table.number)
    assert is_news(table, table.server)[in_order].tolist() == [True, False]
    assert is_news(table, table.client)[in_order].tolist() == [True, True]


def test_two_files_with_other_clocks() -> None:
    table = examine("masquerade-ends-client", "masquerade-ends-server").scene.connections
    assert len(set(table.same_as.tolist())) * 2 == len(table)
    assert set(table.capture[table.same_as].tolist()) == {0}


@pytest.mark.parametrize(
    "name", [n for n in names() if "translat" not in recorded(n).label["network"]]
)
def test_no_recorded_capture_without_a_translator_has_legs(name: str) -> None:
    table = examine(name).scene.connections
    assert (table.same_as == np.arange(len(table))).all()
