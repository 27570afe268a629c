"""`ConnectionView` and what it holds: one connection from its first to its last frame.

Made by `netdiag.showing` from the tables of an analysis. Plain values ready for JSON, in the terms
of `netdiag.report.finding`: a connection's `rungs` are the `Step`s that an occurrence has too, with
a `Fold` wherever frames are told of together. How it looks is left to the formats.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct, field

from netdiag.report.finding import Confidence, Severity, Side, Step
from netdiag.report.model import ConnectionReport, Producer

SCHEMA = "netdiag/show/v1"

Part = Literal["close", "request", "reset"]
"""What a finding has a frame for: the server's close, the request in question, what it drew."""


class Fold(Struct, frozen=True, kw_only=True):
    """Frames that follow one another and are told of together.

    Attributes:
        capture: index of the capture that holds `first_frame`; `last_capture` that of the other.
        at_s: seconds from the connection's first frame to the first of these.
        until_s: the same to the last of these.
        sender: who sent the last payload in it; without any, the last frame.
        frames: how many.
        exchanges: how many requests began in it.
        bytes_to_server: new payload bytes, each counted once however often it was sent.
        retransmissions: frames whose payload had been sent before.
        client_state: the client's TCP state after the last frame, as RFC 9293 spells it.
        server_state: the server's.
    """

    kind: Literal["fold"] = "fold"
    first_frame: int
    last_frame: int
    capture: int
    last_capture: int
    at_s: float
    until_s: float
    sender: Side
    frames: int
    exchanges: int
    bytes_to_server: int
    bytes_to_client: int
    retransmissions: int
    client_state: str
    server_state: str


Rung: TypeAlias = Step | Fold


class FrameNote(Struct, frozen=True):
    """A frame that a finding is about.

    Attributes:
        part: what the finding has it for.
        harmed: it begins a request that was harmed.
    """

    frame: int
    capture: int
    part: Part
    harmed: bool


class ShownFinding(Struct, frozen=True):
    """A finding that the connection is an occurrence of.

    Attributes:
        notes: the frames of this connection that show it; none where it was captured on another
            side of an address translation, and is told of there.
    """

    cause: str
    severity: Severity
    confidence: Confidence
    title: str
    notes: tuple[FrameNote, ...]


class Dissection(Struct, frozen=True):
    """One frame taken apart.

    Attributes:
        of_connection: it belongs to the connection that is shown.
        captured_bytes: of the frame's `original_bytes`, how many the capture holds.
        layers: their names, outermost first.
        fields: a line for each field of each layer, as scapy shows them.
        bytes_hex: what was captured, two digits a byte.
    """

    frame: int
    capture: int
    time: str
    of_connection: bool
    link_type: str
    captured_bytes: int
    original_bytes: int
    layers: tuple[str, ...]
    fields: tuple[str, ...]
    bytes_hex: str


class ShownCapture(Struct, frozen=True):
    """An input."""

    path: str


class ConnectionView(Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        language: that the texts are in.
        frames_total: how many frames the connection has.
        wireshark_filter: shows it in its first capture.
        rungs: what is told of its frames, or of the part that was asked for.
        frames_after: frames behind the part that is shown; `next_frame` is the first of them.
        next_capture: the index of the capture that holds it.
        dissections: the frames that were asked for.
    """

    schema: str = SCHEMA
    netdiag: Producer = field(default_factory=Producer)
    language: str
    captures: tuple[ShownCapture, ...]
    connection: ConnectionReport
    frames_total: int
    wireshark_filter: str
    findings: tuple[ShownFinding, ...]
    rungs: tuple[Rung, ...]
    frames_after: int
    next_frame: int | None
    next_capture: int | None
    dissections: tuple[Dissection, ...]
