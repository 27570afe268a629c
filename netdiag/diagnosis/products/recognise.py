"""Which product sent a ``User-Agent`` or ``Server`` header, or speaks a protocol of its own.

For protocols without such headers, what the product announces instead is taken: MySQL's server
version or ``_client_name`` attribute, PostgreSQL's ``server_version``, Redis' ``LIB-NAME``.
A name is a hint for advice, never evidence for a cause: headers can be changed by anyone.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from msgspec import Struct

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.product import Product
from netdiag.diagnosis.products.remedies import Role
from netdiag.diagnosis.products.store import load

_HTTP = frozenset({"http/1", "http/2", "tls", "unknown"})
"""Protocols in which a header of HTTP may have been seen."""


class Recognised(Struct, frozen=True):
    """A product, and its version where the header tells it."""

    product: Product
    version: str | None


def recognise_client(user_agent: str | None, protocol: str) -> Recognised | None:
    """Find the client that calls itself `user_agent`, or those that the protocol implies."""
    return _recognise(user_agent, protocol, "client")


def recognise_server(server_header: str | None, protocol: str) -> Recognised | None:
    """Find the server that calls itself so, or the one that the protocol alone implies."""
    return _recognise(server_header, protocol, "server")


@lru_cache(maxsize=4096)
def _recognise(header: str | None, protocol: str, role: Role) -> Recognised | None:
    family = "http" if protocol in _HTTP else protocol
    if not header and family == "http":
        return None  # HTTP alone implies no product
    for each, pattern in _signatures(family, role) if header else ():
        found = _compiled(pattern).search(header or "")
        if found is not None:
            return Recognised(each, found.groupdict().get("version"))
    for each in _speakers(family):
        if family in each.implied_by and role in each.roles:
            return Recognised(each, None)
    return None


@cache
def _signatures(family: str, role: Role) -> tuple[tuple[Product, str], ...]:
    """All that is looked for in a header, in order: a capture may have as many as connections."""
    return tuple(
        (each, signature.pattern)
        for each in _speakers(family)
        for signature in each.signatures
        if signature.role == role
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Only as many as are looked for: compiling all takes a small capture a tenth of its time."""
    return re.compile(pattern)


@cache
def _speakers(family: str) -> tuple[Product, ...]:
    return tuple(each for each in map(load, PRODUCTS) if family in each.protocols)
