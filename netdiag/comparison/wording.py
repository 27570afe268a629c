"""The verdict in words: a headline to paste, and the sentences that it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.comparison.judge import Judgement
from netdiag.comparison.model import Exposure, Measures
from netdiag.comparison.rates import interval
from netdiag.language import _, ngettext
from netdiag.report.build.clock import in_words

LEAST_CHANCE = 0.0001


def headline(judgement: Judgement, before: Measures, after: Measures, to: str) -> str:
    """One sentence for the incident.

    Args:
        to: the server, or how many there are.
    """
    outcome = judgement.outcome
    if outcome == "not-comparable" or judgement.reason in {"no-occasion-after", "no-traffic-after"}:
        return _why_not(judgement, before)
    return {
        "worked": _("It worked: {counts}."),
        "absorbed": _("Retries now hide the failures, which go on: {counts}, and none was lost."),
        "less": _("It helped, but requests are still harmed: {counts}."),
        "unproven": _("No sign of a failure, but too little to tell: {counts}."),
        "did-not-work": _("It did not work: {counts}."),
        "worse": _("It did not work, it got worse: {counts}."),
    }[outcome].format(counts=_counts(before.exposure, after.exposure, to))


def _counts(old: Exposure, new: Exposure, to: str) -> str:
    numbers = {
        "b": f"{old.fates.harmed:,}",
        "of_b": f"{old.occasions:,}",
        "a": f"{new.fates.harmed:,}",
        "of_a": f"{new.occasions:,}",
        "server": to,
    }
    if old.idle_s is None:
        return _("{a} of {of_a} requests to {server} were harmed, before {b} of {of_b}").format(
            **numbers
        )
    return _(
        "after {idle} of silence or more, {a} of {of_a} requests to {server} were harmed, before"
        " {b} of {of_b}"
    ).format(idle=in_words(old.idle_s), **numbers)


def _why_not(judgement: Judgement, before: Measures) -> str:
    if judgement.reason == "no-occasion-after":
        return _(
            "Nothing is proven: after the change, no request came after {idle} of silence or more,"
            " and that is what it takes to fail."
        ).format(idle=in_words(before.exposure.idle_s or 0.0))
    return {
        "no-traffic-before": _("These can't be compared: BEFORE holds no requests."),
        "no-traffic-after": _("Nothing is proven: AFTER holds no requests."),
        "other-server": _("These can't be compared: they have no server in common."),
        "one-direction": _(
            "These can't be compared: only one direction of the traffic was captured."
        ),
    }.get(
        judgement.reason or "",
        _("There was nothing to cure: no request was harmed before, and none is harmed after."),
    )


def sentences(
    judgement: Judgement, before: Measures, after: Measures, more_time_s: float | None
) -> Iterator[str]:
    """What the verdict rests on."""
    if judgement.reason in {"no-traffic-before", "no-traffic-after", "other-server"}:
        return
    if before.exposure.idle_s is not None:
        yield _rates(before, after)
    expected = expected_harmed(before, after)
    if judgement.chance_of_so_few is not None and after.exposure.occasions:
        if expected is not None and judgement.outcome in {"worked", "unproven", "less"}:
            yield _("At the rate before, about {n} of these would have been harmed.").format(
                n=_two_digits(expected)
            )
        yield from _chance(judgement)
    if judgement.outcome in {"worked", "unproven"}:
        yield from _still_possible(after)
    if judgement.outcome == "unproven":
        yield from _needed(judgement, more_time_s)
    yield from _of_moments(before.exposure, after.exposure)


def expected_harmed(before: Measures, after: Measures) -> float | None:
    """How many of the requests after would have been harmed at the rate before."""
    if not before.exposure.occasions:
        return None
    rate = before.exposure.fates.harmed / before.exposure.occasions
    return rate * after.exposure.occasions


def _rates(before: Measures, after: Measures) -> str:
    return _(
        "Harmed by idle connections: {b} per thousand exchanges before ({b_low} to {b_high} at"
        " 95%), {a} after ({a_low} to {a_high})."
    ).format(
        b=_number(before.harmed_per_thousand_exchanges.per_thousand),
        b_low=_number(before.harmed_per_thousand_exchanges.low),
        b_high=_number(before.harmed_per_thousand_exchanges.high),
        a=_number(after.harmed_per_thousand_exchanges.per_thousand),
        a_low=_number(after.harmed_per_thousand_exchanges.low),
        a_high=_number(after.harmed_per_thousand_exchanges.high),
    )


def _chance(judgement: Judgement) -> Iterator[str]:
    many = judgement.outcome == "worse"
    chance = judgement.chance_of_so_many if many else judgement.chance_of_so_few
    if chance is None or judgement.outcome in {"did-not-work", "absorbed"}:
        return
    if chance < LEAST_CHANCE:
        yield _(
            "If nothing had changed, chance would bring that about in less than 0.01% of cases."
        )
    else:
        text = _("If nothing had changed, chance would bring that about in {percent}% of cases.")
        yield text.format(percent=f"{100 * chance:.2g}")


def _still_possible(after: Measures) -> Iterator[str]:
    if after.exposure.moments:
        most = interval(0, after.exposure.moments).high
        yield _(
            "At 95%, up to {share}% of such requests may still be failing, and up to {n} per"
            " thousand exchanges."
        ).format(share=_number(100 * most), n=_number(after.harmed_per_thousand_exchanges.high))


def _needed(judgement: Judgement, more_time_s: float | None) -> Iterator[str]:
    number = judgement.more_needed
    if number is None:
        yield _("No further capture would tell: too few requests were harmed before.")
    elif more_time_s is None:
        yield ngettext(
            "{n} more of these without a failure would tell.",
            "{n} more of these without a failure would tell.",
            number,
        ).format(n=f"{number:,}")
    else:
        yield ngettext(
            "{n} more of these without a failure would tell: another {time} at the rate at which"
            " they came.",
            "{n} more of these without a failure would tell: another {time} at the rate at which"
            " they came.",
            number,
        ).format(n=f"{number:,}", time=_span(more_time_s))


def _of_moments(before: Exposure, after: Exposure) -> Iterator[str]:
    if before.moments < before.occasions or after.moments < after.occasions:
        yield _(
            "What one pause brings about counts once: {b} separate moments before, {a} after."
        ).format(b=f"{before.moments:,}", a=f"{after.moments:,}")


def _number(value: float | None) -> str:
    """No more digits than anybody compares."""
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}"


def _two_digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


def _span(seconds: float) -> str:
    """A time to wait, in the unit that fits."""
    if seconds < 90:
        return _("{n} s").format(n=round(seconds))
    if seconds < 5400:
        return _("{n} min").format(n=round(seconds / 60))
    if seconds < 172_800:
        return _("{n} h").format(n=round(seconds / 3600))
    return _("{n} days").format(n=round(seconds / 86_400))
