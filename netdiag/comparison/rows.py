"""`rows`: what was counted, as lines of a table with a column for each side, in words."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.comparison.model import Comparison, Measures, Rate
from netdiag.language import _
from netdiag.report.build.clock import in_words

NOTHING = "-"


class Row(NamedTuple):
    """One line: what was counted, before and after; a part of what stands above is indented."""

    name: str
    before: str
    after: str
    indented: bool = False


_Line = tuple[str, str, bool]


def rows(comparison: Comparison) -> tuple[Row, ...]:
    """The table of all that was compared; lines that say nothing on either side are left out."""
    before, after = comparison.before.measures, comparison.after.measures
    before_s, after_s = comparison.before.duration_s, comparison.after.duration_s
    lines = [Row(_("captured for"), in_words(before_s), in_words(after_s))]
    for (name, was, part), (_name, is_, _part) in zip(
        _of(before, before), _of(after, before), strict=True
    ):
        lines.append(Row(name, was, is_, part))
    return tuple(line for line in lines if {line.before, line.after} - {NOTHING, "0"})


def _of(side: Measures, before: Measures) -> list[_Line]:
    """The lines of one side; the idle time that counts is always that of BEFORE."""
    return [
        (_("connections"), f"{side.connections:,}", False),
        (_("exchanges"), f"{side.exchanges:,}", False),
        (_("reuses of a connection"), f"{side.reuses:,}", False),
        (_("harmed by idle connections"), f"{side.harmed:,}", False),
        (_("of these answered by a retry"), f"{side.absorbed:,}", True),
        (_("per thousand exchanges"), _rate(side.harmed_per_thousand_exchanges), True),
        (_("per thousand reuses"), _rate(side.harmed_per_thousand_reuses), True),
        *_of_exposure(side, before),
        (_("harmed by other causes"), f"{sum(side.other_harmed.values()):,}", False),
        *_of_closes(side),
        (_("idle before reuse, half"), _gap(side, "p50"), False),
        (_("99 of 100"), _gap(side, "p99"), True),
        (_("longest"), _gap(side, "longest"), True),
        (_("server's idle timeout"), _server_timeout(side), False),
        (_("client's idle limit"), _client_limit(side), False),
        (
            _("connections per thousand exchanges"),
            _number(side.connections_per_thousand_exchanges),
            False,
        ),
    ]


def _of_exposure(side: Measures, before: Measures) -> list[_Line]:
    idle_s, fates = before.exposure.idle_s, side.exposure.fates
    if idle_s is None:
        return []
    name = _("requests after {idle} of silence").format(idle=in_words(idle_s))
    return [
        (name, f"{side.exposure.occasions:,}", False),
        (_("harmed"), f"{fates.harmed:,}", True),
        (_("answered on the idle connection"), f"{fates.answered:,}", True),
        (_("on another: the client had ended it"), f"{fates.expired:,}", True),
        (_("on another: found ended when wanted"), f"{fates.checked:,}", True),
        (_("on another: let go when it was ended"), f"{fates.noticed:,}", True),
        (_("on another: never kept"), f"{fates.not_kept:,}", True),
    ]


def _of_closes(side: Measures) -> list[_Line]:
    return [
        (_("near misses"), f"{side.near_misses:,}", False),
        (_("idle closes by the server"), f"{side.closed_by_server_when_idle:,}", False),
        (_("idle closes by the client"), f"{side.closed_by_client_when_idle:,}", False),
        (_("just when it was wanted"), f"{side.expired_at_checkout:,}", True),
    ]


def _rate(rate: Rate) -> str:
    if rate.per_thousand is None:
        return NOTHING
    if rate.per_thousand == 0:
        return _("0 (up to {high})").format(high=_number(rate.high))
    return _("{rate} ({low} to {high})").format(
        rate=_number(rate.per_thousand), low=_number(rate.low), high=_number(rate.high)
    )


def _number(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def _gap(side: Measures, which: str) -> str:
    gaps = side.idle_before_reuse_s
    return NOTHING if gaps is None else in_words(getattr(gaps, which))


def _server_timeout(side: Measures) -> str:
    timeout = side.server_timeout
    if timeout is None:
        return NOTHING
    if timeout.estimate_s is not None:
        return in_words(timeout.estimate_s)
    if timeout.low_s is not None:
        return _("more than {time}").format(time=in_words(timeout.low_s))
    return NOTHING


def _client_limit(side: Measures) -> str:
    known = [each.estimate_s for each in side.client_limits if each.estimate_s is not None]
    if not known:
        return NOTHING
    if max(known) - min(known) < 0.1:
        return in_words(max(known))
    return _("{shortest} to {longest}").format(
        shortest=in_words(min(known)), longest=in_words(max(known))
    )
