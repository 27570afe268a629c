"""`packet_filter`: the expression (pcap-filter(7)) that keeps what matters and nothing else.

From addresses and ports, which are checked to be nothing but that: an expression is a small
language, and a name in it would be looked up when tcpdump starts, on another host perhaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from netdiag.errors import RecordingError


def packet_filter(hosts: Sequence[str], ports: Sequence[int], *, vlan: bool = False) -> str:
    """TCP packets to or from any of these hosts and any of these ports.

    Args:
        hosts: addresses; none means all.
        ports: none means all.
        vlan: also those with a VLAN tag that the network card has left in place (pcap-filter(7):
            `vlan` moves the offsets of all that follows it, so it comes last).
    """
    parts = ["tcp", *filter(None, [_one_of("host", hosts), _one_of("port", ports)])]
    plain = " and ".join(parts)
    return f"({plain}) or (vlan and {plain})" if vlan else plain


def _one_of(word: str, values: Sequence[object]) -> str:
    terms = [f"{word} {value}" for value in values]
    return f"({' or '.join(terms)})" if len(terms) > 1 else "".join(terms)


def find_addresses(hosts: Iterable[str]) -> tuple[str, ...]:
    """The addresses of hosts given by address or by name, each once, in order.

    Raises:
        RecordingError: one is neither an address nor a name that this host can look up.
    """
    found: dict[str, None] = {}
    for host in hosts:
        found.update(dict.fromkeys(_addresses_of(host)))
    return tuple(found)


def _addresses_of(host: str) -> list[str]:
    try:
        return [str(ip_address(host.strip("[]").partition("%")[0]))]
    except ValueError:
        pass
    expected = "expected an IP address or the name of a host"
    if not host or host.startswith("-") or not host.isprintable() or " " in host:
        raise RecordingError(f"--host: {expected}; found {host!r}")
    import socket  # noqa: PLC0415 - slow to import, seldom needed

    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no name of a host"
        raise RecordingError(f"--host: {expected}; found {host!r}: {why}") from None
    return [str(answer[4][0]).partition("%")[0] for answer in answers]
