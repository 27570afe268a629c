"""What of very many things a report lists: whoever can send packets decides how many there are.

The rest is counted. Nobody reads ten thousand occurrences; scripts that want every connection ask
`netdiag connections` and `netdiag export`.
"""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.diagnosis.diagnose import Finding

MOST_FINDINGS = 500
MOST_OCCURRENCES = 10_000
"""Of all findings together; each is some three kilobytes of JSON. One finding has at least one."""
MOST_PARTIES = 5_000
"""Servers, and clients."""


def enough_of(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The first findings, with their first cases."""
    occurrences = sum(len(finding.cases) for finding in findings)
    if len(findings) <= MOST_FINDINGS and occurrences <= MOST_OCCURRENCES:
        return findings
    shown, room = [], MOST_OCCURRENCES
    for finding in findings[:MOST_FINDINGS]:
        some = finding.cases[: max(room, 1)]
        room -= len(some)
        shown.append(replace(finding, cases=some))
    return tuple(shown)
