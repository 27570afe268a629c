"""Builds the reports on servers, clients and idle timeouts."""

from __future__ import annotations

from collections.abc import Container, Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, distinct
from netdiag.connections.legs import is_news
from netdiag.decode.bygones import Bygones, How
from netdiag.diagnosis.products.hints import Hint
from netdiag.exchanges import CloseKind, Protocol
from netdiag.language import _
from netdiag.language.clauses import clauses_of, listing
from netdiag.report.build.clock import in_words
from netdiag.report.build.hints import client_hints, server_hints
from netdiag.report.build.idle_gaps import idle_gaps
from netdiag.report.build.subject import Subject
from netdiag.report.endpoint import (
    ClientReport,
    IdleTimeoutReport,
    ProductHint,
    ServerCloses,
    ServerReport,
    TimeoutGroup,
)
from netdiag.report.finding import Side
from netdiag.timeouts import (
    IdleTimeout,
    Reason,
    age_limits,
    by_server,
    request_limits,
)

Endpoints = npt.NDArray[np.uint64]

DIGITS = 6
"""Timeouts are measured on a clock of microseconds."""

MOST_LOCATED = 16
"""Of more servers than this it isn't said where each was captured: it takes time."""

MOST_HINTED = 64
"""Among more servers or clients than this, nobody reads what each of them acts like."""


def servers(
    subject: Subject, most: int | None = None, named: Container[int] = ()
) -> tuple[ServerReport, ...]:
    """One report a server endpoint, the one with most connections first.

    Of more than `most` only those with most connections, and those that are named.
    """
    scene = subject.scene
    table = scene.connections
    limits = request_limits(table, scene.endings, scene.reason == Reason.REQUEST_LIMIT)
    at_age = scene.reason == Reason.AGE_LIMIT
    ages_s = age_limits(scene.traffic, table, scene.endings, at_age)
    first_by_server = by_server(scene.endings)
    gaps = idle_gaps(subject)
    reports = []
    bygones = scene.bygones
    parties = _Parties.of(table.server, _counted(subject, table.server), bygones.server)
    hinted = len(parties.names) <= MOST_HINTED
    for endpoint, rows, others in parties.foremost(most, named):
        over = bygones.of_server(endpoint)
        reports.append(
            ServerReport(
                endpoint=scene.addresses.text(endpoint),
                protocol=_protocol(scene.speech.protocol[rows], over.protocol),
                product=subject.introductions.server.get(endpoint),
                connections=len(rows) + others,
                exchanges=_exchanges(subject, rows, over),
                closes=_closes(subject, rows, first_by_server, over),
                idle_timeout=idle_timeout(scene.timeouts.servers.get(endpoint)),
                max_requests=limits.get(endpoint),
                max_age_s=_rounded(ages_s.get(endpoint)),
                product_hints=_hints(server_hints(subject, endpoint)) if hinted else (),
                vantage_ends=_ends(subject, endpoint)
                if len(parties.names) <= MOST_LOCATED
                else None,
                idle_gaps=gaps.get(endpoint, ()),
            )
        )
    return tuple(reports)


def count_parties(subject: Subject) -> tuple[int, int]:
    """How many servers and clients there are."""
    table = subject.scene.connections
    server, client = (
        len(distinct(keys[_counted(subject, keys)])) for keys in (table.server, table.client_host)
    )
    return server, client


def _ends(subject: Subject, server: int) -> tuple[Side, ...]:
    """The ends of a server's connections at which they were captured."""
    return tuple(sorted(subject.ends_seen(server)))  # type: ignore[arg-type]  # the contract's words


def clients(subject: Subject, most: int | None = None) -> tuple[ClientReport, ...]:
    """One report a client address, the one with most connections first; at most so many."""
    scene = subject.scene
    host = scene.connections.client_host
    parties = _Parties.of(host, _counted(subject, host), scene.bygones.client_host)
    hinted = len(parties.names) <= MOST_HINTED
    names = {client: name for (client, _), name in subject.introductions.driver.items()}
    names |= subject.introductions.client
    return tuple(
        ClientReport(
            address=scene.addresses.host(name),
            product=names.get(name),
            connections=len(rows) + others,
            idle_timeout=idle_timeout(scene.timeouts.clients.get(name)),
            longest_idle_reuse_s=_rounded(scene.timeouts.longest_reuse_s.get(name)),
            product_hints=_hints(client_hints(subject, name)) if hinted else (),
        )
        for name, rows, others in parties.foremost(most)
    )


def _hints(hints: tuple[Hint, ...]) -> tuple[ProductHint, ...]:
    return tuple(ProductHint(hint.product.name, hint.because) for hint in hints)


