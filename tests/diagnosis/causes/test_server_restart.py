"""`server-restart`: all connections of a server end within a moment."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests import messages
from tests.conversations import Conversation, Packet
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "server-restart"


def test_it_holds() -> None:
    found = examine("server-restart")
    assert found.causes == [(SLUG, "error", 7)]
    assert found.harmed(SLUG) == 5
    assert [case.claim.harmed for case in found.cases(SLUG)] == [True] * 5 + [False] * 2


def test_it_is_worth_knowing_where_nothing_failed() -> None:
    found = examine("server-restart-absorbed")
    assert found.causes == [(SLUG, "info", 6)]
    assert (found.report.verdict.cause, found.report.verdict.risk) == ("none", None)


@pytest.mark.parametrize(
    "name",
    [
        *("tomcat-stale-3s", "gunicorn-stale", "redis-timeout", "lighttpd-stale", "nginx-stale"),
        *("httpclient-no-keepalive-strategy", "connection-close-honoured", "nginx-max-requests"),
        *("client-closes-first", "close-wait-leak"),
    ],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def ended_at(moment_s: float, ages_s: Sequence[float]) -> list[Conversation]:
    """Connections of these idle ages that the server ends at that moment."""
    talks = []
    for number, age_s in enumerate(ages_s):
        talk = pooled(client_port=50000 + number, start_s=moment_s - age_s)
        talk.at(moment_s + number / 1000).server.fin().client.acks().client.fin().server.acks()
        talks.append(talk)
    return talks


@pytest.mark.parametrize(
    ("ages_s", "holds"),
    [
        ((1, 5, 30), True),
        ((0.5, 9, 9, 9), True),
        ((10, 10, 10, 10), False),  # opened together, idle for the same time
        ((2.1, 2.5, 2.9), False),  # a timer that looks once a second
        ((120, 130, 148), False),  # one that looks every 30 s
        ((1, 30), False),  # two may be chance
    ],
)
def test_ages_tell(scripted: Scripted, ages_s: Sequence[float], holds: bool) -> None:
    found = scripted(*ended_at(200, ages_s))
    assert found.causes == ([(SLUG, "info", len(ages_s))] if holds else [])


def test_a_connection_that_lives_on_speaks_against_it(scripted: Scripted) -> None:
    survivor = pooled(client_port=60000, start_s=190).at(210).asks(get(), ok())
    assert not scripted(*ended_at(200, (1, 5, 30)), survivor).findings


def test_a_refused_connection_afterwards_speaks_for_it(scripted: Scripted) -> None:
    refused = Conversation(client_port=60000, start_s=201).client.syn().server.aborts()
    found = scripted(*ended_at(200, (10, 10, 10)), refused)
    assert (SLUG, "info", 3) in found.causes


@pytest.mark.xfail(
    reason="a request in the last moment makes a connection of the same idle age look young"
)
def test_a_request_in_the_last_moment_makes_no_restart(scripted: Scripted) -> None:
    late = pooled(client_port=60000, start_s=195).at(199.999).client.says(get("/x"))
    late.server.fin().client.acks().client.fin().server.acks()
    assert SLUG not in scripted(*ended_at(200, (5, 5, 5)), late).slugs


@pytest.mark.parametrize(
    ("name", "harmed"),
    [("postgresql-terminated", 4), ("postgresql-restart", 3), ("mariadb-killed", 3)],
)
def test_databases(name: str, harmed: int) -> None:
    assert examine(name).harmed(SLUG) == harmed


def test_one_session_that_is_told_to_go(scripted: Scripted) -> None:
    """FATAL 57P01: not an idle timeout, however idle it was."""
    talk = Conversation(port=5432).handshake()
    talk.client.says(messages.postgresql_startup()).server.says(messages.POSTGRESQL_ANSWER)
    talk.wait(30).server.says(messages.postgresql_fatal(b"57P01")).server.fin().client.acks()
    talk.wait(5).client.says(messages.postgresql_query()).server.resets()
    assert scripted(talk).causes == [(SLUG, "error", 1)]


def test_an_answer_that_was_captured_before_its_request_is_none_lost(scripted: Scripted) -> None:
    talks = [pooled(client_port=40000 + n, start_s=5.0 * n) for n in range(4)]
    talks = [talk.at(30).server.fin().client.acks() for talk in talks]

    def swapped(packets: list[Packet]) -> list[Packet]:
        packets[3], packets[4] = packets[4], packets[3]
        return packets

    assert scripted(*talks).causes == [(SLUG, "info", 4)]
    assert scripted(*talks, edit=swapped).causes == [(SLUG, "info", 4)]
