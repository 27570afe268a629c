"""`find_passed_on`: what a proxy's own client got of a failure behind the proxy."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.proxies import PassedOn
from tests.conversations import Conversation
from tests.messages import get, head, ok
from tests.recorded import Examined, examine, examine_files
from tests.scripted import Scripted, pooled, reused
from tests.translation import translated

PROXY = "10.0.0.1"
BAD_GATEWAY = head("HTTP/1.1 502 Bad Gateway", "Server: nginx/1.22.1", "Content-Length: 0")
FAILED_S = 8.0009
"""When the request of `reused` is reset."""


def front(
    request: bytes = get("/stale"),
    answer: bytes | None = BAD_GATEWAY,
    asked_s: float = 8.0,
    answered_s: float = 8.0012,
    **ends: object,
) -> Conversation:
    """A client's exchange with the proxy, as long as the failure behind it took."""
    where = {"client": "10.0.0.7", "server": PROXY, "port": 8080, "client_port": 45000}
    talk = Conversation(**{**where, "start_s": asked_s - 0.0003, **ends})  # type: ignore[arg-type]
    talk.handshake().client.says(request).at(answered_s)
    return talk if answer is None else talk.server.says(answer)


def passed_on(found: Examined) -> PassedOn | None:
    (case,) = found.cases("stale-keep-alive")
    return case.passed_on


def test_an_error_within_a_moment(scripted: Scripted) -> None:
    found = scripted(reused(), front())
    what = passed_on(found)
    assert what is not None
    assert (what.status, what.sure) == (502, True)
    assert 0 < what.after_ns < 1_000_000
    event = found.json["findings"][0]["occurrences"][0]["passed_on"]
    assert (event["connection"], event["status"], event["confidence"]) == ("c2", 502, "high")
    evidence = found.json["findings"][0]["evidence"]
    assert any("nginx passed it on to its own client as 502" in text for text in evidence)


def test_an_answer_all_the_same(scripted: Scripted) -> None:
    what = passed_on(scripted(reused(), front(answer=ok(), answered_s=9.5)))
    assert what is not None
    assert what.status == 200


def test_a_close_without_an_answer_is_no_failure_of_its_own(scripted: Scripted) -> None:
    kept = front(answer=None).server.acks().server.fin()
    found = scripted(reused(), kept)
    what = passed_on(found)
    assert what is not None
    assert what.status is None
    assert found.slugs == {"stale-keep-alive"}


def test_a_close_on_the_far_side_of_a_translator(scripted: Scripted) -> None:
    """What the proxy's client got is a consequence on either leg of its connection."""
    random = {"client_first": 2_882_400_001, "server_first": 305_419_896}

    def edit(packets):  # type: ignore[no-untyped-def]
        mine = [p for p in packets if "10.0.0.7" in (p.source[0], p.destination[0])]
        both = translated(client="192.0.2.9", server=PROXY)(mine)
        return sorted([*(p for p in packets if p not in mine), *both], key=lambda p: p.time_ns)

    kept = front(answer=None, server="192.0.2.80", **random).server.acks().server.fin()
    found = scripted(reused(), kept, edit=edit)
    assert found.causes == [("stale-keep-alive", "error", 1)]


def test_a_prefix_taken_off_the_path(scripted: Scripted) -> None:
    assert passed_on(scripted(reused(), front(get("/api/stale")))) is not None


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"request": get("/other")}, "another path"),
        ({"request": get("/stale", "POST")}, "another method"),
        ({"answered_s": 8.0008}, "answered before the failure"),
        ({"asked_s": 8.00095}, "asked after the request that failed"),
        ({"server": "10.0.0.9"}, "another host"),
        ({"server": "10.0.0.2", "port": 80}, "the server itself"),
        ({"server": "10.0.0.2", "port": 81}, "another port of the server"),
        ({"asked_s": 6.5, "request": get("/")}, "a root is in every path"),
    ],
)
def test_what_is_not_joined(scripted: Scripted, how: dict[str, object], why: str) -> None:
    assert passed_on(scripted(reused(), front(**how))) is None, why  # type: ignore[arg-type]


