"""`find_retry`: the same request again, on another connection."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from netdiag.diagnosis import retries
from netdiag.diagnosis.retries import Retry, failure_ns, find_retry
from tests.conversations import Conversation
from tests.messages import data, get, ok, response
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled, reused


def retry(found: Examined) -> Retry | None:
    return find_retry(found.story("stale-keep-alive"))


def second(request: bytes, after_s: float, **ends: object) -> Conversation:
    """A new connection, some time after `reused` has failed."""
    talk = Conversation(**{"client_port": 41000, "start_s": 8.0 + after_s, **ends})  # type: ignore[arg-type]
    return talk.handshake().asks(request, ok())


def test_at_once(scripted: Scripted) -> None:
    found = retry(scripted(reused(5, 3), second(get("/stale"), 0.01)))
    assert found is not None
    assert 0 < found.after_ns < 20_000_000


@pytest.mark.parametrize(
    ("request_", "after_s", "ends"),
    [
        (get("/other"), 0.01, {}),
        (get("/stale", "POST"), 0.01, {}),
        (get("/stale"), 5.0, {}),
        (get("/stale"), -2.0, {}),
        (get("/stale"), 0.01, {"client": "10.0.0.9"}),
        (get("/stale"), 0.01, {"server": "10.0.0.9"}),
    ],
)
def test_what_is_none(
    scripted: Scripted, request_: bytes, after_s: float, ends: dict[str, object]
) -> None:
    assert retry(scripted(reused(5, 3), second(request_, after_s, **ends))) is None


def test_the_connection_may_have_been_there_before(scripted: Scripted) -> None:
    other = pooled(client_port=41000, start_s=7).at(8.01).asks(get("/stale"), ok())
    assert retry(scripted(reused(5, 3), other)) is not None


def test_of_what_cannot_be_read_the_length_is_compared() -> None:
    found = examine("nginx-tls13-stale")
    retries = [find_retry(case.story) for case in found.cases("stale-keep-alive")]
    lengths = found.scene.traffic.length
    stories = [case.story for case in found.cases("stale-keep-alive")]
    for story, again in zip(stories, retries, strict=True):
        assert again is None or lengths[again.row] == lengths[story.request]


def test_automatic_retries_of_a_real_client() -> None:
    """HttpClient's default: GETs are sent again at once, the POST is not."""
    cases = examine("httpclient-default-retry").cases("stale-keep-alive")
    retries = [find_retry(case.story) for case in cases]
    assert sum(found is not None for found in retries) == 3
    assert all(found.after_ns < 500_000_000 for found in retries if found is not None)
    failed = [c.story for c, found in zip(cases, retries, strict=True) if found is None]
    assert [story.scene.sample(story.request)[:4] for story in failed] == [b"POST"]


def test_a_drop_that_a_new_connection_absorbed() -> None:
    cases = examine("silent-drop-client").cases("silent-drop")
    assert all(find_retry(case.story) is not None for case in cases)


def test_what_cannot_be_read_is_compared_for_a_shorter_time(scripted: Scripted) -> None:
    def opaque(again_s: float) -> Retry | None:
        talk = Conversation().handshake().asks(data(200), data(300)).wait(5)
        talk.server.fin().client.acks().wait(1).client.says(data(200)).server.resets()
        other = Conversation(client_port=41000, start_s=6.1 + again_s).handshake()
        return retry(scripted(talk, other.asks(data(200), data(300))))

    assert opaque(0.05) is not None
    assert opaque(1.0) is None


def test_before_the_failure_is_known_nothing_is_repeated(scripted: Scripted) -> None:
    slow = pooled().wait(5).server.fin().client.acks().wait(1).client.says(get("/stale"))
    slow.wait(0.5).server.resets()
    meanwhile = second(get("/stale"), -1.7)
    assert retry(scripted(slow, meanwhile)) is None


def fate(scripted: Scripted, again: Conversation) -> tuple[str, int | None]:
    found = retry(scripted(reused(5, 3), again))
    assert found is not None
    return found.outcome, found.status


def asked_again() -> Conversation:
    return Conversation(client_port=41000, start_s=8.01).handshake().client.says(get("/stale"))


def test_what_the_user_saw_after_it(scripted: Scripted) -> None:
    assert fate(scripted, asked_again()) == ("unknown", None)
    assert fate(scripted, asked_again().server.says(ok())) == ("answered", 200)
    down = asked_again().server.says(response("503 Service Unavailable"))
    assert fate(scripted, down) == ("answered", 503)
    assert fate(scripted, asked_again().server.aborts()) == ("failed", None)
    assert fate(scripted, asked_again().wait(9).client.fin()) == ("failed", None)


def test_without_a_request_there_is_none() -> None:
    assert find_retry(examine("close-wait-leak").story("close-wait-leak")) is None


def test_a_close_that_crossed_the_request_tells_before_the_rst() -> None:
    """Nginx does not wait for the RST."""
    cases = examine("proxy-race").cases("keep-alive-race")
    for case in cases:
        assert case.story.reset is not None
        failed, reset = failure_ns(case.story), case.story.scene.time_ns(case.story.reset.row)
        assert failed == case.story.scene.time_ns(case.story.close) < reset


def test_a_thousand_failures_at_once_are_not_each_compared_with_each(scripted: Scripted) -> None:
    """Each is sorted out once for each second that it may be a retry in."""
    count = 40
    talks = [reused(5, 3, client_port=42000 + n, start_s=n / 1000) for n in range(count)]
    with patch.object(retries, "_likeness", wraps=retries._likeness) as looked_at:
        found = scripted(*talks)
        stories = [case.story for case in found.cases("stale-keep-alive")]
        again = [find_retry(story) for story in stories]
    assert len(again) == count
    assert sum(each is not None for each in again) > count // 2
    assert looked_at.call_count <= 5 * count
