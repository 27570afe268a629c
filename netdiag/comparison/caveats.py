"""`caveats`: what two captures leave open, whatever the counts say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.comparison.model import Measures
from netdiag.comparison.pairing import ServerPair
from netdiag.comparison.seen import Seen
from netdiag.language import _, ngettext

OTHER_LOAD = 5.0
"""Traffic that is so many times more, or less, is other traffic."""

MOST_NAMED = 3


def caveats(
    old: Seen, new: Seen, pairs: Sequence[ServerPair], was: Measures, is_: Measures
) -> tuple[str, ...]:
    """One sentence each."""
    return (
        *_of_order(old, new),
        *_of_servers(old, pairs),
        *_of_load(was, is_),
        *_of_the_unseen(was, is_),
        *_of_choice(was, is_),
    )


def _of_order(old: Seen, new: Seen) -> Iterator[str]:
    before, after = old.scene.traffic.time_ns, new.scene.traffic.time_ns
    if not len(before) or not len(after):
        return
    if after.min() <= before.max() and before.min() <= after.max():
        yield _("Both were captured at the same time, at least in part: are they two captures?")
    elif after.max() < before.min():
        yield _("AFTER was captured before BEFORE: are they in the right order?")


def _of_servers(old: Seen, pairs: Sequence[ServerPair]) -> Iterator[str]:
    paired = {server for pair in pairs for server in pair.before}
    gone = [
        name
        for name, server in old.servers().items()
        if server not in paired and old.harmed_by_idling([server])
    ]
    if gone:
        more = "" if len(gone) <= MOST_NAMED else ", …"
        yield _("Requests to {servers} were harmed before; AFTER does not have it.").format(
            servers=", ".join(gone[:MOST_NAMED]) + more
        )
    for pair in pairs:
        if pair.after_name is not None and old.harmed_by_idling(pair.before):
            yield _("{before} is taken to be {after} now, by its port.").format(
                before=pair.name, after=pair.after_name
            )


def _of_load(was: Measures, is_: Measures) -> Iterator[str]:
    before, after = was.exposure, is_.exposure
    if before.idle_s is None or not (before.occasions and after.occasions):
        return
    ratio = (after.occasions / is_.exchanges) / (before.occasions / was.exchanges)
    if not 1 / OTHER_LOAD <= ratio <= OTHER_LOAD:
        yield _(
            "The traffic is another one: such silences came {n} times as often per request. The"
            " verdict counts silences, not requests."
        ).format(n=f"{ratio:.2g}")


def _of_the_unseen(was: Measures, is_: Measures) -> Iterator[str]:
    if is_.unseen_risks:
        yield ngettext(
            "{n} idle connection was ended by RST in AFTER: a request that fails of it never"
            " reaches the wire, and is not counted here.",
            "{n} idle connections were ended by RST in AFTER: requests that fail of it never reach"
            " the wire, and are not counted here.",
            is_.unseen_risks,
        ).format(n=is_.unseen_risks)
    if is_.other_harmed and was.exposure.idle_s is not None:
        causes = ", ".join(f"{cause} {n}" for cause, n in sorted(is_.other_harmed.items()))
        yield _("Other causes, which this verdict is not about, harmed requests: {causes}.").format(
            causes=causes
        )


def _of_choice(was: Measures, is_: Measures) -> Iterator[str]:
    few = 0 < was.exposure.harmed_moments <= 3
    if few and not is_.harmed:
        yield _(
            "Few failures before: a capture that was taken because it failed shows a higher rate"
            " than there is on the average."
        )