def idle_timeout(timeout: IdleTimeout | None) -> IdleTimeoutReport | None:
    """The contract's form of an inferred timeout."""
    if timeout is None:
        return None
    return IdleTimeoutReport(
        estimate_s=_rounded(timeout.estimate_s),
        low_s=_rounded(timeout.low_s),
        high_s=_rounded(timeout.high_s),
        closes=timeout.closes,
        longest_survived_s=_rounded(timeout.longest_survived_s),
        likely_setting_s=_rounded(timeout.likely_setting_s),
        granularity_s=_rounded(timeout.granularity_s),
        declared_s=_rounded(timeout.declared_s),
        confidence=timeout.confidence,  # type: ignore[arg-type]  # one of the contract's words
        consistent=timeout.consistent,
        likely_setting_basis=timeout.likely_setting_basis,
        groups=tuple(
            TimeoutGroup(
                estimate_s=round(float(group.estimate_s or 0.0), DIGITS),
                low_s=round(float(group.low_s or 0.0), DIGITS),
                high_s=round(float(group.high_s or 0.0), DIGITS),
                closes=group.closes,
                likely_setting_s=_rounded(group.likely_setting_s),
            )
            for group in timeout.groups
        ),
        contradiction=contradiction(timeout),
    )


def contradiction(timeout: IdleTimeout) -> str | None:
    """What one fixed timeout does not explain, in words; None where it explains all."""
    if timeout.consistent:
        return None
    survived, high = timeout.longest_survived_s, timeout.high_s
    clauses = []
    if timeout.groups:
        values = sorted(group.estimate_s or 0.0 for group in timeout.groups)
        clauses.append(
            _(
                "the closes lie in {n} groups, at {times}, as of several servers (or settings) "
                "behind one address"
            ).format(n=len(values), times=listing([in_words(value) for value in values]))
        )
    if survived is not None and high is not None and survived > high:
        clauses.append(
            _(
                "a connection still worked after {longer} idle, while others were closed after "
                "{shorter} or less"
            ).format(longer=in_words(survived), shorter=in_words(high))
        )
    if not clauses:
        return _("the closes came after idle times that no single timer explains")
    return clauses_of(clauses)


def _counted(subject: Subject, endpoint: Endpoints) -> Mask:
    """Connections to count for their endpoint: each once, however many legs of it there are."""
    considered, table = subject.scene.considered, subject.scene.connections
    counted: Mask = considered & (is_news(table, endpoint) | ~considered[table.same_as])
    return counted


class _Parties(Struct, frozen=True, eq=False):
    """Who takes part: names (uint64), and where in `rows` the connections of each begin and end.

    And how many each has that have no rows.
    """

    names: Endpoints
    begin: Rows
    end: Rows
    others: Rows
    rows: Rows

    @classmethod
    def of(cls, keys: Endpoints, chosen: Mask, others: Endpoints) -> _Parties:
        """Those of some connections, the one with most first.

        Args:
            keys: the name of each connection's.
            chosen: bool, which connections count.
            others: the names of those of connections without rows; all have others with rows.
        """
        rows = np.flatnonzero(chosen)
        rows = rows[np.argsort(keys[rows], kind="stable")]
        names, begin = np.unique(keys[rows], return_index=True)
        end = np.append(begin[1:], len(rows))[: len(begin)]
        further = np.bincount(np.searchsorted(names, others), minlength=len(names))
        order = np.argsort(begin - end - further, kind="stable")
        return cls(names[order], begin[order], end[order], further[order], rows)

    def foremost(
        self, most: int | None, named: Container[int] = ()
    ) -> Iterator[tuple[int, Rows, int]]:
        """The first, and those that are named: their names, connections, and how many others."""
        names = self.names.tolist()
        for at, name in enumerate(names):
            if most is None or at < most or name in named:
                rows = self.rows[int(self.begin[at]) : int(self.end[at])]
                yield name, rows, int(self.others[at])


def _protocol(*protocols: npt.NDArray[np.uint8]) -> str:
    """What most of the connections that speak something known speak."""
    counts = np.bincount(np.concatenate(protocols), minlength=len(Protocol))
    counts[Protocol.UNKNOWN] = 0
    return Protocol(int(counts.argmax()) if counts.any() else Protocol.UNKNOWN).slug


def _exchanges(subject: Subject, rows: Rows, bygones: Bygones) -> int:
    own = int(subject.scene.endings.exchanges[rows].sum())
    return own + int(bygones.exchanges.sum(dtype=np.int64))


def _closes(subject: Subject, rows: Rows, first_by_server: Mask, bygones: Bygones) -> ServerCloses:
    table, endings = subject.scene.connections, subject.scene.endings
    server = first_by_server[rows] & (endings.close_kind[rows] != CloseKind.NONE)
    reset = server & (endings.close_kind[rows] == CloseKind.RST)
    client = ~server & (endings.client_end[rows] >= 0)
    by_fin = client & (endings.client_end[rows] != table.client_rst[rows])
    ended = int(np.count_nonzero(bygones.are(How.BY_SERVER)))
    return ServerCloses(
        server_fin=int((server & ~reset).sum()) + ended,
        server_rst=int(reset.sum()),
        client_fin=int(by_fin.sum()) + len(bygones) - ended,
        client_rst=int((client & ~by_fin).sum()),
        open=int((~server & ~client).sum()),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), DIGITS)
