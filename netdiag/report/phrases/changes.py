"""The sentences around what should be changed, found beside, or captured next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import N_, _, ngettext
from netdiag.report.phrases.words import as_sentence, more

if TYPE_CHECKING:
    from netdiag.report.finding import Advice, Audience, FindingReport
    from netdiag.report.next_capture import NextCapture

AUDIENCES: dict[Audience, str] = {
    "client": N_("client"),
    "server": N_("server"),
    "network": N_("network"),
}
_PLACES: dict[Audience, str] = {
    "client": N_("On the client"),
    "server": N_("On the server"),
    "network": N_("In the network"),
}
_PRODUCTS: dict[Audience, str] = {
    "client": N_("On the client ({product})"),
    "server": N_("On the server ({product})"),
    "network": N_("In the network ({product})"),
}

READ_MORE = N_("Read more: {command}")


def where(advice: Advice) -> str:
    """Say who has to act."""
    if advice.product is None:
        return _(_PLACES[advice.audience])
    return _(_PRODUCTS[advice.audience]).format(product=advice.product)


def explaining(finding: FindingReport) -> str:
    """Name the command that explains the cause, for `READ_MORE`."""
    return f"netdiag explain {finding.cause}"


def capture_next(step: NextCapture) -> str:
    """Announce the command of the next capture."""
    return _("Capture next {where}, {why}:").format(where=step.where, why=step.why)


def broken(command: str) -> str:
    """Put a command's quoted filter on a line of its own, so that it fits and can be pasted."""
    options, quote, rest = command.partition(" '")
    return f"{options} \\\n  '{rest}" if quote else command


def told_in_short(finding: FindingReport) -> str:
    """Say what was found, in the words of its cause."""
    return _("{title}. {explanation}").format(
        title=as_sentence(finding.title), explanation=finding.explanation
    )


def times(finding: FindingReport) -> str:
    """Say how often it was seen, and how Wireshark shows the first."""
    n = finding.times
    words = ngettext("{n} time; first: {filter}", "{n} times; first: {filter}", n)
    return words.format(n=f"{n:,}", filter=finding.occurrences[0].wireshark_filter)


def more_findings(n: int, listed: int) -> str:
    """Say how many findings are not shown, of which so many are in the JSON report."""
    whole = ngettext(
        "and {n} more finding, listed in the JSON report",
        "and {n} more findings, listed in the JSON report",
        n,
    )
    partly = ngettext(
        "and {n} more finding, of which the JSON report lists {listed}",
        "and {n} more findings, of which the JSON report lists {listed}",
        n,
    )
    return more(n, listed, whole, partly)
