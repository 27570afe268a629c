"""The verdict in one sentence, for each cause and for none."""

from __future__ import annotations

from netdiag.diagnosis.diagnose import Finding
from netdiag.language import NN_, _, ngettext
from netdiag.report.build.clock import in_words
from netdiag.report.build.subject import Subject
from netdiag.timeouts import IdleTimeout

HEADLINES: dict[str, tuple[str, str]] = {
    "stale-keep-alive": NN_(
        "{n} request to {server} failed because the client reused a connection that the server "
        "had already closed as idle{after}",
        "{n} requests to {server} failed because the client reused connections that the server "
        "had already closed as idle{after}",
    ),
    "keep-alive-race": NN_(
        "{n} request to {server} crossed with the server's idle close{after}: it was sent before "
        "the close could be known",
        "{n} requests to {server} crossed with the server's idle close{after}: each was sent "
        "before the close could be known",
    ),
    "lost-close": NN_(
        "{n} request went to a connection that {server} no longer had, and no close had reached "
        "the client",
        "{n} requests went to connections that {server} no longer had, and no close had reached "
        "the client",
    ),
    "silent-drop": NN_(
        "{n} request to {server} on an idle connection got no answer at all: something on the "
        "path had forgotten it",
        "{n} requests to {server} on idle connections got no answer at all: something on the "
        "path had forgotten them",
    ),
    "middlebox-reset": NN_(
        "{n} connection to {server} was reset by something between the two",
        "{n} connections to {server} were reset by something between the two",
    ),
    "announced-close-ignored": NN_(
        "{n} request to {server} failed because the client reused a connection whose last "
        "response had announced the close",
        "{n} requests to {server} failed because the client reused connections whose last "
        "response had announced the close",
    ),
    "server-abort": NN_(
        "{server} ended {n} connection while a request was unanswered",
        "{server} ended {n} connections while a request was unanswered",
    ),
    "response-truncated": NN_(
        "{server} ended {n} connection inside a response",
        "{server} ended {n} connections inside a response",
    ),
    "request-timeout": NN_(
        "{server} gave up waiting for {n} request",
        "{server} gave up waiting for {n} requests",
    ),
    "max-requests": NN_(
        "{server} ends its connections after a fixed number of requests",
        "{server} ends its connections after a fixed number of requests",
    ),
    "max-age": NN_(
        "{server} ends its connections at a fixed age",
        "{server} ends its connections at a fixed age",
    ),
    "server-restart": NN_(
        "{server} ended all its connections within a moment, as a restart does",
        "{server} ended all its connections within a moment, as a restart does",
    ),
    "idle-reset": NN_(
        "{server} ends idle connections with RST{after}, {n} in this capture: the next request on "
        "it fails without reaching the wire",
        "{server} ends idle connections with RST{after}, {n} in this capture: the next request on "
        "each fails without reaching the wire",
    ),
    "connection-refused": NN_(
        "{server} refused {n} connection",
        "{server} refused {n} connections",
    ),
    "close-wait-leak": NN_(
        "The client keeps {n} connection to {server} that the server has closed",
        "The client keeps {n} connections to {server} that the server has closed",
    ),
    "timeout-mismatch": NN_(
        "The client keeps idle connections for longer than {server}, which ends them{after}: it "
        "found {n} of them closed when it wanted to use it",
        "The client keeps idle connections for longer than {server}, which ends them{after}: it "
        "found {n} of them closed when it wanted to use them",
    ),
}
"""One sentence for each cause, fit to be pasted into an incident."""

_CHECKED = NN_(
    "{n} connection to {server} was found closed{after} by the client's check before its use: "
    "nothing failed, but a close may come right after a check",
    "{n} connections to {server} were found closed{after} by the client's check before their use: "
    "nothing failed, but a close may come right after a check",
)
_DISMISSED = NN_(
    "{server} ended {n} connection because it was shutting down or an administrator wanted it",
    "{server} ended {n} connections because it was shutting down or an administrator wanted it",
)
HARMLESS_HEADLINES = dict.fromkeys(("stale-keep-alive", "keep-alive-race", "lost-close"), _CHECKED)
"""The same where no request was harmed."""


def setting_s(timeout: IdleTimeout | None) -> float | None:
    """The timeout to talk about: the likely setting, else the estimate."""
    if timeout is None:
        return None
    return timeout.likely_setting_s if timeout.likely_setting_s is not None else timeout.estimate_s


def headline(subject: Subject, finding: Finding) -> str:
    """The finding in one sentence."""
    harmed = [case for case in finding.cases if case.claim.harmed] or list(finding.cases)
    count = len(harmed)
    timeout = subject.scene.timeouts.servers.get(finding.server)
    timeout_s = setting_s(timeout) if timeout is not None and timeout.consistent else None
    words = HARMLESS_HEADLINES if finding.severity != "error" else HEADLINES
    words_of = words.get(finding.cause.slug, HEADLINES[finding.cause.slug])
    if not any(case.story.closed_together for case in harmed) and harmed[0].story.dismissed:
        words_of = _DISMISSED
    after = ""
    if timeout_s is not None:
        # Translators: stands in sentences such as "closed as idle{after}"
        after = _(" after {time}").format(time=in_words(timeout_s))
    return ngettext(*words_of, count).format(
        n=count, server=subject.scene.addresses.text(finding.server), after=after
    )


def no_headline(subject: Subject) -> str:
    """The sentence for a capture without findings of severity error."""
    considered = subject.scene.considered & subject.scene.is_first_leg
    count = int(considered.sum()) + len(subject.scene.bygones)
    exchanges = subject.scene.exchanges_total
    if count == 0:
        if len(considered):
            return _("No TCP connection is one of those that were asked for")
        return _("No TCP connection was found to look at")
    return _(
        "No request failed because of how a connection ended, in {connections} with {exchanges}"
    ).format(
        connections=ngettext("{n} connection", "{n} connections", count).format(n=count),
        exchanges=ngettext("{n} exchange", "{n} exchanges", exchanges).format(n=exchanges),
    )