def test_a_client_that_was_gone_before(scripted: Scripted) -> None:
    gone = front(answer=None, answered_s=8.0005).client.fin().at(8.002).server.fin()
    assert passed_on(scripted(reused(), gone)) is None


def test_an_exchange_that_never_ends(scripted: Scripted) -> None:
    assert passed_on(scripted(reused(), front(answer=None))) is None


def test_two_clients_at_once_that_ask_for_the_same(scripted: Scripted) -> None:
    """Nobody can tell which of them is meant, if they asked within a moment."""
    both = [front(client_port=45000 + i, asked_s=8.0 + i / 1e4) for i in range(2)]
    assert passed_on(scripted(reused(), *both)) is None


def test_one_of_two_clients_asked_just_before(scripted: Scripted) -> None:
    long_ago = front(client_port=45001, asked_s=6, answered_s=9, answer=ok())
    what = passed_on(scripted(reused(), long_ago, front()))
    assert what is not None
    assert what.status == 502


def test_two_proxies_behind_one_another(scripted: Scripted) -> None:
    """The failure is passed on by the one next to the server."""
    outer = front(client="10.0.0.6", server="10.0.0.7", asked_s=7.9998, answered_s=8.0015)
    found = scripted(reused(), front(), outer)
    what = passed_on(found)
    assert what is not None
    assert found.scene.addresses.text(int(found.scene.connections.server[what.connection])) == (
        f"{PROXY}:8080"
    )


def test_encrypted_in_front_it_is_joined_by_time(scripted: Scripted) -> None:
    record = b"\x17\x03\x03\x00\x40" + bytes(64)
    what = passed_on(scripted(reused(), front(record, record)))
    assert what is not None
    assert (what.status, what.sure) == (None, False)
    late = front(record, record, answered_s=8.2)
    assert passed_on(scripted(reused(), late)) is None
    several = [front(record, record, client_port=45000 + i) for i in range(2)]
    assert passed_on(scripted(reused(), *several)) is None


def test_what_no_proxy_of_requests_speaks_is_not_joined_by_time(scripted: Scripted) -> None:
    assert passed_on(scripted(reused(), front(b"\x07\x01binary", b"\x07\x02answer"))) is None


def test_each_side_in_a_file_of_its_own(scripted: Scripted) -> None:
    files = [scripted.capture(reused()), scripted.capture(front())]
    event = examine_files(files).json["findings"][0]["occurrences"][0]["passed_on"]
    assert (event["capture"], event["stream"], event["status"]) == (1, 0, 502)


def test_a_translator_before_the_proxy(scripted: Scripted) -> None:
    """The client's connection has two legs; the one nearest to the client is named."""
    random = {"client_first": 2_882_400_001, "server_first": 305_419_896}

    def edit(packets):  # type: ignore[no-untyped-def]
        mine = [p for p in packets if "10.0.0.7" in (p.source[0], p.destination[0])]
        rest = [p for p in packets if p not in mine]
        both = translated(client="192.0.2.9")(mine)
        return sorted([*rest, *both], key=lambda p: p.time_ns)

    found = scripted(reused(), front(**random), edit=edit)
    what = passed_on(found)
    assert what is not None
    client = found.scene.connections.client[what.connection]
    assert found.scene.addresses.host(int(client)) == "10.0.0.7"


def test_fields_of_a_proxy_join_its_two_addresses(scripted: Scripted) -> None:
    plain = pooled().wait(5).server.fin().client.acks().wait(3)
    forwarded = head("GET /stale HTTP/1.1", "Host: x", "X-Forwarded-For: 10.0.0.7")
    failing = plain.client.says(forwarded).server.resets()
    assert passed_on(scripted(failing, front(server="192.0.2.80"))) is not None


