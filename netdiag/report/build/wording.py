"""The sentences that say why a finding is one, with the frames where that can be seen."""

from __future__ import annotations

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.story import Story
from netdiag.exchanges.last_words import last_words
from netdiag.language import N_, _, ngettext
from netdiag.language.clauses import sentence_of
from netdiag.report.build.clock import in_words
from netdiag.report.build.echoes import echoes
from netdiag.report.build.subject import Subject
from netdiag.timeouts import IdleTimeout


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
    flag = story.close_kind.flag
    said = last_words(subject.scene.sample(story.close)) if flag == "goodbye" else None
    sign = flag if said is None else f"{flag} ({said[:LONGEST_QUOTE]})"
    if story.idle_before_close_ns < 0:
        sentence = _("Frame {frame}: the server's {sign}.")
    else:
        sentence = _(
            "Frame {frame}: the server's {sign}, {idle} after the last byte of an exchange."
        )
    idle = in_words(story.idle_before_close_ns / 1e9)
    return [sentence.format(frame=subject.frame_name(story.close), sign=sign, idle=idle)]


def _of_request(subject: Subject, case: Case) -> list[str]:
    story = case.story
    if story.request < 0:
        return []
    frame = subject.frame_name(story.request)
    sentences = [_of_telling(story, frame)]
    if story.reset is not None:
        sentences.append(
            _("Frame {frame}: RST ({shape}).").format(
                frame=subject.frame_name(story.reset.row), shape=_(_ORIGINS[story.reset.origin])
            )
        )
    if story.is_check:
        sentences.append(
            _(
                "Frame {frame} is the check of a connection before its use, after which this "
                "client otherwise goes on with something else: nothing but the check failed."
            ).format(frame=frame)
        )
    if story.reset is None and story.retransmissions:
        sentences.append(
            ngettext(
                "The request was sent again {n} time.",
                "The request was sent again {n} times.",
                story.retransmissions,
            ).format(n=story.retransmissions)
        )
    return sentences


def _of_telling(story: Story, frame: str) -> str:
    """Whether the client's kernel knew of the close when it sent the request."""
    if story.told is True and story.close < 0:
        sentence = _(
            "Frame {frame}: the request acknowledges one octet more than the server is seen to "
            "have sent: its FIN, which was not captured."
        )
    elif story.told is True:
        sentence = _(
            "Frame {frame}: the request's acknowledgement number covers the close: the client's "
            "kernel had been told {time} before."
        )
    elif story.told is False and story.after_close_ns >= 0:
        sentence = _(
            "Frame {frame}: the request does not acknowledge the close, and was captured {time} "
            "after it."
        )
    elif story.told is False:
        sentence = _(
            "Frame {frame}: the request does not acknowledge the close, and was captured {time} "
            "before it."
        )
    elif story.idle_ns >= 0:
        sentence = _("Frame {frame}: the request, sent after {idle} idle.")
    else:
        sentence = _("Frame {frame}: the request.")
    return sentence.format(
        frame=frame,
        time=in_words(abs(story.after_close_ns) / 1e9),
        idle=in_words(story.idle_ns / 1e9),
    )


_ORIGINS = {
    "no-socket": N_("its shape is that of a kernel without a socket for the connection"),
    "application": N_("its shape is that of a program that closes with data unread"),
    "middlebox": N_("its time to live is not that of the host it names"),
    "unknown": N_("its shape tells nothing about who sent it"),
}


def _of_timeout(timeout: IdleTimeout) -> str:
    closed = ngettext(
        "The server closed {n} idle connection",
        "The server closed {n} idle connections",
        timeout.closes,
    ).format(n=timeout.closes)
    clauses = [closed]
    if not timeout.consistent:
        clauses.append(_("no single timeout explains when"))
    elif timeout.high_s is not None and timeout.low_s is not None:
        clauses.append(
            _("its timeout lies between {low} and {high}").format(
                low=in_words(timeout.low_s), high=in_words(timeout.high_s)
            )
        )
    if timeout.longest_survived_s is not None:
        clauses.append(
            _("a reuse after {idle} was still answered").format(
                idle=in_words(timeout.longest_survived_s)
            )
        )
    return sentence_of(clauses)
