"""`Harm`: the requests that were harmed, by the kind of cure that they ask for.

From the findings of one examination. What the requests were that were not harmed is left to
`netdiag.comparison.occasions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.recommendation.limit import BY_PATH, BY_SERVER
from netdiag.diagnosis.retries import find_retry

IDLE_CAUSES = BY_SERVER | BY_PATH
"""What an idle limit, a look before use or a longer timeout cures."""


class HarmedReuse(Struct, frozen=True):
    """A request that was harmed because its connection had been idle for too long.

    Attributes:
        connection: row of `Connections`.
        exchange: row of `Exchanges`.
        server: endpoint.
        absorbed: a retry was answered: whoever asked may have noticed nothing.
        retry: row of `Traffic` with the retry; -1 without.
    """

    connection: int
    exchange: int
    server: int
    absorbed: bool
    retry: int


class Harm(Struct, frozen=True):
    """What was harmed.

    Attributes:
        reuses: by idle connections, in capture order.
        others: by server endpoint and cause, how many requests that no idle limit would have saved.
        unseen: by server endpoint, idle connections that it ended by RST: requests that fail of it
            never reach the wire.
    """

    reuses: tuple[HarmedReuse, ...]
    others: dict[int, dict[str, int]]
    unseen: dict[int, int]


def find_harm(findings: Sequence[Finding]) -> Harm:
    """Sort the cases of all findings."""
    others: dict[int, dict[str, int]] = {}
    unseen: dict[int, int] = {}
    for finding in findings:
        slug = finding.cause.slug
        harmed = sum(case.claim.harmed for case in finding.cases)
        if slug == "idle-reset":
            unseen[finding.server] = len(finding.cases)
        elif slug not in IDLE_CAUSES and harmed:
            others.setdefault(finding.server, {})[slug] = harmed
    reuses = sorted(_reuses(findings), key=lambda reuse: reuse.exchange)
    return Harm(tuple(reuses), others, unseen)


def _reuses(findings: Sequence[Finding]) -> Iterator[HarmedReuse]:
    for finding in findings:
        if finding.cause.slug not in IDLE_CAUSES:
            continue
        for case in finding.cases:
            if case.claim.harmed and case.story.exchange >= 0:
                yield _reuse(finding.server, case)


def _reuse(server: int, case: Case) -> HarmedReuse:
    retry = find_retry(case.story)
    return HarmedReuse(
        connection=case.story.connection,
        exchange=case.story.exchange,
        server=server,
        absorbed=retry is not None and retry.outcome == "answered",
        retry=-1 if retry is None else retry.row,
    )
