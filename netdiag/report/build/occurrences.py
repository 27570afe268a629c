"""Builds `Occurrence`s: one connection each on which a cause was seen."""

from __future__ import annotations

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.products.product import Outcome as Symptom
from netdiag.diagnosis.products.recognise import recognise_client
from netdiag.diagnosis.retries import find_retry
from netdiag.diagnosis.story import Story
from netdiag.exchanges import CloseKind
from netdiag.exchanges.last_words import last_words
from netdiag.report.build.clock import optional_seconds, seconds
from netdiag.report.build.subject import Subject
from netdiag.report.build.timeline import payload, state_at, states, timeline
from netdiag.report.finding import (
    CloseEvent,
    Leg,
    Occurrence,
    PassedOnEvent,
    RequestEvent,
    ResetEvent,
    RetryEvent,
)

LONGEST_SAID = 120
TIMELINES = 20
"""So many occurrences of a finding get a timeline; the rest would only make the report long."""


def occurrence(subject: Subject, case: Case, number: int) -> Occurrence:
    """One occurrence; `number` counts from 0 within its finding."""
    story = case.story
    c = story.connection
    request = story.request if story.request >= 0 else None
    stream = int(subject.scene.connections.stream[c])
    return Occurrence(
        connection=subject.connection_id(c),
        stream=stream,
        capture=int(subject.scene.connections.capture[c]),
        client=subject.client(c),
        server=subject.server(c),
        close=_close(subject, story),
        request=None if request is None else _request(subject, request),
        told=story.told,
        outcome=story.outcome,  # type: ignore[arg-type]  # one of the contract's words
        reset=_reset(subject, story),
        retry=_retry(subject, story) if case.claim.harmed else None,
        passed_on=_passed_on(subject, case),
        also_seen_as=tuple(_leg(subject, leg) for leg in subject.other_legs(c)),
        idle_before_close_s=_idle_before_close(story),
        idle_before_reuse_s=_idle_before_reuse(story),
        after_close_s=seconds(story.after_close_ns)
        if story.close >= 0 and request is not None
        else None,
        client_state=_client_state(subject, story),
        wireshark_filter=f"tcp.stream eq {stream}",
        symptom=_symptom(subject, case),
        timeline=timeline(subject, story) if number < TIMELINES else (),
    )


def _close(subject: Subject, story: Story) -> CloseEvent | None:
    if story.close < 0:
        return None
    place = subject.place(story.close)
    return CloseEvent(
        frame=place.frame,
        capture=place.capture,
        time=place.time,
        flag=story.close_kind.flag,  # type: ignore[arg-type]  # not NONE where there is a close
    )


def _request(subject: Subject, row: int) -> RequestEvent:
    place = subject.place(row)
    return RequestEvent(
        frame=place.frame,
        capture=place.capture,
        time=place.time,
        summary=payload(subject, row),
    )


def _reset(subject: Subject, story: Story) -> ResetEvent | None:
    reset = story.reset or story.forged
    if reset is None:
        return None
    place = subject.place(reset.row)
    return ResetEvent(
        frame=place.frame,
        capture=place.capture,
        time=place.time,
        origin=reset.origin,  # type: ignore[arg-type]  # one of the contract's words
    )


def _retry(subject: Subject, story: Story) -> RetryEvent | None:
    retry = find_retry(story)
    if retry is None:
        return None
    return RetryEvent(
        connection=subject.connection_id(retry.connection),
        frame=subject.frame(retry.row),
        capture=subject.capture(retry.row),
        after_s=seconds(retry.after_ns),
        outcome=retry.outcome,  # type: ignore[arg-type]  # one of the contract's words
        status=retry.status,
    )


def _passed_on(subject: Subject, case: Case) -> PassedOnEvent | None:
    found = case.passed_on
    if found is None:
        return None
    return PassedOnEvent(
        connection=subject.connection_id(found.connection),
        stream=int(subject.scene.connections.stream[found.connection]),
        capture=subject.capture(found.row),
        frame=subject.frame(found.row),
        after_s=seconds(found.after_ns),
        status=found.status,
        confidence="high" if found.sure else "medium",
    )


def _leg(subject: Subject, connection: int) -> Leg:
    return Leg(
        connection=subject.connection_id(connection),
        stream=int(subject.scene.connections.stream[connection]),
        capture=int(subject.scene.connections.capture[connection]),
        client=subject.client(connection),
        server=subject.server(connection),
    )


def _idle_before_close(story: Story) -> float | None:
    """Idle time before the server's close; requests that it had not seen don't end it."""
    return optional_seconds(story.idle_before_close_ns)


def _idle_before_reuse(story: Story) -> float | None:
    return optional_seconds(story.idle_ns)


def _client_state(subject: Subject, story: Story) -> str | None:
    """The client's state when it sent the request: what the segments before it had brought."""
    history = states(subject, story.connection)
    if story.request >= 0:
        return state_at(history, story.request - 1)[0].value
    return state_at(history, int(subject.scene.connections.stop[story.connection]) - 1)[0].value


def _symptom(subject: Subject, case: Case) -> str | None:
    agent = subject.own_user_agent(case.story.connection)
    client = recognise_client(agent, case.story.service.slug)
    told = case.claim.harmed or case.story.refused or fails_later(case.story)
    if client is None or not told:
        return None
    said = _said(subject, case.story)
    text = client.product.symptom("told-why") if said else None
    text = text or client.product.symptom(symptom_kind(case.story))
    if text is None:
        return None
    text = text.replace("<said>", said or "")
    host, _, port = subject.server(case.story.connection).rpartition(":")
    return text.replace("<host>", host).replace("<port>", port)


def _said(subject: Subject, story: Story) -> str | None:
    """The text of the farewell that the client finds before its request's fate, without codes."""
    if story.close_kind is not CloseKind.GOODBYE or not story.told:
        return None
    words = last_words(subject.scene.sample(story.close))
    return None if words is None else words.partition(": ")[2][:LONGEST_SAID] or None


def fails_later(story: Story) -> bool:
    """Whether the next request fails in the client's kernel, out of the capture's sight."""
    return story.closed_by_reset and story.request < 0


def symptom_kind(story: Story) -> Symptom:
    """What the request met, as its client can tell the cases apart."""
    if story.refused:
        return "refused"
    if fails_later(story):
        return "reset"
    if story.outcome == "reset":
        # in a race the FIN is under way and arrives first: the client reads the end of the stream
        fin_first = story.told or (story.crossed and story.close_kind is CloseKind.FIN)
        return "reset-after-fin" if fin_first else "reset"
    if story.close >= 0:
        return "closed"
    return "timeout"
