"""`judge`: whether a cure worked, from counts alone, and no more than they allow to say.

What is counted are moments in which a request could fail for the cause in question, of the same
kind before and after; see `netdiag.comparison.occasions`. A change in traffic changes how often
such moments come, not how many of them fail.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from netdiag.comparison.model import Exposure, Outcome, Reason
from netdiag.comparison.rates import (
    Pair,
    fewer,
    is_unlikely,
    more,
    trials_needed,
    trials_to_exclude,
)
from netdiag.report.finding import Confidence

VERY_SURE = 0.01
"""An error of one in a hundred: what makes a medium confidence a high one."""

HALF = 0.5
"""A cure that may have left more than this of the rate before has not been seen to work: two
moments without a failure can be enough to show that something has changed, but not how much."""


class Counts(Struct, frozen=True):
    """Moments before and after, of one server.

    Attributes:
        discount: one moment before set the idle time that counts, and can't be evidence as well.
    """

    before: Exposure
    after: Exposure
    discount: bool = False

    @property
    def harmed(self) -> Pair:
        """Moments with a harmed request."""
        return self._pair(self.before.harmed_moments, self.after.harmed_moments)

    @property
    def lost(self) -> Pair:
        """Moments with a harmed request that no retry saved."""
        return self._pair(self.before.lost_moments, self.after.lost_moments)

    def _pair(self, before: int, after: int) -> Pair:
        less = 1 if self.discount and self.before.harmed_moments else 0
        return Pair(
            max(before - less, 0), max(self.before.moments - less, 0), after, self.after.moments
        )


class Judgement(Struct, frozen=True):
    """What the counts allow to say.

    Attributes:
        reason: why it can't be said; None where it can.
        chance_of_so_few: if nothing had changed; None without a failure before.
        chance_of_so_many: likewise.
        more_needed: so many more moments without a failure would tell.
    """

    outcome: Outcome
    confidence: Confidence
    reason: Reason | None = None
    chance_of_so_few: float | None = None
    chance_of_so_many: float | None = None
    more_needed: int | None = None


def judge(counts: Sequence[Counts]) -> Judgement:
    """Judge all servers together, each by its own rate before."""
    pairs = [each.harmed for each in counts]
    failed_before = sum(each.before.harmed_moments for each in counts)
    failed_after = sum(pair.failed_after for pair in pairs)
    if failed_before == 0:
        if failed_after:
            return Judgement("worse", "medium", chance_of_so_many=more(pairs))
        return Judgement("not-comparable", "low", "nothing-failed-before")
    few, many = fewer(pairs), more(pairs)
    if failed_after == 0 and not (is_unlikely(few) and _missing(pairs) == 0):
        reason: Reason = "too-few" if any(p.trials_after for p in pairs) else "no-occasion-after"
        return Judgement("unproven", "low", reason, few, many, _needed(pairs))
    outcome, sure = _of_failures(failed_after, few, many, _saved([each.lost for each in counts]))
    return Judgement(outcome, sure, None, few, many)


def _missing(pairs: Sequence[Pair]) -> int:
    """How many moments without a failure are missing until half the rate before is ruled out."""
    rate = sum(pair.failed_before for pair in pairs) / sum(p.trials_before for p in pairs)
    return max(trials_to_exclude(HALF * rate) - sum(pair.trials_after for pair in pairs), 0)


def _needed(pairs: Sequence[Pair]) -> int | None:
    """How many more moments without a failure would tell; None where no number would."""
    to_differ = trials_needed(pairs)
    return None if to_differ is None else max(to_differ, _missing(pairs))


def _of_failures(
    after: int, few: float, many: float, saved: float | None
) -> tuple[Outcome, Confidence]:
    if after == 0:
        return "worked", _sure(few)
    if saved is not None and is_unlikely(saved):
        return "absorbed", _sure(saved)
    if is_unlikely(few):
        return "less", _sure(few)
    if is_unlikely(many):
        return "worse", _sure(many)
    return "did-not-work", "high" if after > 1 else "medium"


def _saved(lost: Sequence[Pair]) -> float | None:
    """How likely it is that nothing was lost after; None where something was, or nothing before."""
    if any(pair.failed_after for pair in lost) or not any(pair.failed_before for pair in lost):
        return None
    return fewer(lost)


def _sure(chance: float) -> Confidence:
    return "high" if is_unlikely(chance, VERY_SURE) else "medium"
