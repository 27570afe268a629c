"""What an address translator makes of a capture on its host: each packet under two names.

scripted(talk, edit=translated(client="192.0.2.1"))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.conversations import Edit, Packet

FORWARDING_NS = 20_000
"""Shorter than the steps of a conversation."""


def translated(
    *,
    client: str | None = None,
    client_port: int = 61000,
    server: str | None = None,
    hops: int = 1,
    delay_ns: int = FORWARDING_NS,
) -> Edit:
    """Captures every packet on both sides of a router that rewrites the client, or the server."""

    def edit(packets: list[Packet]) -> Sequence[Packet]:
        opener = packets[0].source
        both: list[Packet] = []
        for packet in packets:
            to_server = packet.source == opener
            copy = behind(packet, to_server, client, client_port, server)
            if to_server:
                both += [packet, later(copy, delay_ns, -hops)]
            else:
                both += [copy, later(packet, delay_ns, -hops)]
        return sorted(both, key=lambda packet: packet.time_ns)

    return edit


def behind(
    packet: Packet, to_server: bool, client: str | None, client_port: int, server: str | None
) -> Packet:
    """The packet as it is on the server's side of the translator."""
    ends = [packet.source, packet.destination]
    mine, theirs = (0, 1) if to_server else (1, 0)
    if client is not None:
        ends[mine] = (client, client_port)
    if server is not None:
        ends[theirs] = (server, ends[theirs][1])
    return replace(packet, source=ends[0], destination=ends[1])


def later(packet: Packet, delay_ns: int, hops: int) -> Packet:
    return replace(packet, time_ns=packet.time_ns + delay_ns, ttl=packet.ttl + hops)
