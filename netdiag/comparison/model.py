"""`Comparison`: the whole result as plain values, ready for JSON and for every format.

Field by field the contract in ``schema/comparison-v1.schema.json``, in its order. Words on times,
durations and endpoints are those of `netdiag.report.model`. Nothing more is computed from it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from netdiag.report.endpoint import IdleTimeoutReport
from netdiag.report.finding import Confidence
from netdiag.report.model import Producer

SCHEMA = "netdiag/comparison/v1"

Outcome = Literal[
    "worked", "absorbed", "less", "unproven", "did-not-work", "worse", "not-comparable"
]
Reason = Literal[
    "no-traffic-before",
    "no-traffic-after",
    "other-server",
    "one-direction",
    "nothing-failed-before",
    "no-occasion-after",
    "too-few",
]
CureKind = Literal[
    "client-limit", "check-before-use", "client-follows", "server-timeout", "not-kept", "retries"
]


class Rate(Struct, frozen=True):
    """So many in a thousand, and the rates that the amounts are compatible with.

    Attributes:
        per_thousand: None where there was nothing to count in.
        low: of the 95 % interval of Clopper and Pearson; one-sided where none (or all) failed.
        high: its other end.
    """

    per_thousand: float | None
    low: float
    high: float


class IdleGaps(Struct, frozen=True):
    """Idle times before connections were used again, in seconds, without those that aren't known.

    Attributes:
        p50: of the reuses, half came after at most this; `p90` and `p99` likewise.
    """

    p50: float
    p90: float
    p99: float
    longest: float


class Fates(Struct, frozen=True, kw_only=True):
    """What became of the requests that came after a dangerous idle time.

    Attributes:
        harmed: sent on the idle connection, and harmed.
        answered: sent on it, and answered.
        expired: sent on another one, as the client had ended the idle one first.
        checked: sent on another one, as the client found the idle one ended when it wanted it.
        noticed: sent on another one, as the client had let go of the idle one since its end.
        not_kept: sent on another one, as the first had been ended with its last response.
        other: anything else.
    """

    harmed: int = 0
    answered: int = 0
    expired: int = 0
    checked: int = 0
    noticed: int = 0
    not_kept: int = 0
    other: int = 0


class Exposure(Struct, frozen=True, kw_only=True):
    """How often a failure could have happened: all rates are of these.

    Attributes:
        idle_s: requests after at least so long an idle time count; None: all requests count.
        occasions: how many there were.
        moments: in how many separate moments; what one pause brings about counts once.
        harmed_moments: in how many of them a request was harmed.
        lost_moments: in how many of them one was harmed and no retry answered.
    """

    idle_s: float | None
    occasions: int
    moments: int
    harmed_moments: int
    lost_moments: int
    fates: Fates


class ClientLimit(Struct, frozen=True):
    """After how much idle time a client ends connections itself."""

    client: str
    estimate_s: float | None
    low_s: float | None
    high_s: float | None
    closes: int


class Measures(Struct, frozen=True, kw_only=True):
    """What was counted on one side, of one server or of all that are compared.

    Attributes:
        reuses: requests that were not the first on their connection.
        harmed: reuses harmed by idle connections; `absorbed` of them were answered by a retry.
        harmed_per_thousand_exchanges: `harmed` of `exchanges`.
        harmed_per_thousand_reuses: `harmed` of `reuses`.
        other_harmed: requests that other causes have harmed, by cause.
        connections_per_thousand_exchanges: the price; None without exchanges.
        idle_before_reuse_s: None without reuses.
        server_timeout: None where the capture tells nothing, or for several servers.
        near_misses: clients that found a connection ended when they wanted it, and opened another.
        expired_at_checkout: those that found it idle for too long by their own limit.
        closed_by_server_when_idle: idle connections that the server ended first.
        closed_by_client_when_idle: idle connections that the client ended first.
        unseen_risks: idle connections ended by RST: what fails of that is not on the wire.
    """

    connections: int
    exchanges: int
    reuses: int
    harmed: int
    absorbed: int
    harmed_per_thousand_exchanges: Rate
    harmed_per_thousand_reuses: Rate
    other_harmed: dict[str, int]
    connections_per_thousand_exchanges: float | None
    idle_before_reuse_s: IdleGaps | None
    server_timeout: IdleTimeoutReport | None
    client_limits: tuple[ClientLimit, ...]
    near_misses: int
    expired_at_checkout: int
    closed_by_server_when_idle: int
    closed_by_client_when_idle: int
    unseen_risks: int
    exposure: Exposure


class Verdict(Struct, frozen=True, kw_only=True):
    """Whether the cure worked.

    Attributes:
        reason: why it can't be said, or what it lacks; None where it can.
        headline: can be pasted into an incident as it stands.
        text: what it rests on, one sentence each.
    """

    outcome: Outcome
    confidence: Confidence
    reason: Reason | None
    headline: str
    text: tuple[str, ...]


class Evidence(Struct, frozen=True, kw_only=True):
    """The numbers behind the verdict.

    Attributes:
        basis: ``moments`` after dangerous idle times, or ``exchanges`` where other causes harmed.
        chance_of_so_few: how likely so few failures are if nothing has changed; None without any
            before.
        chance_of_so_many: the same of so many.
        expected_harmed: requests that would have been harmed at the rate before.
        more_needed: so many more occasions without a failure would tell; None where none would.
        more_time_s: how long that takes at the rate at which they came; None where none did.
    """

    basis: Literal["moments", "exchanges"]
    chance_of_so_few: float | None
    chance_of_so_many: float | None
    expected_harmed: float | None
    more_needed: int | None
    more_time_s: float | None


class Cure(Struct, frozen=True):
    """A change that the wire shows.

    Attributes:
        before: to how many requests after a dangerous idle time it applied; with `after` the same.
    """

    kind: CureKind
    before: int
    after: int
    text: str


class SideReport(Struct, frozen=True, kw_only=True):
    """One of the two examinations.

    Attributes:
        captures: paths.
        duration_s: from the first packet to the last.
    """

    captures: tuple[str, ...]
    first_time: str | None
    last_time: str | None
    duration_s: float
    packets: int
    measures: Measures


class ServerComparison(Struct, frozen=True, kw_only=True):
    """One server.

    Attributes:
        server: endpoint before; `after_server` where it has another one after.
    """

    server: str
    after_server: str | None
    outcome: Outcome
    reason: Reason | None
    before: Measures
    after: Measures


class Comparison(Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        language: what its sentences are written in.
        servers: most failures before first.
        cures: what has changed, most often first.
        caveats: what the two captures leave open, one sentence each.
    """

    schema: str = SCHEMA
    netdiag: Producer
    language: str
    verdict: Verdict
    evidence: Evidence
    cures: tuple[Cure, ...]
    before: SideReport
    after: SideReport
    servers: tuple[ServerComparison, ...]
    caveats: tuple[str, ...]
