"""`find_vantage`: where a capture was taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from scapy.layers.inet import IP
from scapy.layers.l2 import CookedLinux
from scapy.utils import PcapReader, PcapWriter

from netdiag.diagnosis.signs import find_signs
from netdiag.diagnosis.vantage import Vantage, find_vantage
from tests.conversations import Conversation, Packet
from tests.recorded import Examined, examine, examine_files
from tests.scripted import Scripted, pooled


def vantage(found: Examined, capture: int = 0) -> Vantage:
    scene = found.scene
    signs = find_signs(scene.traffic, scene.connections, scene.addresses, 3)
    return find_vantage(signs[capture])


def with_ttls(client: int, server: int) -> Callable[[list[Packet]], list[Packet]]:
    def edit(packets: list[Packet]) -> list[Packet]:
        ttl = {"10.0.0.1": client, "10.0.0.2": server}
        return [replace(packet, ttl=ttl[packet.source[0]]) for packet in packets]

    return edit


@pytest.mark.parametrize(
    ("client", "server", "place"),
    [
        (64, 63, "client"),
        (128, 52, "client"),
        (57, 64, "server"),
        (120, 255, "server"),
        (63, 62, "middle"),
        (64, 64, "unknown"),
    ],
)
def test_times_to_live(scripted: Scripted, client: int, server: int, place: str) -> None:
    found = vantage(scripted(pooled(), edit=with_ttls(client, server)))
    assert found.place == place
    if place != "unknown":
        assert str(client) in found.evidence


def cooked(client: int, server: int, copies: tuple[int, ...] = (0,)) -> Callable[[Path], Path]:
    """The capture as ``-i any`` writes it: with packet types for the packets of either side."""

    def rewrite(path: Path) -> Path:
        kinds = {"10.0.0.1": client, "10.0.0.2": server}
        written = path.with_suffix(".sll.pcap")
        with PcapReader(str(path)) as reader, PcapWriter(str(written), linktype=113) as writer:
            for packet in reader:
                for other in copies:
                    kind = other or kinds[packet[IP].src]
                    link = CookedLinux(pkttype=kind, lladdrlen=6, proto=0x0800)
                    copy = link / packet[IP]
                    copy.time = packet.time
                    writer.write(copy)
        return written

    return rewrite


@pytest.mark.parametrize(
    ("client", "server", "place"),
    [(4, 0, "client"), (0, 4, "server"), (0, 0, "unknown"), (4, 4, "unknown")],
)
def test_the_packet_types_of_a_cooked_capture(
    scripted: Scripted, client: int, server: int, place: str
) -> None:
    path = cooked(client, server)(scripted.capture(pooled(), edit=with_ttls(64, 64)))
    found = vantage(examine_files([path]))
    assert found.place == place
    assert ("on their way out of this host" in found.evidence) == (place != "unknown")


def test_what_was_forwarded_did_not_start_here(scripted: Scripted) -> None:
    path = cooked(0, 0, copies=(4, 0))(scripted.capture(pooled(), edit=with_ttls(64, 64)))
    assert vantage(examine_files([path])).place == "unknown"


def test_both_ends_on_one_host() -> None:
    found = vantage(examine("nginx-stale"))
    assert (found.place, found.ends) == ("unknown", {"client", "server"})
    assert vantage(examine("race-client")).ends == {"client"}
    assert vantage(examine("stale")).ends == frozenset()


def test_a_container_is_nearer_than_its_time_to_live_says(scripted: Scripted) -> None:
    """The server's packets have passed a bridge of its own host, the client is on the same net."""
    talk = Conversation().client.syn().server.syn_ack().wait(0.02).client.acks()
    found = vantage(scripted(talk, edit=with_ttls(64, 63)))
    assert found.place == "server"
    assert "0.1" in found.evidence


def test_a_proxys_host_is_between(scripted: Scripted) -> None:
    def edit(packets: list[Packet]) -> list[Packet]:
        ttl = {"10.0.0.1": 57, "10.0.0.2": 64, "10.0.0.3": 60}
        return [replace(packet, ttl=ttl[packet.source[0]]) for packet in packets]

    back = pooled(client="10.0.0.2", server="10.0.0.3", client_first=7, server_first=77)
    front = pooled()
    found = scripted(front, back, edit=edit)
    assert vantage(found).place == "middle"
    assert "as a proxy is" in vantage(found).evidence
    scene = found.scene
    (signs,) = find_signs(scene.traffic, scene.connections, scene.addresses, 1)
    places = [find_vantage(signs, server).place for server in sorted(signs.servers)]
    assert places == ["server", "client"]


@pytest.mark.parametrize(
    ("to_server_s", "to_client_s", "place"),
    [(0.02, 0.0, "client"), (0.0, 0.02, "server"), (0.02, 0.02, "unknown"), (0.0, 0.0, "unknown")],
)
def test_the_halves_of_the_handshake(
    scripted: Scripted, to_server_s: float, to_client_s: float, place: str
) -> None:
    talk = Conversation().client.syn().wait(to_server_s).server.syn_ack().wait(to_client_s)
    found = vantage(scripted(talk.client.acks(), edit=with_ttls(64, 64)))
    assert found.place == place


def test_both_sides_of_a_router(scripted: Scripted) -> None:
    def routed(packets: list[Packet]) -> list[Packet]:
        return [replace(p, ttl=p.ttl - hop) for p in packets for hop in (0, 1)]

    assert vantage(scripted(pooled(), edit=routed)).place == "middle"


def test_a_syn_sent_again_over_another_way_is_no_copy(scripted: Scripted) -> None:
    talk = Conversation().client.syn(late=True).wait(1).client.repeats(ttl=61)
    talk.server.syn_ack().client.acks()
    assert vantage(scripted(talk, pooled(client_port=40001))).place == "client"


def test_one_direction_is_not_enough(scripted: Scripted) -> None:
    found = scripted(pooled(), edit=lambda ps: [p for p in ps if p.source[0] == "10.0.0.1"])
    assert vantage(found) == Vantage(
        "unknown", "packets of both directions would be needed to tell"
    )


def test_without_a_handshake_other_packets_tell(scripted: Scripted) -> None:
    found = scripted(pooled(3), edit=lambda packets: packets[3:])
    assert vantage(found).place == "client"


def test_a_refusal_tells_as_well() -> None:
    assert vantage(examine("connection-refused-remote-server")).place == "server"


def test_a_forged_reset_does_not_mislead() -> None:
    assert vantage(examine("middlebox-reset-both-ways-client")).place == "client"


def test_each_capture_by_itself() -> None:
    both = examine("race-server", "race-client")
    assert [vantage(both, capture).place for capture in (0, 1)] == ["server", "client"]


def test_an_empty_capture(scripted: Scripted) -> None:
    assert vantage(scripted(pooled()), capture=2).place == "unknown"
