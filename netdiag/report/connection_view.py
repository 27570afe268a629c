"""`ConnectionView` and what it holds: one connection from its first to its last frame.

Made by `netdiag.showing` from the tables of an analysis. Plain values ready for JSON, in the terms
of `netdiag.report.finding`: a connection's `rungs` are the `Step`s that an occurrence has too, with
a `Fold` wherever frames are told of together. How it looks is left to the formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from netdiag.report.finding import Side, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
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
