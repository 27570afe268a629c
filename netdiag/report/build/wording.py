"""The sentences of a finding: its headline, why we say so, and what follows from it."""

from __future__ import annotations

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.exchanges.last_words import last_words
from netdiag.report.build.clock import in_words
from netdiag.report.build.echoes import echoes
from netdiag.report.build.subject import Subject
from netdiag.timeouts import IdleTimeout

HEADLINES = {
    "stale-keep-alive": "{n} {requests} to {server} failed because the client reused {some} "
    "that the server had already closed as idle{after}",
    "keep-alive-race": "{n} {requests} to {server} crossed with the server's idle close{after}: "
    "{each} was sent before the close could be known",
    "lost-close": "{n} {requests} went to {some} that {server} no longer had, and no close "
    "had reached the client",
    "silent-drop": "{n} {requests} to {server} on {idle} got no answer at all: "
    "something on the path had forgotten {them}",
    "middlebox-reset": "{n} {connections} to {server} {were} reset by something between the two",
    "announced-close-ignored": "{n} {requests} to {server} failed because the client reused "
    "{some} whose last response had announced the close",
    "server-abort": "{server} ended {n} {connections} while a request was unanswered",
    "response-truncated": "{server} ended {n} {connections} inside a response",
    "request-timeout": "{server} gave up waiting for {n} {requests}",
    "max-requests": "{server} ends its connections after a fixed number of requests",
    "max-age": "{server} ends its connections at a fixed age",
    "server-restart": "{server} ended all its connections within a moment, as a restart does",
    "idle-reset": "{server} ends idle connections with RST{after}, {n} in this capture: the next "
    "request on each fails without reaching the wire",
    "connection-refused": "{server} refused {n} {connections}",
    "close-wait-leak": "The client keeps {n} {connections} to {server} that the server has closed",
    "timeout-mismatch": "The client keeps idle connections for longer than {server}, which ends "
    "them{after}: it found {n} of them closed when it wanted to use them",
}
"""One sentence for each cause, fit to be pasted into an incident."""

_CHECKED = (
    "{n} {connections} to {server} {were} found closed{after} by the client's check before "
    "their use: nothing failed, but a close may come right after a check"
)
_DISMISSED = (
    "{server} ended {n} {connections} because it was shutting down or an administrator wanted it"
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
    return words_of.format(
        n=count,
        server=subject.scene.addresses.text(finding.server),
        requests="request" if count == 1 else "requests",
        connections="connection" if count == 1 else "connections",
        some="a connection" if count == 1 else "connections",
        idle="an idle connection" if count == 1 else "idle connections",
        each="it" if count == 1 else "each",
        them="it" if count == 1 else "them",
        were="was" if count == 1 else "were",
        after="" if timeout_s is None else f" after {in_words(timeout_s)}",
    )


def no_headline(subject: Subject) -> str:
    """The sentence for a capture without findings of severity error."""
    considered = subject.scene.considered & subject.scene.is_first_leg
    count = int(considered.sum())
    exchanges = int(subject.scene.endings.exchanges[considered].sum())
    if count == 0:
        return "No TCP connection was found to look at"
    return (
        f"No request failed because of how a connection ended, in {count} "
        f"{'connection' if count == 1 else 'connections'} with {exchanges} "
        f"{'exchange' if exchanges == 1 else 'exchanges'}"
    )


def explanation(finding: Finding) -> str:
    """What happens, as the cause's manual has it."""
    manual = finding.cause.manual.split("## What happens", 1)[-1]
    return " ".join(manual.split("\n## ", 1)[0].split())


def evidence(subject: Subject, finding: Finding) -> tuple[str, ...]:
    """The sentences that can be checked, with frame numbers."""
    first = finding.cases[0]
    sentences = [
        *_of_close(subject, first),
        *_of_request(subject, first),
        *echoes(subject, finding),
    ]
    timeout = subject.scene.timeouts.servers.get(finding.server)
    if timeout is not None and timeout.closes and finding.cause.slug in _ABOUT_IDLENESS:
        sentences.append(_of_timeout(timeout))
    return tuple(sentences)


LONGEST_QUOTE = 100

_ABOUT_IDLENESS = {"stale-keep-alive", "keep-alive-race", "idle-reset", "lost-close"}


def _of_close(subject: Subject, case: Case) -> list[str]:
    story = case.story
    if story.close < 0:
        return []
    idle = ""
    if story.idle_before_close_ns >= 0:
        idle = f", {in_words(story.idle_before_close_ns / 1e9)} after the last byte of an exchange"
    flag = story.close_kind.flag
    said = last_words(subject.scene.sample(story.close)) if flag == "goodbye" else None
    words = "" if said is None else f" ({said[:LONGEST_QUOTE]})"
    return [f"Frame {subject.frame(story.close)}: the server's {flag}{words}{idle}."]


def _of_request(subject: Subject, case: Case) -> list[str]:
    story = case.story
    if story.request < 0:
        return []
    frame = subject.frame(story.request)
    sentences = []
    if story.told is True and story.close < 0:
        sentences.append(
            f"Frame {frame}: the request acknowledges one octet more than the server is seen to "
            "have sent: its FIN, which was not captured."
        )
    elif story.told is True:
        sentences.append(
            f"Frame {frame}: the request's acknowledgement number covers the close: the client's "
            f"kernel had been told {in_words(abs(story.after_close_ns) / 1e9)} before."
        )
    elif story.told is False:
        order = "after" if story.after_close_ns >= 0 else "before"
        sentences.append(
            f"Frame {frame}: the request does not acknowledge the close, and was captured "
            f"{in_words(abs(story.after_close_ns) / 1e9)} {order} it."
        )
    else:
        idle = f" after {in_words(story.idle_ns / 1e9)} idle" if story.idle_ns >= 0 else ""
        sentences.append(f"Frame {frame}: the request, sent{idle}.")
    if story.reset is not None:
        sentences.append(
            f"Frame {subject.frame(story.reset.row)}: RST ({_ORIGINS[story.reset.origin]})."
        )
    if story.is_check:
        sentences.append(
            f"Frame {frame} is the check of a connection before its use, after which this client "
            "otherwise goes on with something else: nothing but the check failed."
        )
    if story.reset is None and story.retransmissions:
        sentences.append(f"The request was sent again {story.retransmissions} times.")
    return sentences


_ORIGINS = {
    "no-socket": "its shape is that of a kernel without a socket for the connection",
    "application": "its shape is that of a program that closes with data unread",
    "middlebox": "its time to live is not that of the host it names",
    "unknown": "its shape tells nothing about who sent it",
}


def _of_timeout(timeout: IdleTimeout) -> str:
    text = f"The server closed {timeout.closes} idle connections"
    if not timeout.consistent:
        text += ", and no single timeout explains when"
    elif timeout.high_s is not None and timeout.low_s is not None:
        text += (
            f"; its timeout lies between {in_words(timeout.low_s)} and {in_words(timeout.high_s)}"
        )
    if timeout.longest_survived_s is not None:
        text += f"; a reuse after {in_words(timeout.longest_survived_s)} was still answered"
    return text + "."
