"""`find_marks`: the endpoints and requests that an entry names.

From the text of an entry. A place in a program (``Foo.java:12``) is no endpoint, and a name that is
no address could be any server: only its port is compared.
"""

from __future__ import annotations

import re

from msgspec import Struct

from netdiag.logs.event import Event
from netdiag.logs.symptoms import without_frames

_ADDRESS = re.compile(
    rb"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,45}\])(?:/\S{0,64}?)?:(\d{2,5})(?!\d)"
)
_URL = re.compile(
    rb"\b(?:https?|wss?|jdbc:\w+|redis|amqp|postgres(?:ql)?|mysql)://"
    rb"(?:[^\s/@\"']*@)?([\w.-]+|\[[0-9a-fA-F:.]+\])(?::(\d{1,5}))?"
)
_NAMED = re.compile(rb"(?<![\w./-])((?:[\w-]+\.)+[a-z][\w-]*|localhost):(\d{2,5})(?![\d\w])")
_SOURCE = re.compile(rb"\.(?:java|kt|scala|groovy|py|js|mjs|ts|go|rs|rb|php|cs|c|cc|cpp|h)$")
_TARGET = re.compile(rb"(?:(?<!\w)\w++://[^\s/\"']*|(?<![\w/.]))(/[^\s\"'<>\\)\],;]*)")
_MOST_TARGETS = 32
_MOST = 4096


class Marks(Struct, frozen=True):
    """What an entry names.

    Attributes:
        endpoints: host (empty for a name that is no address) and port.
        targets: what may be the target of a request, of an address its path and query.
    """

    endpoints: frozenset[tuple[str, int]]
    targets: frozenset[bytes]

    def names_client(self, event: Event) -> bool:
        """The client's own endpoint, which is that of one connection."""
        return (event.client, event.client_port) in self.endpoints

    def names_server(self, event: Event) -> bool:
        """The server, by its address or by its port alone."""
        known = {(event.server, event.server_port), ("", event.server_port)}
        return not known.isdisjoint(self.endpoints)

    def names_others(self, event: Event) -> bool:
        """Endpoints, and none of them is one of the connection's."""
        ports = {event.client_port, event.server_port}
        return bool(self.endpoints) and all(port not in ports for _, port in self.endpoints)

    def names_request(self, event: Event) -> bool:
        """The request's target; the root is everybody's."""
        return len(event.target) > 1 and event.target in self.targets


def find_marks(text: bytes) -> Marks:
    """Find what an entry names."""
    plain = without_frames(text[:_MOST])
    found = {(_host(m[1]), int(m[2])) for m in _ADDRESS.finditer(plain)}
    for match in _URL.finditer(plain):
        secure = match[0].startswith((b"https", b"wss"))
        port = int(match[2]) if match[2] else 443 if secure else 80
        found.add((_host(match[1]) if _is_address(match[1]) else "", port))
    for match in _NAMED.finditer(plain):
        if not _SOURCE.search(match[1]):
            found.add(("", int(match[2])))
    endpoints = frozenset((host, port) for host, port in found if 0 < port < 65536)
    targets = [match[1].rstrip(b".:") for match in _TARGET.finditer(plain)]
    return Marks(endpoints, frozenset(targets[:_MOST_TARGETS]))


def _is_address(host: bytes) -> bool:
    return host.startswith(b"[") or re.fullmatch(rb"[\d.]+", host) is not None


def _host(host: bytes) -> str:
    return host.strip(b"[]").decode("ascii", "replace")
