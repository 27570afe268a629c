"""Says where else in the captures a failure was seen: behind a translation, before a proxy."""

from __future__ import annotations

from collections import Counter

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.proxies import FIRST_ERROR, PassedOn
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
        counts = Counter(served.values())
        listed = ", ".join(f"{name} ({count})" for name, count in counts.items())
        sentences.append(
            f"The failed requests were sent for {len(served)} of the proxy's own clients, who got: "
            f"{listed}."
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


def _of_proxy(subject: Subject, case: Case, found: PassedOn) -> str:
    proxy = _product(subject, case, found)
    after = in_words(max(found.after_ns, 0) / 1e9)
    if found.status is not None and found.status >= FIRST_ERROR:
        done = f"passed it on to its own client as {found.status}"
    elif found.inside:
        done = "cut the answer to its own client short as well"
    elif _is_close(subject, found):
        done = "ended the connection of its own client without an answer"
    else:
        done = f"answered its own client all the same ({_name(subject, found)})"
    done = done if found.sure else f"probably {done}"
    return f"Frame {subject.frame(found.row)}: {proxy} {done}, {after} after the failure."


def _product(subject: Subject, case: Case, found: PassedOn) -> str:
    """The proxy's name by its Server field, unless it passes on that of the server behind it."""
    front, server = (
        subject.introductions.server.get(int(subject.scene.connections.server[connection]))
        for connection in (found.connection, case.story.connection)
    )
    if front is None or front == server:
        return "The proxy"
    return front.split("/", 1)[0].split(" ", 1)[0]


def _name(subject: Subject, found: PassedOn) -> str:
    """What a proxy's client got, in a word."""
    if found.status is not None:
        return str(found.status)
    if found.inside:
        return "an answer cut short"
    return "a close" if _is_close(subject, found) else "an answer that can't be read"


def _is_close(subject: Subject, found: PassedOn) -> bool:
    return not subject.scene.traffic.length[found.row]
