"""`Report`: the whole result of an analysis as plain values, ready for JSON and for every format.

Made by `report.build` from what all the rooms before found; field by field the contract in
``schema/report-v1.schema.json``, in its order. Findings have their own module, `report.finding`,
whose words on times, durations, endpoints and frames hold here too. Writing a report down is left
to `report.formats`, where nothing more is computed.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from netdiag import __version__
from netdiag.language import ENGLISH
from netdiag.report.charts import Activity, Lane
from netdiag.report.endpoint import ClientReport, ServerReport
from netdiag.report.finding import Confidence, FindingReport, Side
from netdiag.report.log import LogReport
from netdiag.report.next_capture import NextCapture
from netdiag.report.recommendation import Recommendation

SCHEMA = "netdiag/report/v1"

Vantage = Literal["client", "server", "middle", "unknown"]
ClosedBy = Literal["client", "server", "both", "nobody"]
TcpCloseFlag = Literal["FIN", "RST"]


class Producer(Struct, frozen=True):
    """The program that made the report."""

    version: str = __version__


class ProblemReport(Struct, frozen=True):
    """One kind of oddity in one capture.

    Attributes:
        code: a slug that never changes its meaning, such as ``truncated-file``.
        detail: what was found, and what was done about it.
        frame: the first frame concerned, or None where no frame is.
        count: how many frames (or bytes, where the detail says so) are concerned.
    """

    code: str
    detail: str
    frame: int | None = None
    count: int = 1


class SkippedReport(Struct, frozen=True, kw_only=True):
    """A stretch of a damaged capture in which nothing could be made out.

    Attributes:
        byte: where it begins in the decompressed capture.
        bytes: how long it is.
        after_frame: the last frame read before it; 0 where there is none. Those behind it are
            numbered as if none were missing.
        from_time: of that frame.
        to_time: of the first frame behind it; None where there is none.
        about_packets: how many packets of the mean length before it fit into it.
    """

    byte: int
    bytes: int
    after_frame: int
    from_time: str | None
    to_time: str | None
    about_packets: int | None


class CaptureReport(Struct, frozen=True, kw_only=True):
    """One input.

    Attributes:
        link_types: names as tcpdump has them, ``EN10MB``.
        first_time: of the first frame; None in a capture without frames, as is `last_time`.
        vantage: where the capture was taken; `vantage_evidence` says how we know.
        vantage_ends: the ends on whose host it was taken; both where they are one host.
        skipped: what could not be read in the middle of it; only there if there is any.
    """

    path: str
    format: str
    link_types: tuple[str, ...]
    packets: int
    tcp_packets: int
    bytes: int
    first_time: str | None
    last_time: str | None
    duration_s: float
    vantage: Vantage
    vantage_evidence: str
    vantage_ends: tuple[Side, ...]
    problems: tuple[ProblemReport, ...] = ()
    skipped: tuple[SkippedReport, ...] | UnsetType = UNSET


class Verdict(Struct, frozen=True):
    """The answer, in one sentence.

    Attributes:
        cause: the slug of the leading finding of severity `error`, or ``none``.
        risk: the slug of the leading finding of severity `warning`, or None.
        headline: can be pasted into an incident as it stands.
    """

    cause: str
    risk: str | None
    confidence: Confidence
    headline: str


class StateChange(Struct, frozen=True):
    """The TCP states of both ends from this frame on, as RFC 9293 spells them."""

    time: str
    frame: int
    capture: int
    client: str
    server: str


class ConnectionReport(Struct, frozen=True, kw_only=True):
    """One TCP connection that is worth a look.

    Attributes:
        id: unique in this report, such as ``c17``.
        stream: Wireshark's ``tcp.stream`` index in the capture `capture`.
        capture: index of the capture that holds `first_frame`; `last_capture` and
            `close_capture` are those of the other two frames.
        close_flag: None where nobody ended it, as are `close_frame` and `close_capture`.
    """

    id: str
    stream: int
    capture: int
    client: str
    server: str
    protocol: str
    first_frame: int
    last_frame: int
    last_capture: int
    start: str
    duration_s: float
    syn_seen: bool
    exchanges: int
    bytes_to_server: int
    bytes_to_client: int
    closed_by: ClosedBy
    close_flag: TcpCloseFlag | None
    close_frame: int | None
    close_capture: int | None
    states: tuple[StateChange, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        findings: what matters most first.
        servers_total: how many there are; only there if `servers` has not all of them, as are
            `clients_total` and `findings_total`.
        connections: those that are not boring, or all of them where that was asked for.
        connections_total: how many the captures hold.
        limits: what this capture can't show, one sentence each.
        recommendation: that of the first finding that has one.
        next_captures: those of all findings, each command once.
        language: that of the sentences, as POSIX locales name it: ``en`` or ``zh_CN``.
        redacted: whether addresses and names are stand-ins (`netdiag.redaction`).
        lanes: the findings' connections over time, the first of them if there are many.
        activity: None where no segment was captured.
        log: the logs laid over the capture; None where none was named.
    """

    schema: str = SCHEMA
    netdiag: Producer = Producer()
    captures: tuple[CaptureReport, ...]
    verdict: Verdict
    servers: tuple[ServerReport, ...]
    clients: tuple[ClientReport, ...]
    findings: tuple[FindingReport, ...]
    servers_total: int | UnsetType = UNSET
    clients_total: int | UnsetType = UNSET
    findings_total: int | UnsetType = UNSET
    connections: tuple[ConnectionReport, ...]
    connections_total: int
    limits: tuple[str, ...] = ()
    recommendation: Recommendation | None = None
    next_captures: tuple[NextCapture, ...] = ()
    language: str = ENGLISH
    redacted: bool = False
    lanes: tuple[Lane, ...] = ()
    activity: Activity | None = None
    log: LogReport | None = None

    @property
    def server_count(self) -> int:
        """How many servers there are, whether all of them are listed or not."""
        return _counted(self.servers_total, self.servers)

    @property
    def client_count(self) -> int:
        """The same of clients."""
        return _counted(self.clients_total, self.clients)

    @property
    def finding_count(self) -> int:
        """The same of findings."""
        return _counted(self.findings_total, self.findings)


def _counted(total: int | UnsetType, listed: Sized) -> int:
    return len(listed) if isinstance(total, UnsetType) else total
