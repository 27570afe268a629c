"""`compare`: two examinations, before and after, become a `Comparison`."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.analysis import Examination
from netdiag.comparison.caveats import caveats
from netdiag.comparison.cures import find_cures
from netdiag.comparison.judge import Counts, Judgement, judge
from netdiag.comparison.measure import measure
from netdiag.comparison.model import (
    Comparison,
    Evidence,
    Measures,
    Reason,
    ServerComparison,
    SideReport,
    Verdict,
)
from netdiag.comparison.pairing import ServerPair, pair_servers
from netdiag.comparison.seen import Danger, Seen, find_danger, look_at
from netdiag.comparison.wording import expected_harmed, headline, sentences
from netdiag.language import _, current
from netdiag.report.build.clock import rfc3339, seconds
from netdiag.report.build.limits import only_direction
from netdiag.report.model import Producer

MOST_SERVERS = 50
"""Of more servers than this nobody reads each; the verdict is of all that had failures."""


def compare(before: Examination, after: Examination) -> Comparison:
    """Say whether what was done between them worked."""
    old, new = look_at(before), look_at(after)
    pairs = pair_servers(old.servers(), new.servers())
    concerned = _concerned(old, new, pairs)
    dangers = {pair: _danger(old, new, pair) for pair in concerned}
    compared = [_compare(old, new, pair, dangers[pair]) for pair in concerned]
    was = measure(*_all(old, [(pair.before, dangers[pair]) for pair in concerned]))
    is_ = measure(*_all(new, [(pair.after, dangers[pair]) for pair in concerned]))
    judgement = _judge(old, new, pairs, compared, (was, is_))
    more_time_s = _more_time_s(judgement, new, is_, old, was)
    expected = expected_harmed(was, is_)
    return Comparison(
        netdiag=Producer(),
        language=current(),
        verdict=Verdict(
            outcome=judgement.outcome,
            confidence=judgement.confidence,
            reason=judgement.reason,
            headline=headline(judgement, was, is_, _names(concerned)),
            text=tuple(sentences(judgement, was, is_, more_time_s)),
        ),
        evidence=Evidence(
            basis="exchanges" if was.exposure.idle_s is None else "moments",
            chance_of_so_few=_rounded(judgement.chance_of_so_few),
            chance_of_so_many=_rounded(judgement.chance_of_so_many),
            expected_harmed=_rounded(expected),
            more_needed=judgement.more_needed,
            more_time_s=_rounded(more_time_s),
        ),
        cures=find_cures(was, is_),
        before=_side(old, was),
        after=_side(new, is_),
        servers=tuple(_report(*each) for each in compared[:MOST_SERVERS]),
        caveats=caveats(old, new, pairs, was, is_),
    )


def _names(pairs: Sequence[ServerPair]) -> str:
    if len(pairs) == 1:
        return pairs[0].name
    return _("{n} servers").format(n=len(pairs))


_Compared = tuple[ServerPair, Counts, Measures, Measures]


def _danger(old: Seen, new: Seen, pair: ServerPair) -> Danger | None:
    """What was dangerous before; what is now, where nothing was."""
    before = find_danger(old, pair.before)
    if before is not None:
        return before
    after = find_danger(new, pair.after)
    return None if after is None else Danger(after.idle_ns, set_by_harm=False)


def _concerned(old: Seen, new: Seen, pairs: Sequence[ServerPair]) -> list[ServerPair]:
    """The servers that had failures, most before first; the busiest ones where none had."""

    def weight(pair: ServerPair) -> tuple[int, int]:
        return (
            old.harmed_by_idling(pair.before) or sum(old.harmed_otherwise(pair.before).values()),
            new.harmed_by_idling(pair.after) or sum(new.harmed_otherwise(pair.after).values()),
        )

    harmed = [pair for pair in pairs if any(weight(pair))]
    return sorted(harmed, key=weight, reverse=True) or list(pairs[:MOST_SERVERS])


def _compare(old: Seen, new: Seen, pair: ServerPair, danger: Danger | None) -> _Compared:
    was = measure(*_all(old, [(pair.before, danger)]))
    is_ = measure(*_all(new, [(pair.after, danger)]))
    discount = danger is not None and danger.set_by_harm
    return pair, Counts(was.exposure, is_.exposure, discount), was, is_


def _all(
    seen: Seen, groups: Sequence[tuple[tuple[int, ...], Danger | None]]
) -> tuple[Seen, list[int], dict[int, Danger | None]]:
    dangers = {server: danger for servers, danger in groups for server in servers}
    return seen, list(dangers), dangers


def _judge(
    old: Seen,
    new: Seen,
    pairs: Sequence[ServerPair],
    compared: Sequence[_Compared],
    measures: tuple[Measures, Measures],
) -> Judgement:
    reason: Reason | None = None
    if not old.mine.any() or not old.scene.endings.exchanges[old.mine].any():
        reason = "no-traffic-before"
    elif not new.mine.any():
        reason = "no-traffic-after"
    elif not pairs:
        reason = "other-server"
    elif only_direction(old.subject) or only_direction(new.subject):
        reason = "one-direction"
    elif not measures[1].exchanges and not measures[1].exposure.occasions:
        reason = "no-traffic-after"
    if reason is not None:
        unproven = reason == "no-traffic-after"
        return Judgement("unproven" if unproven else "not-comparable", "low", reason)
    return judge([each[1] for each in compared])


def _more_time_s(
    judgement: Judgement, new: Seen, is_: Measures, old: Seen, was: Measures
) -> float | None:
    """How long it takes to see as many moments as are needed, at the rate at which they came."""
    if judgement.more_needed is None:
        return None
    for seen, measures in ((new, is_), (old, was)):
        span_s = _span_s(seen)
        if measures.exposure.moments and span_s > 0:
            return judgement.more_needed * span_s / measures.exposure.moments
    return None


def _span_s(seen: Seen) -> float:
    times = seen.scene.traffic.time_ns
    return float(times.max() - times.min()) / 1e9 if len(times) else 0.0


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def _side(seen: Seen, measures: Measures) -> SideReport:
    captures = seen.subject.captures
    firsts = [c.info.first_time_ns for c in captures if c.info.first_time_ns is not None]
    lasts = [c.info.last_time_ns for c in captures if c.info.last_time_ns is not None]
    return SideReport(
        captures=tuple(str(capture.info.path) for capture in captures),
        first_time=rfc3339(min(firsts), 6) if firsts else None,
        last_time=rfc3339(max(lasts), 6) if lasts else None,
        duration_s=seconds(max(lasts) - min(firsts)) if firsts and lasts else 0.0,
        packets=sum(capture.info.packets for capture in captures),
        measures=measures,
    )


def _report(pair: ServerPair, counts: Counts, was: Measures, is_: Measures) -> ServerComparison:
    judgement = judge([counts])
    if not is_.exchanges and not is_.exposure.occasions:
        judgement = Judgement("unproven", "low", "no-traffic-after")
    return ServerComparison(
        server=pair.name,
        after_server=pair.after_name,
        outcome=judgement.outcome,
        reason=judgement.reason,
        before=was,
        after=is_,
    )
