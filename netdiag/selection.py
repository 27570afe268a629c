"""`Selection`: which connections, and which part of the capture's time, the user asked for.

Timeouts are inferred from the whole capture all the same: more evidence is better evidence.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from ipaddress import ip_address

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.connections import Connections, Traffic
from netdiag.decode.addresses import Addresses
from netdiag.diagnosis.diagnose import Finding, judge, rank
from netdiag.diagnosis.scene import Scene
from netdiag.errors import SelectionError

_HOST_AND_PORT = r"\[(?P<v6>[^\]]*)\](?::(?P<v6port>\d+))?|(?P<v4>[^:]*)(?::(?P<port>\d+))?"
LONGEST_PORT = 9
_NS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(Struct, frozen=True):
    """A point in time: absolute, or counted from the first segment."""

    ns: int
    relative: bool

    def absolute(self, start_ns: int) -> int:
        """Nanoseconds since 1970 in a capture that begins at `start_ns`."""
        return self.ns + start_ns if self.relative else self.ns


class Selection(Struct, frozen=True):
    """What was asked for; None means everything."""

    server: str | None = None
    server_port: int | None = None
    client: str | None = None
    since: Moment | None = None
    until: Moment | None = None

    @classmethod
    def parse(
        cls,
        *,
        server: str | None = None,
        client: str | None = None,
        port: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Selection:
        """Read what a user wrote.

        Raises:
            SelectionError: with what was expected, what was found, and in which option.
        """
        host, server_port = (None, None) if server is None else parse_endpoint("--server", server)
        if server_port is not None and port is not None and server_port != port:
            raise SelectionError(f"--server names port {server_port}, but --port is {port}")
        client_host = None
        if client is not None:
            client_host, client_port = parse_endpoint("--client", client)
            if client_port is not None:
                raise SelectionError(
                    f"--client: expected an IP address without port, found {client!r}"
                )
        selection = cls(
            server=host,
            server_port=server_port if server_port is not None else port,
            client=client_host,
            since=None if since is None else parse_moment("--since", since),
            until=None if until is None else parse_moment("--until", until),
        )
        ends = selection.since, selection.until
        if ends[0] and ends[1] and ends[0].relative == ends[1].relative and ends[0].ns > ends[1].ns:
            raise SelectionError(f"--since {since} is later than --until {until}")
        return selection

    @property
    def is_everything(self) -> bool:
        """Whether nothing was left out."""
        chosen = (self.server, self.server_port, self.client, self.since, self.until)
        return all(each is None for each in chosen)

    def connections(
        self, traffic: Traffic, table: Connections, addresses: Addresses
    ) -> npt.NDArray[np.bool_]:
        """Which connections are asked for; bool, one a connection."""
        chosen = np.ones(len(table), bool)
        if self.server is not None:
            chosen &= _is_host(table.server, self.server, addresses)
        if self.client is not None:
            chosen &= _is_host(table.client, self.client, addresses)
        if self.server_port is not None:
            chosen &= (table.server & np.uint64(0xFFFF)) == self.server_port
        if len(table) and (self.since or self.until):
            since_ns, until_ns = self._window(traffic)
            first, last = table.spans(traffic)
            chosen &= (last >= since_ns) & (first <= until_ns)
        return chosen

    def findings(self, findings: tuple[Finding, ...], scene: Scene) -> tuple[Finding, ...]:
        """Only the cases that happened in the time asked for."""
        if self.since is None and self.until is None:
            return findings
        window = self._window(scene.traffic)
        kept = []
        for finding in findings:
            cases = tuple(
                case
                for case in finding.cases
                if window[0] <= scene.time_ns(case.story.dated_by) <= window[1]
            )
            if cases:
                kept.append(judge(finding.cause, finding.server, cases))
        return rank(kept)

    def _window(self, traffic: Traffic) -> tuple[int, int]:
        start_ns = int(traffic.time_ns.min())
        since_ns = self.since.absolute(start_ns) if self.since else -(1 << 62)
        until_ns = self.until.absolute(start_ns) if self.until else 1 << 62
        return since_ns, until_ns


def _is_host(
    endpoint: npt.NDArray[np.uint64], host: str, addresses: Addresses
) -> npt.NDArray[np.bool_]:
    number = addresses.find(host)
    if number is None:
        return np.zeros(len(endpoint), bool)
    same: npt.NDArray[np.bool_] = (endpoint & ~np.uint64(0xFFFF)) == np.uint64(number)
    return same


def parse_endpoint(option: str, text: str) -> tuple[str, int | None]:
    """Read an IP address with or without a port, IPv6 in brackets where there is one.

    Raises:
        SelectionError: it is none.
    """
    expected = "expected an IP address, or address:port with IPv6 in brackets"
    try:
        return str(ip_address(text)), None
    except ValueError:
        match = re.fullmatch(_HOST_AND_PORT, text)
    host = match and (match["v6"] or match["v4"])
    port = match and (match["v6port"] or match["port"])
    try:
        address = str(ip_address(host or ""))
    except ValueError:
        raise SelectionError(f"{option}: {expected}; found {text!r}") from None
    # int() itself refuses more than 4300 digits.
    if port and not (len(port) <= LONGEST_PORT and 0 < int(port) < 65536):
        raise SelectionError(f"{option}: expected a port from 1 to 65535; found {port}")
    return address, int(port) if port else None


def parse_moment(option: str, text: str) -> Moment:
    """Read a point in time: RFC 3339, or ``+seconds`` from the first segment.

    Raises:
        SelectionError: it is neither.
    """
    expected = (
        "expected a time such as 2017-05-12T11:39:02Z, or seconds from the start such as +12.5"
    )
    try:
        if text.startswith("+"):
            return Moment(round(float(text) * _NS), relative=True)
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time
        since_epoch = time - _EPOCH
        whole = (since_epoch.days * 86400 + since_epoch.seconds) * _NS
        return Moment(whole + since_epoch.microseconds * 1000, relative=False)
    except (ValueError, OverflowError):
        raise SelectionError(f"{option}: {expected}; found {text!r}") from None
