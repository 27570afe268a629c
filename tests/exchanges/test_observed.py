"""What rows say of exchanges and connections, before anybody knows what has failed."""

from __future__ import annotations

from netdiag.columns import Mask
from netdiag.exchanges.observed import Observed
from tests.conversations import Heard, listen
from tests.exchanges.test_bystanders import observed
from tests.messages import get, ok
from tests.scripted import pooled


def asked(heard: Heard, which: Mask) -> list[str | None]:
    """The requests of some exchanges."""
    return [heard.name(int(row)) for row in heard.exchanges.request[which]]


def test_what_is_not_answered_is_in_trouble_and_waits_while_nothing_has_ended() -> None:
    open_, over = (pooled(client_port=port).client.says(get("/x")) for port in (40000, 40001))
    heard = listen(open_, over.server.resets())
    seen = observed(heard)
    assert asked(heard, seen.troubled) == ["GET /x HTTP/1.1"] * 2
    assert seen.waiting.sum() == 1
    assert seen.ended.tolist() == [False, True]
    assert not (seen.waiting & seen.ended[seen.exchanges.connection]).any()


def test_nobody_waits_for_longer_than_a_second() -> None:
    slow, later = pooled().client.says(get("/slow")), pooled(client_port=40001, start_s=5)
    seen = observed(listen(slow, later))
    assert seen.troubled.any()
    assert not seen.waiting.any()


def test_an_answer_that_was_sent_again_twice_is_in_trouble() -> None:
    talk = pooled().client.says(get("/again")).server.says(ok()).server.repeats()
    once = listen(talk)
    assert asked(once, observed(once).troubled) == []
    twice = listen(talk.server.repeats())
    assert asked(twice, observed(twice).troubled) == ["GET /again HTTP/1.1"]


def test_each_answer_is_worked_out_once() -> None:
    seen: Observed = observed(listen(pooled(2)))
    assert seen.requests is seen.requests
    assert seen.troubled is seen.troubled
