"""Says where a capture was taken: at the client, at the server, or between them.

What tells, the surest first: both ends are one host; one side's segments were captured as they left
its host (see `netdiag.decode.departures`); a packet is there twice, with two times to live or two
addresses, so it was captured on both sides of a router; one half of the handshake takes much longer
than the other (at the client the SYN/ACK is what one waits for, at the server the ACK that
follows); a packet that has not yet passed a router still has the time to live that its host began
with (64, 128 or 255). Distance beats the time to live: a tunnel brings packets from afar as they
were sent, and a container's packets have passed a router before they leave their host.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask, median
from netdiag.connections.hops import INITIAL_TTLS
from netdiag.decode.departures import Way
from netdiag.decode.segments import Flag
from netdiag.diagnosis.signs import Signs
from netdiag.language import N_, _, ngettext

CLEAR_RATIO = 5
"""One half of the handshake this many times as long as the other tells the side."""

CLEAR_NS = 300_000
"""Halves shorter than this are scheduling, not distance."""

MOST = 0.9
"""So many of one side's segments agree; some may have been seen another way, or be forged."""


class Vantage(Struct, frozen=True):
    """Where a capture was taken, and what says so in one sentence.

    Attributes:
        place: ``client``, ``server``, ``middle`` or ``unknown``.
        evidence: what says so.
        ends: the ends whose host saw every packet that the capture holds; both on one host.
    """

    place: str
    evidence: str
    ends: frozenset[str] = frozenset()


def find_vantage(signs: Signs, server: int | None = None) -> Vantage:
    """The vantage of one capture's connections to one server, or to all of them."""
    chosen = signs if server is None else signs.of_server(server)
    for rule in RULES if server is not None else (_between, *RULES):
        found = rule(chosen)
        if found is not None:
            return found
    return Vantage("unknown", _("packets of both directions would be needed to tell"))


def _at(place: str, evidence: str) -> Vantage:
    return Vantage(place, evidence, frozenset({place} & {"client", "server"}))


def _between(signs: Signs) -> Vantage | None:
    """A proxy's host is the server of some connections and the client of others."""
    if not signs.hubs:
        return None
    places = [find_vantage(signs, server).place for server in signs.servers]
    served, asked = places.count("server"), places.count("client")
    if not served or not asked:
        return None
    return Vantage(
        "middle",
        _("taken on a host that is itself {served} and a client of {asked}, as a proxy is").format(
            served=_servers(served), asked=_servers(asked)
        ),
    )


def _servers(count: int) -> str:
    return ngettext("one of the servers", "{n} of the servers", count).format(n=count)


def _on_one_host(signs: Signs) -> Vantage | None:
    if _share(signs.seen.is_local) >= MOST:
        return Vantage(
            "unknown",
            _("client and server are one host: what either of them sent, the other has got"),
            frozenset({"client", "server"}),
        )
    return None


def _by_way(signs: Signs) -> Vantage | None:
    """One side's segments left the capturing host, and none of them had arrived there before."""
    has_left = signs.seen.way == Way.LEFT
    if not has_left.any():
        return None
    left = {
        side: _share(has_left[mine]) >= MOST
        for side, mine in (("client", signs.tells), ("server", signs.answers))
    }
    if left["client"] == left["server"] or not signs.answers.any():
        return None
    if left["client"]:
        evidence = _("the clients' packets were captured on their way out of this host")
        return _at("client", evidence)
    return _at("server", _("the servers' packets were captured on their way out of this host"))


def _by_router(signs: Signs) -> Vantage | None:
    if signs.routed:
        return Vantage("middle", _("packets were captured on both sides of a router"))
    if signs.translated:
        evidence = _("packets were captured on both sides of an address translation")
        return Vantage("middle", evidence)
    return None


def _by_distance_and_hops(signs: Signs) -> Vantage | None:
    client_ttl, server_ttl = _usual_ttl(signs, True), _usual_ttl(signs, False)
    if client_ttl is None or server_ttl is None:
        return None
    ttls = _("the clients' packets have TTL {client}, the servers' {server}").format(
        client=client_ttl, server=server_ttl
    )
    by_hops = _side_by_hops(client_ttl, server_ttl)
    by_distance, timing = _side_by_distance(signs)
    if by_hops == "middle":
        sentence = _(_PASSED_ROUTERS[by_distance])
    elif by_distance is not None:
        sentence = _("{timing}, and {ttls}") if by_hops == by_distance else "{timing}"
    elif by_hops is not None:
        sentence = _(_NO_ROUTER_YET[by_hops])
    elif timing:
        sentence = _("{ttls}, and {timing}: one host, or two that are very close")
    else:
        sentence = _("{ttls}, and no handshake is complete")
    place = by_hops if by_hops == "middle" else by_distance or by_hops or "unknown"
    return _at(place, sentence.format(ttls=ttls, timing=timing))


_PASSED_ROUTERS = {
    None: N_("{ttls}: both have passed routers"),
    "client": N_("{ttls}: both have passed routers; it is near the client: {timing}"),
    "server": N_("{ttls}: both have passed routers; it is near the server: {timing}"),
}
_NO_ROUTER_YET = {
    "client": N_("{ttls}: the client's have passed no router yet"),
    "server": N_("{ttls}: the server's have passed no router yet"),
}


def _side_by_hops(client_ttl: int, server_ttl: int) -> str | None:
    """Which side's packets have passed no router: ``middle`` for neither's, None for both's."""
    local_client, local_server = client_ttl in INITIAL_TTLS, server_ttl in INITIAL_TTLS
    if local_client and local_server:
        return None
    if local_client or local_server:
        return "client" if local_client else "server"
    return "middle"


def _side_by_distance(signs: Signs) -> tuple[str | None, str]:
    """The side that is much nearer, and both distances in words; empty without a handshake."""
    if len(signs.to_server_ns) == 0:
        return None, ""
    to_server, to_client = median(signs.to_server_ns), median(signs.to_client_ns)
    timing = _(
        "the SYN/ACK comes {to_server} ms after the SYN, the ACK {to_client} ms after that"
    ).format(to_server=f"{to_server / 1e6:.3f}", to_client=f"{to_client / 1e6:.3f}")
    if to_server > max(CLEAR_RATIO * to_client, CLEAR_NS):
        return "client", timing
    if to_client > max(CLEAR_RATIO * to_server, CLEAR_NS):
        return "server", timing
    return None, timing


RULES = (_on_one_host, _by_way, _by_router, _by_distance_and_hops)


def _usual_ttl(signs: Signs, from_client: bool) -> int | None:
    """The commonest time to live, of what is least likely to be forged; None without packets."""
    mine = signs.seen.from_client == from_client
    for chosen in (mine & signs.has(Flag.SYN), mine & ~signs.has(Flag.RST), mine):
        if chosen.any():
            return int(np.bincount(signs.seen.ttl[chosen]).argmax())
    return None


def _share(mask: Mask) -> float:
    return np.count_nonzero(mask) / len(mask) if len(mask) else 0.0
