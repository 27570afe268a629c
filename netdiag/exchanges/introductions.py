"""`Introductions`: what servers and clients say of themselves, once each.

From the first head on each of an endpoint's first few connections; a name is a hint for advice,
never evidence.
"""

from __future__ import annotations

import re

import numpy as np
from msgspec import Struct, field

from netdiag.columns import among, begins_of, place_in_run
from netdiag.connections import Connections, Traffic
from netdiag.decode.marks import Mark
from netdiag.decode.samples import Samples
from netdiag.exchanges import heads
from netdiag.exchanges.drivers import LOGINS, driver_name

HEADS_EACH = 20
"""How many connections of an endpoint are looked at."""

LOGINS_EACH = 8
"""How many logins between two hosts: clients begin with half a one before TLS, or a HELLO."""


_OF_PGBOUNCER = (
    rb"\0C08P01\0M(?:client_idle_timeout|idle_transaction_timeout|query_wait_timeout|query_timeout"
    rb"|client_login_timeout|server_lifetime|pgbouncer|server conn crashed)"
)
"""PgBouncer ends sessions with a setting's name for its reason; nothing else names it."""


class Introductions(Struct, frozen=True):
    """By endpoint number; clients with port 0.

    Attributes:
        server: value of the Server field, the version in a MySQL greeting, or PgBouncer.
        client: value of the User-Agent field.
        driver: name of a database's client, by its endpoint with port 0 and the server's.
        keep_alive_s: seconds in the server's ``Keep-Alive: timeout=``.
    """

    server: dict[int, str] = field(default_factory=dict)
    client: dict[int, str] = field(default_factory=dict)
    driver: dict[tuple[int, int], str] = field(default_factory=dict)
    keep_alive_s: dict[int, float] = field(default_factory=dict)


def introduce(traffic: Traffic, connections: Connections, samples: Samples) -> Introductions:
    """Look at the first heads of every server and every client."""
    said = Introductions()
    host = connections.client_host
    for mark, endpoint in (
        (Mark.HTTP_RESPONSE, connections.server),
        (Mark.MYSQL_GREETING, connections.server),
        (Mark.SERVER_FAREWELL, connections.server),
        (Mark.HTTP_REQUEST, host),
    ):
        first = traffic.groups.first(traffic.mark == mark)
        spoke = np.flatnonzero(first >= 0)
        spoke = spoke[np.lexsort((connections.number[spoke], endpoint[spoke]))]
        names = said.client if mark is Mark.HTTP_REQUEST else said.server
        ordered = endpoint[spoke]
        begin = np.flatnonzero(begins_of(ordered))
        each, count = ordered[begin], np.diff(np.append(begin, len(ordered)))
        for place in range(HEADS_EACH):
            left = count > place
            if place and names:
                left &= ~among(each, np.sort(np.array(list(names), np.uint64)))
            each, begin, count = each[left], begin[left], count[left]
            if len(each) == 0:
                break
            samples_of = traffic.segments.sample[traffic.row[first[spoke[begin + place]]]]
            for name, head in zip(each.tolist(), samples.texts(samples_of), strict=True):
                _note(said, mark, name, head)
    for login in LOGINS:
        _introduce_drivers(said, login, traffic, connections, samples)
    return said


def _introduce_drivers(
    said: Introductions, login: Mark, traffic: Traffic, connections: Connections, samples: Samples
) -> None:
    """Look at the logins on the first connection between each two hosts."""
    rows = np.flatnonzero((traffic.mark == login) & traffic.from_client)
    if len(rows) == 0:
        return
    group = traffic.groups.of_row[rows]
    pairs = np.stack([connections.client_host[group], connections.server[group]])
    _, pair = np.unique(pairs, axis=1, return_inverse=True)
    order = np.lexsort((rows, connections.number[group], pair.ravel()))
    place = place_in_run(pair.ravel()[order])
    for i in order[place < LOGINS_EACH].tolist():
        sample = samples.text(int(traffic.segments.sample[traffic.row[rows[i]]]))
        name = driver_name(login, sample)
        if name is not None:
            said.driver.setdefault((int(pairs[0, i]), int(pairs[1, i])), name)


def _note(said: Introductions, mark: Mark, name: int, sample: bytes) -> None:
    if mark == Mark.MYSQL_GREETING:
        said.server.setdefault(name, sample[5:].split(b"\0", 1)[0].decode("latin-1"))
        return
    if mark == Mark.SERVER_FAREWELL:
        if re.search(_OF_PGBOUNCER, sample):
            said.server.setdefault(name, "PgBouncer")
        return
    is_response = mark == Mark.HTTP_RESPONSE
    value = heads.field(sample, b"server" if is_response else b"user-agent")
    if value is not None:
        (said.server if is_response else said.client).setdefault(name, value.decode("latin-1"))
    timeout = heads.keep_alive(sample).get("timeout") if is_response else None
    if timeout is not None:
        said.keep_alive_s.setdefault(name, float(timeout))
