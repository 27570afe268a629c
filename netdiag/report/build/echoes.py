"""Says where else in the captures a failure was seen: behind a translation, before a proxy."""

from __future__ import annotations

from collections import Counter

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.proxies import PassedOn
from netdiag.report.build.clock import in_words
from netdiag.report.build.subject import Subject

FIRST_ERROR = 500
"""Status codes from here on say that the server failed (RFC 9110, section 15.6)."""


def echoes(subject: Subject, finding: Finding) -> list[str]:
    """Sentences on the finding's first case, and on what proxies passed on of all of them."""
    first = finding.cases[0]
    sentences = [*_of_legs(subject, first)]
    if first.passed_on is not None:
        sentences.append(_of_proxy(subject, first.passed_on))
    passed_on = [case.passed_on for case in finding.cases if case.passed_on is not None]
    if len(passed_on) > 1:
        counts = Counter(_name(subject, each) for each in passed_on)
        listed = ", ".join(f"{name} ({count})" for name, count in counts.items())
        sentences.append(
            f"What the proxy's own clients got of {len(passed_on)} failed requests: {listed}."
        )
    return sentences


def _of_legs(subject: Subject, case: Case) -> list[str]:
    legs = subject.other_legs(case.story.connection)
    names = ", ".join(
        f"{subject.connection_id(leg)} ({subject.client(leg)} to {subject.server(leg)})"
        for leg in legs
    )
    connection = subject.connection_id(case.story.connection)
    if not legs:
        return []
    return [
        f"Connection {connection} was captured as {names} too, on the other side of an address "
        "translation: both directions' sequence numbers are the same. It counts once."
    ]


def _of_proxy(subject: Subject, found: PassedOn) -> str:
    server = int(subject.scene.connections.server[found.connection])
    product = subject.introductions.server.get(server)
    proxy = "The proxy" if product is None else product.split("/", 1)[0].split(" ", 1)[0]
    after = in_words(max(found.after_ns, 0) / 1e9)
    if found.status is not None and found.status >= FIRST_ERROR:
        done = f"passed it on to its own client as {found.status}"
    elif _is_close(subject, found):
        done = "ended the connection of its own client without an answer"
    else:
        done = f"answered its own client all the same ({_name(subject, found)})"
    done = done if found.sure else f"probably {done}"
    return f"Frame {subject.frame(found.row)}: {proxy} {done}, {after} after the failure."


def _name(subject: Subject, found: PassedOn) -> str:
    """What a proxy's client got, in a word."""
    if found.status is not None:
        return str(found.status)
    return "a close" if _is_close(subject, found) else "an answer that can't be read"


def _is_close(subject: Subject, found: PassedOn) -> bool:
    return not subject.scene.traffic.length[found.row]
