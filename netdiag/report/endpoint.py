"""`ServerReport` and `ClientReport`: what is known of one end, its idle timeout with it.

Made by `report.build` as a part of the `Report`; the words on times, durations and endpoints are
those of `report.finding`.
"""

from __future__ import annotations

from msgspec import Struct

from netdiag.report.charts import IdleGap
from netdiag.report.finding import Confidence, Side


class ServerCloses(Struct, frozen=True):
    """How a server's connections ended, by who ended them first and with which flag."""

    server_fin: int = 0
    server_rst: int = 0
    client_fin: int = 0
    client_rst: int = 0
    open: int = 0


class TimeoutGroup(Struct, frozen=True, kw_only=True):
    """One of several timeouts that stand behind one address.

    Attributes:
        estimate_s: with `low_s` and `high_s` as in `IdleTimeoutReport`, of this group alone.
        closes: how many closes belong to it.
    """

    estimate_s: float
    low_s: float
    high_s: float
    closes: int
    likely_setting_s: float | None


class IdleTimeoutReport(Struct, frozen=True, kw_only=True):
    """After how much idle time one side ends a connection, as far as the capture tells.

    Attributes:
        estimate_s: None where only a lower bound is known.
        low_s: with `high_s` the range that the evidence allows; None: unbounded on that side.
        closes: closes that measured it.
        longest_survived_s: longest idle after which a reuse was answered; a lower bound.
        likely_setting_s: the value in the configuration that this evidence points to.
        granularity_s: how coarsely the timer seems to run.
        declared_s: what ``Keep-Alive: timeout=`` said; may differ from what is observed.
        consistent: False where one fixed timeout can't explain the evidence.
        likely_setting_basis: what the likely setting rests on: ``declared``, ``default of PRODUCT``
            or ``round value in range``; None without one.
        groups: timeouts of several servers behind one address, where their closes lie apart.
        contradiction: what one fixed timeout does not explain, in words; None if consistent.
    """

    estimate_s: float | None
    low_s: float | None
    high_s: float | None
    closes: int
    longest_survived_s: float | None
    likely_setting_s: float | None
    granularity_s: float | None
    declared_s: float | None
    confidence: Confidence
    consistent: bool
    likely_setting_basis: str | None = None
    groups: tuple[TimeoutGroup, ...] = ()
    contradiction: str | None = None


class ProductHint(Struct, frozen=True):
    """A product that acts as this server or client does; a hint, never a proof.

    Attributes:
        product: its name.
        because: what that rests on, one clause each, the most telling first.
    """

    product: str
    because: tuple[str, ...]


class ServerReport(Struct, frozen=True, kw_only=True):
    """One server endpoint and all its connections.

    Attributes:
        protocol: ``http/1``, ``tls``, ``mysql``, … or ``unknown``.
        product: as announced on the wire, or None.
        idle_timeout: None where the capture holds no evidence.
        max_requests: exchanges per connection, where that is what ends them.
        max_age_s: the age at which connections are ended, whatever goes on; at most this.
        product_hints: what it acts like, where it announced nothing; at most three.
        vantage_ends: the ends of its connections on whose host they were captured, by all captures
            together; None where there are too many servers to look at each.
        idle_gaps: idle times on its connections by what ended them; empty for servers that are
            neither among the first to look at, nor had any.
    """

    endpoint: str
    protocol: str
    product: str | None
    connections: int
    exchanges: int
    closes: ServerCloses
    idle_timeout: IdleTimeoutReport | None
    max_requests: int | None = None
    max_age_s: float | None = None
    product_hints: tuple[ProductHint, ...] = ()
    vantage_ends: tuple[Side, ...] | None = None
    idle_gaps: tuple[IdleGap, ...] = ()


class ClientReport(Struct, frozen=True, kw_only=True):
    """One client address and all its connections.

    Attributes:
        product: as announced on the wire, or None.
        idle_timeout: from the client's own idle closes; None where there were none.
        longest_idle_reuse_s: longest idle after which it tried to reuse a connection.
        product_hints: what it acts like, where it announced nothing; at most three.
    """

    address: str
    product: str | None
    connections: int
    idle_timeout: IdleTimeoutReport | None
    longest_idle_reuse_s: float | None
    product_hints: tuple[ProductHint, ...] = ()
