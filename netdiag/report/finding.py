"""`FindingReport` and what it holds: one cause, where it was seen, why we say so, what to change.

Made by `report.build` from the findings of the diagnosis room. Plain values ready for JSON, field
by field those of the report's contract (``schema/report-v1.schema.json``): times are RFC 3339
strings in UTC, durations are seconds in fields that end in ``_s``, endpoints are ``address:port``
with IPv6 addresses in brackets, frames are 1-based as in Wireshark, and `capture` beside a frame
is the index of the capture that holds it. How any of it looks is left to `report.formats`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from netdiag.report.next_capture import NextCapture
from netdiag.report.recommendation import Recommendation

Severity = Literal["error", "warning", "info"]
Confidence = Literal["high", "medium", "low"]
Side = Literal["client", "server"]
CloseFlag = Literal["FIN", "RST", "close_notify", "goodbye"]
Outcome = Literal["reset", "ignored", "unanswered", "answered", "closed"]
RetryOutcome = Literal["answered", "failed", "unknown"]
ResetOrigin = Literal["no-socket", "application", "middlebox", "unknown"]
Audience = Literal["client", "server", "network"]
StepKind = Literal[
    "syn",
    "request",
    "response",
    "data",
    "ack",
    "fin",
    "rst",
    "close_notify",
    "goodbye",
    "retransmission",
    "probe",
]


class CloseEvent(Struct, frozen=True):
    """The server's first sign that it ended the connection.

    Attributes:
        flag: what the sign was; `goodbye` is a protocol's own farewell (GOAWAY, 408, ERR, …).
    """

    frame: int
    capture: int
    time: str
    flag: CloseFlag


class RequestEvent(Struct, frozen=True):
    """The request that was harmed, by its first frame.

    Attributes:
        summary: its start line as captured, or what is known of it (``26 bytes of TLS data``).
    """

    frame: int
    capture: int
    time: str
    summary: str


class ResetEvent(Struct, frozen=True):
    """The RST that the request drew.

    Attributes:
        origin: who made it, told from its shape: the kernel for want of a socket, the server's
            program, or something between the two.
    """

    frame: int
    capture: int
    time: str
    origin: ResetOrigin


class RetryEvent(Struct, frozen=True):
    """The same request once more on another connection: the failure was absorbed.

    Attributes:
        connection: the `id` of the connection that carried it.
        after_s: seconds from the failure to the repeated request.
        outcome: what the user saw after it: an answer, another failure, or nothing until the
            capture ended.
        status: of the HTTP response to it; None where none could be read.
    """

    connection: str
    frame: int
    capture: int
    after_s: float
    outcome: RetryOutcome
    status: int | None


class PassedOnEvent(Struct, frozen=True):
    """What a proxy's own client got of the failure between the proxy and its server.

    Attributes:
        connection: the `id` of the connection between the client and the proxy.
        stream: Wireshark's ``tcp.stream`` index in the capture `capture`.
        frame: the first of the answer, or the close that came instead of one.
        after_s: seconds from the failure to that frame.
        status: of the answer; None for a close, and for what can't be read.
        confidence: how sure it is that the two requests are one.
    """

    connection: str
    stream: int
    capture: int
    frame: int
    after_s: float
    status: int | None
    confidence: Confidence


class Leg(Struct, frozen=True):
    """The same connection on the other side of an address translation.

    Attributes:
        connection: the `id` that it has there.
        stream: Wireshark's ``tcp.stream`` index in the capture `capture`.
    """

    connection: str
    stream: int
    capture: int
    client: str
    server: str


class Step(Struct, frozen=True, kw_only=True):
    """One rung of an occurrence's ladder: a frame that matters for the story.

    Attributes:
        at_s: seconds since the connection's first step; what the ladder shows as relative time.
        label: short text such as ``GET /x HTTP/1.1``, ``200`` or ``FIN, ACK``.
        client_state: the client's TCP state once this frame has arrived, as RFC 9293 spells it.
        server_state: the server's, likewise.
    """

    frame: int
    capture: int
    time: str
    at_s: float
    sender: Side
    kind: StepKind
    label: str
    client_state: str
    server_state: str


class Occurrence(Struct, frozen=True, kw_only=True):
    """One connection on which a finding's cause was seen.

    Attributes:
        connection: the `id` of its `ConnectionReport`.
        stream: Wireshark's ``tcp.stream`` index in the capture `capture`.
        close: None where no close of the server was seen.
        request: the reuse; None for causes without one.
        told: the request's acknowledgement covers the close, so the client's kernel had it;
            None where that can't be known.
        outcome: what became of the request: an RST; an ACK and then nothing; not even that; a
            response after all; nothing to see.
        reset: None where the request drew none.
        retry: None where none was seen.
        passed_on: None where the client is no proxy, or its own client was not captured.
        also_seen_as: the same connection on other sides of an address translation; counted once.
        idle_before_close_s: from the last payload byte of an exchange to the close.
        idle_before_reuse_s: from that byte to the request.
        after_close_s: from the close to the request.
        client_state: the client's TCP state when it sent the request (or at the end).
        symptom: what the client's log says of this, where its product is known.
        timeline: the frames that tell the story, in the order in which they were captured.
    """

    connection: str
    stream: int
    capture: int
    client: str
    server: str
    close: CloseEvent | None
    request: RequestEvent | None
    told: bool | None
    outcome: Outcome
    reset: ResetEvent | None
    retry: RetryEvent | None
    passed_on: PassedOnEvent | None = None
    also_seen_as: tuple[Leg, ...] = ()
    idle_before_close_s: float | None
    idle_before_reuse_s: float | None
    after_close_s: float | None
    client_state: str | None
    wireshark_filter: str
    symptom: str | None
    timeline: tuple[Step, ...] = ()


class Advice(Struct, frozen=True, rename={"audience": "for"}):
    """What one side can change so that it doesn't happen again.

    Attributes:
        audience: who has to act; ``for`` in JSON, which is no name for a field in Python.
        product: the product that the snippet is for, or None where the advice is general.
        snippet: code or configuration to paste, with its `language`; both None where there is none.
    """

    audience: Audience
    product: str | None
    text: str
    snippet: str | None = None
    language: str | None = None


class FindingReport(Struct, frozen=True, kw_only=True):
    """One cause on one server.

    Attributes:
        cause: a slug of the contract.
        severity: what happened: a request was harmed (`error`), will be (`warning`), or nothing
            is wrong (`info`). How sure we are of it is `confidence`.
        clients: the addresses of all clients concerned, or the first of very many.
        occurrences_total: how often it was seen; only there if `occurrences` has not all of them.
        evidence: one sentence each, with frame numbers.
        recommendation: the idle limit that would have cured it; None where none is the cure.
        doubts: what this capture can't prove about it, one sentence each.
        next_captures: what to record to settle that; empty where no capture would.
    """

    cause: str
    severity: Severity
    confidence: Confidence
    title: str
    explanation: str
    server: str
    clients: tuple[str, ...]
    occurrences: tuple[Occurrence, ...]
    occurrences_total: int | UnsetType = UNSET
    evidence: tuple[str, ...]
    advice: tuple[Advice, ...]
    recommendation: Recommendation | None = None
    doubts: tuple[str, ...] = ()
    next_captures: tuple[NextCapture, ...] = ()

    @property
    def times(self) -> int:
        """How often it was seen, whether all of that is listed or not."""
        total = self.occurrences_total
        return len(self.occurrences) if isinstance(total, UnsetType) else total
