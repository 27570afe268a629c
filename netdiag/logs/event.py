"""`Event` and `Request`: what the capture has that somebody may have written down.

Made by `netdiag.report.build.log_events` from the findings and the exchanges.
"""

from __future__ import annotations

from msgspec import Struct

from netdiag.diagnosis.products.product import Outcome


class Event(Struct, frozen=True, kw_only=True):
    """A failure in the capture.

    Attributes:
        finding: index of its finding; with `occurrence` its name in the report.
        time_ns: when its client could notice it, by the capture's clock.
        late_ns: how much later than that it may have noticed; 0 where it did at once.
        kind: what the request met.
        client: host of the client as text, with `client_port`.
        server: host of the server as text, with `server_port`.
        method: of the request; empty where it can't be read, as is `target`.
        request_ns: when the request was captured; None without one.
        absorbed: the request was answered after a retry.
    """

    finding: int
    occurrence: int
    time_ns: int
    late_ns: int
    kind: Outcome
    client: str
    client_port: int
    server: str
    server_port: int
    method: bytes
    target: bytes
    request_ns: int | None
    absorbed: bool


class Request(Struct, frozen=True):
    """An HTTP/1 request in the capture.

    Attributes:
        time_ns: of its first byte; `end_ns` of the last byte of its answer.
        server: endpoint of the server as text.
        status: of the answer; None where there was none, or none that could be read.
        event: index of the `Event` that harmed it; None for one that was answered.
    """

    time_ns: int
    end_ns: int
    server: str
    method: bytes
    target: bytes
    status: int | None
    event: int | None

    @property
    def key(self) -> bytes:
        """Method and target."""
        return self.method + b" " + self.target
