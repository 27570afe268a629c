"""The shapes of captures that netdiag is timed on, most telling first.

To add one: a module with a `SHAPE`, and an entry here. What times programs reads the names only:
it must not grow by importing numpy, since a process that it starts is never smaller than it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.shapes.shape import Shape

SHAPES: dict[str, str] = {
    "keep-alive": "HTTP on pooled connections that live long: some 300 exchanges each",
    "ten-exchanges": "HTTP on many pooled connections of about 10 exchanges",
    "tls": "TLS 1.3, about 20 exchanges a connection, ended by close_notify",
    "http2": "HTTP/2 in TLS 1.3 on pooled connections that live long",
    "mysql": "MySQL on pooled connections that live long, some checked before each use",
    "short": "HTTP, one request a connection",
    "bulk": "8 downloads for the whole capture: full segments, delayed ACKs",
    "ipv6": "keep-alive over IPv6",
    "vlan": "keep-alive with VLAN tags",
    "noise": "keep-alive is a quarter of it, the rest is DNS, QUIC, ARP and ICMP",
}
"""Name, and what is in it."""


def load_shape(name: str) -> Shape:
    """The entry of that name."""
    module = import_module(f"benchmarks.shapes.{name.replace('-', '_')}")
    shape: Shape = module.SHAPE
    return shape
