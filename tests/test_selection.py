"""`Selection`: what the user asked for, and what the answer holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.analysis import Options, analyze
from netdiag.errors import SelectionError
from netdiag.report.build.clock import rfc3339
from netdiag.selection import Moment, Selection
from tests.conversations import START_NS, Conversation
from tests.recorded import PCAPS
from tests.scripted import Scripted, pooled, reused

NS = 1_000_000_000


@pytest.mark.parametrize(
    ("server", "host", "port"),
    [
        ("10.0.0.2", "10.0.0.2", None),
        ("10.0.0.2:8080", "10.0.0.2", 8080),
        ("2001:db8::1", "2001:db8::1", None),
        ("2001:0DB8:0::1", "2001:db8::1", None),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("[2001:db8::1]:443", "2001:db8::1", 443),
        ("::1", "::1", None),
    ],
)
def test_servers(server: str, host: str, port: int | None) -> None:
    selection = Selection.parse(server=server)
    assert (selection.server, selection.server_port) == (host, port)


def test_a_port_by_itself_or_twice_the_same() -> None:
    assert Selection.parse(port=80) == Selection(server_port=80)
    twice = Selection.parse(server="10.0.0.2:80", port=80)
    assert twice == Selection(server="10.0.0.2", server_port=80)


@pytest.mark.parametrize(
    ("text", "ns", "relative"),
    [
        ("+0", 0, True),
        ("+12.5", 12_500_000_000, True),
        ("1970-01-01T00:00:01Z", NS, False),
        ("1970-01-01T00:00:01", NS, False),
        ("1970-01-01T01:00:01+01:00", NS, False),
        ("2017-05-12T11:39:02.123456Z", 1_494_589_142_123_456_000, False),
        ("2017-05-12", 1_494_547_200 * NS, False),
    ],
)
def test_moments(text: str, ns: int, relative: bool) -> None:
    assert Selection.parse(since=text).since == Moment(ns, relative)
    assert Selection.parse(until=text).until == Moment(ns, relative)


def test_a_relative_moment_counts_from_the_first_segment() -> None:
    assert Moment(5, relative=True).absolute(100) == 105
    assert Moment(5, relative=False).absolute(100) == 5


MISTAKES = [
    (Options(server="example.org"), "--server: expected an IP address"),
    (Options(server=""), "--server: expected an IP address"),
    (Options(server="10.0.0.2:"), "--server: expected an IP address"),
    (Options(server="10.0.0.2:http"), "--server: expected an IP address"),
    (Options(server="10.0.0.2:0"), "--server: expected a port from 1 to 65535; found 0"),
    (Options(server="10.0.0.2:65536"), "--server: expected a port from 1 to 65535; found 65536"),
    (Options(server="10.0.0.256"), "found '10.0.0.256'"),
    (Options(server="[10.0.0.2"), "--server: expected an IP address"),
    (Options(server="10.0.0.2:80", port=81), "--server names port 80, but --port is 81"),
    (Options(client="nobody"), "--client: expected an IP address"),
    (Options(client="10.0.0.1:5"), "--client: expected an IP address without port"),
    (Options(client="[::1]:5"), "--client: expected an IP address without port"),
    (Options(since="yesterday"), "--since: expected a time such as"),
    (Options(since="+soon"), "found '+soon'"),
    (Options(since="+inf"), "found '+inf'"),
    (Options(since="+nan"), "found '+nan'"),
    (Options(until="12:00"), "--until: expected a time such as"),
    (Options(until="2017-13-12T00:00:00Z"), "found '2017-13-12T00:00:00Z'"),
    (Options(since="+9", until="+8"), "--since +9 is later than --until +8"),
    (
        Options(since="2017-05-12T12:00:00Z", until="2017-05-12T11:00:00Z"),
        "--since 2017-05-12T12:00:00Z is later than --until 2017-05-12T11:00:00Z",
    ),
]


@pytest.mark.parametrize(("options", "complaint"), MISTAKES)
def test_mistakes_are_one_line_that_names_the_option(options: Options, complaint: str) -> None:
    with pytest.raises(SelectionError) as raised:
        analyze([PCAPS / "nginx-stale.pcap"], options)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


@given(st.text(max_size=40))
def test_no_text_is_more_than_a_mistake(text: str) -> None:
    for option in ("server", "client", "since", "until"):
        try:
            Selection.parse(**{option: text})  # type: ignore[arg-type]
        except SelectionError as error:
            assert f"--{option}" in str(error)


def stale() -> list[Conversation]:
    """Reuses at 8, 18, 28 s to one server; at 38 s to another port, at 48 s to another host."""
    return [
        reused(5, 3, client_port=40000, start_s=0),
        reused(5, 3, client_port=40001, start_s=10, client="10.0.0.5"),
        reused(5, 3, client_port=40002, start_s=20),
        reused(5, 3, client_port=40003, start_s=30, port=8080),
        reused(5, 3, client_port=40004, start_s=40, server="10.0.0.9"),
    ]


def absolute(seconds: float) -> str:
    return rfc3339(START_NS + round(seconds * 1e9), 6)


@pytest.mark.parametrize(
    ("options", "ports"),
    [
        (Options(), [0, 1, 2, 3, 4]),
        (Options(server="10.0.0.2"), [0, 1, 2, 3]),
        (Options(server="10.0.0.2:80"), [0, 1, 2]),
        (Options(server="10.0.0.2:8080"), [3]),
        (Options(server="10.0.0.2", port=8080), [3]),
        (Options(port=80), [0, 1, 2, 4]),
        (Options(port=81), []),
        (Options(server="10.0.0.9"), [4]),
        (Options(server="10.0.0.1"), []),  # that is a client
        (Options(server="192.0.2.1"), []),
        (Options(server="2001:db8::1"), []),
        (Options(client="10.0.0.5"), [1]),
        (Options(client="10.0.0.5", server="10.0.0.9"), []),
        (Options(client="10.0.0.1", port=80), [0, 2, 4]),
        (Options(since="+17"), [1, 2, 3, 4]),
        (Options(since="+19"), [2, 3, 4]),
        (Options(until="+19"), [0, 1]),
        (Options(since="+9", until="+29"), [1, 2]),
        (Options(since="+1000"), []),
        (Options(since=absolute(9), until=absolute(29)), [1, 2]),
        (Options(since=absolute(9), until="+29"), [1, 2]),
        (Options(until="2000-01-01T00:00:00Z"), []),
    ],
)
def test_what_is_found(scripted: Scripted, options: Options, ports: list[int]) -> None:
    report = scripted(*stale(), options=options).report
    found = [o.client for finding in report.findings for o in finding.occurrences]
    assert sorted(int(client.rsplit(":", 1)[1]) - 40000 for client in found) == ports
    assert report.verdict.cause == ("stale-keep-alive" if ports else "none")


def test_in_time_a_case_is_where_its_request_is(scripted: Scripted) -> None:
    """Its connection lives from 0 to 8 s; the request comes at 8 s."""
    talk = reused(5, 3)
    assert not scripted(talk, options=Options(until="+7")).findings
    assert scripted(talk, options=Options(since="+7", until="+9")).findings


def test_a_connection_that_lives_in_the_window_is_counted(scripted: Scripted) -> None:
    early, late = pooled(), pooled(client_port=40001, start_s=100)
    assert scripted(early, late, options=Options(until="+50")).report.connections_total == 1
    assert scripted(early, late, options=Options(since="+50")).report.connections_total == 1
    assert scripted(early, late, options=Options(since="+0.0001")).report.connections_total == 2


def test_severity_is_that_of_what_is_left(scripted: Scripted) -> None:
    """Of a restart that harmed a request, only the harmless part was asked for."""
    talks = []
    for number, age_s in enumerate((30, 10, 2)):
        talk = pooled(client_port=50000 + number, start_s=100 - age_s).at(100)
        talks.append(talk.server.fin().client.acks())
    talks[0].wait(20).client.says(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n").server.resets()
    for talk in talks[1:]:
        talk.client.fin().server.acks()
    whole = scripted(*talks)
    assert whole.causes == [("server-restart", "error", 3)]
    part = scripted(*talks, options=Options(until="+40"))
    assert part.causes == [("server-restart", "info", 2)]
    assert part.report.verdict.cause == "none"


@pytest.mark.parametrize(
    ("server", "cause"),
    [
        ("2001:db8:2::2", "stale-keep-alive"),
        ("[2001:db8:2::2]:18080", "stale-keep-alive"),
        ("2001:DB8:2:0::2", "stale-keep-alive"),
        ("2001:db8:2::3", "none"),
        ("[2001:db8:2::2]:80", "none"),
    ],
)
def test_ipv6(server: str, cause: str) -> None:
    report = analyze([PCAPS / "stale-ipv6.pcap"], Options(server=server))
    assert report.verdict.cause == cause
    client = analyze([PCAPS / "stale-ipv6.pcap"], Options(client="2001:db8:1::2"))
    assert client.verdict.cause == "stale-keep-alive"


def test_an_empty_capture_has_no_window(scripted: Scripted) -> None:
    report = scripted(Conversation(), edit=lambda ps: [], options=Options(since="+5")).report
    assert report.connections_total == 0