def test_on_loopback_a_proxy_has_no_address_of_its_own(scripted: Scripted) -> None:
    """So it must have passed the request on at once, or the failure."""
    here = {"client": "127.0.0.1", "server": "127.0.0.1"}
    assert passed_on(scripted(reused(**here), front(**here))) is not None  # type: ignore[arg-type]
    slow = front(asked_s=7.9, answered_s=8.1, **here)  # type: ignore[arg-type]
    assert passed_on(scripted(reused(**here), slow)) is None  # type: ignore[arg-type]


def cut(start_s: float, close_s: float, **ends: object) -> Conversation:
    """A server that ends a connection inside an answer."""
    talk = Conversation(**{"start_s": start_s, **ends}).handshake()  # type: ignore[arg-type]
    begun = head("HTTP/1.1 200 OK", "Content-Length: 1000") + b"half"
    talk.client.says(get("/large")).server.says(begun).client.acks()
    return talk.at(close_s).server.fin().client.fin()


def test_an_answer_cut_short_on_both_sides_is_one_failure(scripted: Scripted) -> None:
    before = {"client": "10.0.0.7", "server": PROXY, "port": 8080}
    found = scripted(cut(1.0, 2.0), cut(0.9998, 2.0005, **before))
    assert found.causes == [("response-truncated", "error", 1)]
    (case,) = found.cases("response-truncated", "10.0.0.2:80")
    assert case.passed_on is not None
    assert (case.passed_on.inside, case.passed_on.status) == (True, None)
    evidence = found.report.findings[0].evidence
    assert any("cut the answer to its own client short as well" in text for text in evidence)


def test_another_answer_cut_short_is_another_failure(scripted: Scripted) -> None:
    before = {"client": "10.0.0.7", "server": "10.0.0.9", "port": 8080}
    found = scripted(cut(1.0, 2.0), cut(0.9998, 2.0005, **before))
    assert [case.passed_on for case in found.cases("response-truncated")] == [None, None]


@pytest.mark.parametrize(("closes_s", "joined"), [(2.001, True), (42, False)])
def test_a_close_in_front_comes_with_the_answer_or_tells_nothing(
    scripted: Scripted, closes_s: float, joined: bool
) -> None:
    """An idle timer's, long after a whole answer, is no sign that it was cut short."""
    before = front(get("/large"), ok(), asked_s=0.9998, answered_s=2.0005)
    before.at(closes_s).server.fin().client.fin()
    (case,) = scripted(cut(1.0, 2.0), before).cases("response-truncated")
    assert (case.passed_on is not None) == joined


@pytest.mark.parametrize(("answer", "likely"), [(BAD_GATEWAY, True), (ok(), False)])
def test_a_refusal_is_joined_to_an_error_only(
    scripted: Scripted, answer: bytes, likely: bool
) -> None:
    refused = Conversation(start_s=8.0005).client.syn().server.aborts()
    (case,) = scripted(refused, front(answer=answer)).cases("connection-refused")
    assert (case.passed_on is not None) == likely
    assert case.passed_on is None or not case.passed_on.sure


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("proxy-nginx-gunicorn", {200, 502}),
        ("proxy-nginx-node", {200, 502}),
        ("proxy-nginx-tomcat", {200, 502}),
        ("proxy-haproxy-gunicorn", {None}),
        ("proxy-haproxy-nginx", {200, 405}),
        ("proxy-race", {200, 502}),
        ("proxy-translated", {200, 502}),
        ("proxy-server-abort", {502}),
        ("proxy-server-down", {502}),
        ("proxy-server-killed", {None}),
    ],
)
def test_real_proxies(name: str, statuses: set[int | None]) -> None:
    """GETs are tried again; HAProxy leaves its client without an answer where it may not."""
    (finding,) = examine(name).findings
    found = [case.passed_on for case in finding.cases if case.passed_on]
    assert {each.status for each in found} == statuses
    assert all(each.sure == (name != "proxy-server-down") for each in found)
    assert len(found) == len(finding.cases)
