"""`Lane`, `IdleGap` and `Activity`: what is better seen than read, as plain values for a chart.

Made by `report.build.lanes`, `report.build.idle_gaps` and `report.build.activity`; fields ending
in ``at_s``, ``from_s`` and ``to_s`` are seconds since the first packet of all captures
(`Activity.start`), all others as in `report.finding`. All lists are bounded, whatever the size of
a capture. Scales, colours and shapes are left to `report.formats`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from netdiag.report.finding import Side

GapEnd = Literal["answered", "unanswered", "server-closed", "client-closed", "open"]
MarkKind = Literal["syn", "fin", "rst", "close_notify", "goodbye", "request", "retransmission"]


class IdleGap(Struct, frozen=True):
    """An idle time on a server's connections, and what ended it.

    Attributes:
        end: a request that was answered (the connection had survived) or was not, a close by the
            server's idle timer or by the client, or the end of the capture (`open`).
        idle_s: how long it was; the longest of them where it stands for several.
        count: how many gaps it stands for: neighbours are taken together where there are many.
        connection: the `id` of its connection.
        frame: the frame that ended it; for `open` the one that began it.
    """

    end: GapEnd
    idle_s: float
    count: int
    connection: str
    capture: int
    frame: int


class Burst(Struct, frozen=True):
    """Exchanges that follow each other on a connection; one, unless there are too many to show.

    Attributes:
        frame: of its first request's first byte, in the capture `capture`.
        answered: whether the last of them was.
    """

    from_s: float
    to_s: float
    exchanges: int
    capture: int
    frame: int
    answered: bool


class Mark(Struct, frozen=True, kw_only=True):
    """A frame that began or ended something on a connection.

    Attributes:
        kind: `request` is the one that the finding is about.
    """

    at_s: float
    kind: MarkKind
    sender: Side
    capture: int
    frame: int


class Span(Struct, frozen=True):
    """A piece of time."""

    from_s: float
    to_s: float


class Lane(Struct, frozen=True, kw_only=True):
    """One connection of a finding over time.

    Attributes:
        connection: the `id` of its `ConnectionReport`.
        finding: index, from 0, in the report's findings.
        from_s: its first packet; `to_s` its last, or the capture's where nobody ended it.
        idle_from_s: the last byte before the idle time that the finding is about; None where it is
            about none.
        bursts: its exchanges; the request that the finding is about is among the marks as well.
        close_wait: while its client was in CLOSE_WAIT; None where it never was.
        marks: in the order in which they were captured.
    """

    connection: str
    finding: int
    from_s: float
    to_s: float
    idle_from_s: float | None
    bursts: tuple[Burst, ...]
    close_wait: Span | None
    marks: tuple[Mark, ...]


class Failures(Struct, frozen=True):
    """When the occurrences of one finding fell.

    Attributes:
        finding: index, from 0, in the report's findings.
        counts: how many in each bin of the `Activity`.
    """

    finding: int
    counts: tuple[int, ...]


class Activity(Struct, frozen=True, kw_only=True):
    """What went on over the whole capture, counted in bins of one width.

    Attributes:
        start: when the first bin begins: at the first packet of all captures.
        duration_s: from the first packet to the last.
        bin_s: the width of a bin.
        requests: all requests by their first byte.
        server_closes: connections that the server ended, by the first sign of it.
        failures: one entry for each finding with occurrences, in the findings' order.
    """

    start: str
    duration_s: float
    bin_s: float
    requests: tuple[int, ...]
    server_closes: tuple[int, ...]
    failures: tuple[Failures, ...]
