"""Says where else in the captures a failure was seen: behind a translation, before a proxy."""

from __future__ import annotations

from collections import Counter

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.proxies import FIRST_ERROR, PassedOn
from netdiag.language import N_, _
from netdiag.language.clauses import listing
from netdiag.report.build.clock import in_words
from netdiag.report.build.subject import Subject


def echoes(subject: Subject, finding: Finding) -> list[str]:
    """Sentences on the finding's first case, and on what proxies passed on of all of them."""
    first = finding.cases[0]
    sentences = [*_of_legs(subject, first)]
    if first.passed_on is not None:
        sentences.append(_of_proxy(subject, first, first.passed_on))
    served = {
        (each.connection, each.request): _name(subject, each)
        for case in finding.cases
        if (each := case.passed_on) is not None
    }
    if len(served) > 1:
        shares = [
            _("{answer} ({n})").format(answer=answer, n=n)
            for answer, n in Counter(served.values()).items()
        ]
        sentences.append(
            _(
                "The failed requests were sent for {n} of the proxy's own clients, who got: "
                "{answers}."
            ).format(n=len(served), answers=listing(shares))
        )
    return sentences


def _of_legs(subject: Subject, case: Case) -> list[str]:
    legs = subject.other_legs(case.story.connection)
    if not legs:
        return []
    names = [
        _("{connection} ({client} to {server})").format(
            connection=subject.connection_id(leg),
            client=subject.client(leg),
            server=subject.server(leg),
        )
        for leg in legs
    ]
    return [
        _(
            "Connection {connection} was captured as {names} too, on the other side of an address "
            "translation: both directions' sequence numbers are the same. It counts once."
        ).format(
            connection=subject.connection_id(case.story.connection),
            names=listing(names),
        )
    ]


_SURE = {
    "error": N_(
        "Frame {frame}: {proxy} passed it on to its own client as {status}, {time} after the "
        "failure."
    ),
    "cut": N_(
        "Frame {frame}: {proxy} cut the answer to its own client short as well, {time} after the "
        "failure."
    ),
    "close": N_(
        "Frame {frame}: {proxy} ended the connection of its own client without an answer, {time} "
        "after the failure."
    ),
    "answer": N_(
        "Frame {frame}: {proxy} answered its own client all the same ({status}), {time} after the "
        "failure."
    ),
}
_PROBABLE = {
    "error": N_(
        "Frame {frame}: {proxy} probably passed it on to its own client as {status}, {time} after "
        "the failure."
    ),
    "cut": N_(
        "Frame {frame}: {proxy} probably cut the answer to its own client short as well, {time} "
        "after the failure."
    ),
    "close": N_(
        "Frame {frame}: {proxy} probably ended the connection of its own client without an "
        "answer, {time} after the failure."
    ),
    "answer": N_(
        "Frame {frame}: {proxy} probably answered its own client all the same ({status}), {time} "
        "after the failure."
    ),
}


def _of_proxy(subject: Subject, case: Case, found: PassedOn) -> str:
    if found.status is not None and found.status >= FIRST_ERROR:
        done = "error"
    elif found.inside:
        done = "cut"
    else:
        done = "close" if _is_close(subject, found) else "answer"
    return _((_SURE if found.sure else _PROBABLE)[done]).format(
        frame=subject.frame_name(found.row),
        proxy=_product(subject, case, found),
        status=_name(subject, found),
        time=in_words(max(found.after_ns, 0) / 1e9),
    )


def _product(subject: Subject, case: Case, found: PassedOn) -> str:
    """The proxy's name by its Server field, unless it passes on that of the server behind it."""
    front, server = (
        subject.introductions.server.get(int(subject.scene.connections.server[connection]))
        for connection in (found.connection, case.story.connection)
    )
    if front is None or front == server:
        return _("the proxy")
    return front.split("/", 1)[0].split(" ", 1)[0]


def _name(subject: Subject, found: PassedOn) -> str:
    """What a proxy's client got, in a word."""
    if found.status is not None:
        return str(found.status)
    if found.inside:
        return _("an answer cut short")
    return _("a close") if _is_close(subject, found) else _("an answer that can't be read")


def _is_close(subject: Subject, found: PassedOn) -> bool:
    return not subject.scene.traffic.length[found.row]
