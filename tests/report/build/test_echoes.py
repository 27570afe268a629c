"""`echoes`: the sentences on where else a failure was seen."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.diagnosis.test_proxies import BAD_GATEWAY, front
from tests.messages import get, head, ok, response
from tests.recorded import Examined, examine
from tests.scripted import Scripted, reused
from tests.translation import translated


def sentences(found: Examined) -> list[str]:
    return [s for s in found.report.findings[0].evidence if "own client" in s or "captured as" in s]


UNNAMED = response("504 Gateway Timeout")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (BAD_GATEWAY, "nginx passed it on to its own client as 502, 0.3 ms after the failure."),
        (UNNAMED, "the proxy passed it on to its own client as 504, 0.3 ms after the failure."),
        (ok(), "the proxy answered its own client all the same (200), 0.3 ms after the failure."),
    ],
)
def test_what_a_proxy_made_of_it(scripted: Scripted, answer: bytes, said: str) -> None:
    (sentence,) = sentences(scripted(reused(), front(answer=answer)))
    assert sentence.endswith(said)


def test_a_close_instead_of_an_answer(scripted: Scripted) -> None:
    (sentence,) = sentences(scripted(reused(), front(answer=None).server.fin()))
    assert "ended the connection of its own client without an answer" in sentence


def test_what_is_only_likely_is_said_to_be(scripted: Scripted) -> None:
    record = b"\x17\x03\x03\x00\x40" + bytes(64)
    (sentence,) = sentences(scripted(reused(), front(record, record)))
    assert "probably answered its own client all the same (an answer that can't be" in sentence


def test_several_are_counted_by_what_came_of_them(scripted: Scripted) -> None:
    def pair(number: int, answer: bytes) -> list[Conversation]:
        later = 20.0 * number
        return [
            reused(client_port=40000 + number, start_s=later),
            front(
                answer=answer,
                asked_s=8 + later,
                answered_s=8.0012 + later,
                client_port=45000 + number,
            ),
        ]

    talks = [*pair(0, BAD_GATEWAY), *pair(1, ok()), *pair(2, BAD_GATEWAY)]
    _, total = sentences(scripted(*talks))
    assert total.endswith("for 3 of the proxy's own clients, who got: 502 (2) and 200 (1).")


def test_two_attempts_for_one_client_are_one_answer() -> None:
    """Nginx tried the GET twice before it gave up."""
    total = sentences(examine("proxy-server-abort"))[-1]
    assert total.endswith("for 2 of the proxy's own clients, who got: 502 (2).")


def test_the_other_leg_is_named(scripted: Scripted) -> None:
    random = {"client_first": 2_882_400_001, "server_first": 305_419_896}
    (sentence,) = sentences(scripted(reused(**random), edit=translated(client="192.0.2.1")))
    assert "captured as c2 (192.0.2.1:61000 to 10.0.0.2:80) too" in sentence


def test_a_product_name_that_is_made_to_mislead(scripted: Scripted) -> None:
    hostile = head("HTTP/1.1 502 Bad", "Server: \x1b[31mEvil stuff/1", "Content-Length: 0")
    (sentence,) = sentences(scripted(reused(), front(answer=hostile)))
    assert "Evil passed it on" in sentence


def test_a_server_field_that_a_proxy_passes_on_is_not_its_name(scripted: Scripted) -> None:
    answer = ok(b"hello", "Server: gunicorn")
    behind = Conversation().handshake().asks(get(), answer).wait(5).server.fin().client.acks()
    failing = behind.wait(3).client.says(get("/stale")).server.resets()
    (sentence,) = sentences(scripted(failing, front(answer=answer)))
    assert "the proxy answered" in sentence
