"""What a capture can't prove about a finding."""

from __future__ import annotations

import re

import pytest

from netdiag.report.build.doubts import Doubt, doubts
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import Examined, examine, names
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def of(found: Examined) -> tuple[Doubt, ...]:
    return doubts(found.subject, found.findings[0])


def text(found: Examined) -> str:
    return "\n".join(doubt.text for doubt in of(found))


@pytest.mark.parametrize("name", names())
def test_sentences_are_sentences(name: str) -> None:
    found = examine(name)
    for finding in found.findings:
        for doubt in doubts(found.subject, finding):
            assert re.fullmatch(r"[A-Z0-9].*\.", doubt.text)


def test_nothing_is_open_where_all_was_seen() -> None:
    for name in ("nginx-stale", "stale-ipv6", "tomcat-stale-20s", "race-client", "race-server"):
        assert of(examine(name)) == ()


@pytest.mark.parametrize(
    ("name", "said", "at"),
    [
        ("lost-fin-client", "No close was captured", ("client", "server")),
        ("lost-fin-server", "The server sent its FIN and nobody", ("client",)),
        ("server-vanished-server", "ended the connections without a packet", ()),
        ("silent-drop-client", "Where the packets were dropped", ("server",)),
        ("silent-drop-return-server", "Where the packets were dropped", ("client",)),
        ("middlebox-reset-client", "Which box sent the reset", ("server",)),
        ("connection-refused-remote-client", "whether the SYN arrives there", ("server",)),
        ("server-crash-before-response", "is in its own log", ()),
        ("mariadb-idle-reset", "the client's log has them", ()),
    ],
)
def test_of_the_cause(name: str, said: str, at: tuple[str, ...]) -> None:
    first = of(examine(name))[0]
    assert said in first.text
    assert first.at == at


def test_both_ends_leave_nothing_open_on_the_way() -> None:
    both = examine("silent-drop-client", "silent-drop-server")
    assert both.subject.ends_seen(both.findings[0].server) == {"client", "server"}
    assert "dropped" not in text(both)


def test_connections_that_began_before() -> None:
    assert "5 of these 5 connections began before the capture did" in text(
        examine("mid-capture-start")
    )


def test_few_closes_are_no_habit(scripted: Scripted) -> None:
    one = scripted(reused(20, 3))
    assert "The server's timeout rests on one idle close" in text(one)
    two = scripted(reused(20, 3), reused(20, 4, client_port=40001))
    assert "rests on 2 idle closes" in text(two)
    three = [reused(20, 3, client_port=40000 + i, start_s=7 * i) for i in range(3)]
    assert "rests on" not in text(scripted(*three))


def test_timeouts_that_contradict_each_other(scripted: Scripted) -> None:
    gaps = (3, 3, 20, 20, 75, 75)
    talks = [reused(gap, 2, client_port=40000 + i, start_s=7 * i) for i, gap in enumerate(gaps)]
    assert "No single timeout explains the server's closes" in text(scripted(*talks))


def test_packets_that_are_missing(scripted: Scripted) -> None:
    def lost(port: int) -> Conversation:
        talk = pooled(client_port=port).client.says(get("/2"), unseen=True)
        talk.server.says(ok(), unseen=True).wait(20).server.fin().client.acks()
        return talk.wait(3).client.says(get("/stale")).server.resets()

    assert "show that packets of it are missing" in text(scripted(lost(40001)))
    assert "show that packets of them are missing" in text(scripted(lost(40001), lost(40002)))
    found = scripted(reused(20, 3), lost(40001))
    assert "missing" not in text(found)
    assert found.findings[0].confidence == "high"


def test_a_capture_that_ends_too_soon(scripted: Scripted) -> None:
    lost = pooled().wait(300).client.says(get("/x"), late=True)
    for _ in range(3):
        lost.wait(0.4).client.repeats(late=True)
    assert "The capture ends within 3 s of 1 of these requests" in text(scripted(lost))


def test_what_tls_and_the_snap_length_hide() -> None:
    assert "What TLS carries can't be read" in text(examine("nginx-tls13-stale"))
    assert "Packets were cut after 68 bytes" in text(examine("stale-snap68"))


def test_an_idle_reset_seen_from_the_client(scripted: Scripted) -> None:
    talks = [pooled(client_port=40000 + i).wait(60).server.aborts() for i in range(3)]
    found = scripted(*talks)
    assert found.findings[0].cause.slug == "idle-reset"
    assert of(found)[0].at == ("server",)


def test_a_leak_is_about_the_timeout_too(scripted: Scripted) -> None:
    leaks = [closed_when_idle(3, client_port=50000 + i) for i in range(3)]
    busy = pooled(30, 1, client_port=60000)
    found = scripted(*leaks, busy)
    assert found.findings[0].cause.slug == "close-wait-leak"
    assert of(found) == ()
