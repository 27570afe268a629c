"""A hand-made report, as rich as reports get: Tomcat's 20 s met a pool that keeps for longer."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.connection_view import Fold
from netdiag.report.endpoint import ClientReport, IdleTimeoutReport, ServerCloses, ServerReport
from netdiag.report.finding import (
    Advice,
    CloseEvent,
    FindingReport,
    Occurrence,
    RequestEvent,
    ResetEvent,
    RetryEvent,
    Side,
    Step,
    StepKind,
)
from netdiag.report.model import (
    CaptureReport,
    ConnectionReport,
    ProblemReport,
    Producer,
    Report,
    StateChange,
    Verdict,
)
from netdiag.report.next_capture import NextCapture
from netdiag.report.recommendation import MarginPart, Recommendation

SERVER = "10.77.145.107:10072"
DAY = "2017-05-12T"

CAPTURE = CaptureReport(
    path="incident.pcap",
    format="pcap",
    link_types=("EN10MB",),
    packets=48_210,
    tcp_packets=47_988,
    bytes=9_134_882,
    first_time=f"{DAY}11:32:40.000211Z",
    last_time=f"{DAY}11:46:42.881002Z",
    duration_s=842.880791,
    vantage="client",
    vantage_evidence="10.0.0.5 sends with the TTL of a local sender (64)",
    vantage_ends=("client",),
    problems=(
        ProblemReport(
            code="truncated-file",
            detail="the file ends inside frame 48211; everything before it was read",
            frame=48_211,
        ),
    ),
)

TIMEOUT = IdleTimeoutReport(
    estimate_s=20.01,
    low_s=19.4,
    high_s=20.016,
    closes=12,
    longest_survived_s=19.4,
    likely_setting_s=20.0,
    granularity_s=0.05,
    declared_s=None,
    confidence="high",
    consistent=True,
)


def step(
    frame: int,
    clock: str,
    at_s: float,
    sender: Side,
    kind: StepKind,
    label: str,
    states: tuple[str, str],
) -> Step:
    client_state, server_state = states
    return Step(
        frame=frame,
        capture=0,
        time=f"{DAY}{clock}Z",
        at_s=at_s,
        sender=sender,
        kind=kind,
        label=label,
        client_state=client_state,
        server_state=server_state,
    )


OPEN = ("ESTABLISHED", "ESTABLISHED")


def fold(
    first: int, last: int, at_s: float, until_s: float, states: tuple[str, str] = OPEN
) -> Fold:
    client_state, server_state = states
    return Fold(
        first_frame=first,
        last_frame=last,
        capture=0,
        last_capture=0,
        at_s=at_s,
        until_s=until_s,
        sender="server",
        frames=last - first + 1,
        exchanges=0,
        bytes_to_server=0,
        bytes_to_client=1448 * (last - first + 1),
        retransmissions=0,
        client_state=client_state,
        server_state=server_state,
    )


TIMELINE = (
    step(28, "11:39:02.122401", 0.0, "client", "syn", "SYN", ("SYN_SENT", "SYN_RECEIVED")),
    step(29, "11:39:02.122712", 0.0003, "server", "syn", "SYN, ACK", ("ESTABLISHED",) * 2),
    step(31, "11:39:02.123456", 0.0011, "client", "request", "GET /rates/EUR HTTP/1.1", OPEN),
    step(33, "11:39:02.136012", 0.0136, "server", "response", "200", OPEN),
    step(34, "11:39:02.136077", 0.0137, "client", "ack", "ACK", OPEN),
    step(
        41,
        "11:39:22.160231",
        20.0378,
        "server",
        "fin",
        "FIN, ACK",
        ("CLOSE_WAIT", "FIN_WAIT_1"),
    ),
    step(42, "11:39:22.160299", 20.0379, "client", "ack", "ACK", ("CLOSE_WAIT", "FIN_WAIT_2")),
    step(
        57,
        "11:39:27.267301",
        25.1449,
        "client",
        "request",
        "GET /rates/EUR?day=2017-05-12 HTTP/1.1",
        ("CLOSE_WAIT", "FIN_WAIT_2"),
    ),
    step(58, "11:39:27.267610", 25.1452, "server", "rst", "RST", ("CLOSED", "CLOSED")),
)

RECOMMENDATION = Recommendation(
    audience="client",
    server=SERVER,
    limit_s=15.0,
    below_s=20.0,
    bound_by="server",
    margin_s=5.0,
    margin_parts=(
        MarginPart("granularity", 0.6, True),
        MarginPart("eviction", 1.0, False),
        MarginPart("rounding", 3.4, True),
    ),
    requests=1043,
    reuses=3,
    prevented=3,
    near_misses=1,
    new_connections=4,
    new_connections_per_minute=0.285,
    retry_would_hide=3,
    retried=1,
    retry_unknown=0,
    race_one_in=276,
    check_only_race_one_in=860_000,
    race_note="None, unless a request takes more than 4.4 s.",
    server_timeout_s=50.0,
    text=(
        "Keep idle connections for at most 15 s.",
        "3 of 3 harmed reuses in this capture would not have happened.",
    ),
)

NEXT = NextCapture(
    where="on the server 10.77.145.107",
    why="to see what arrives there, for 10 minutes or longer",
    command="tcpdump -i any -s 256 -C 100 -W 20 -w /var/tmp/netdiag-server.pcap "
    "'tcp port 10072 and host 10.0.0.5'",
)

EXPLANATION = (
    "The server ends connections that have been idle for 20 s. The client's pool keeps them for "
    "longer and doesn't look at them before it sends the next request; the server no longer reads "
    "from them, and its kernel answers with a reset."
)


def occurrence(
    stream: int,
    frames: tuple[int, int, int],
    clock: str,
    idle_s: float,
    after_s: float,
    *,
    retried: bool,
) -> Occurrence:
    close, request, reset = frames
    return Occurrence(
        connection=f"c{stream + 1}",
        stream=stream,
        capture=0,
        client=f"10.0.0.5:{51218 + stream}",
        server=SERVER,
        close=CloseEvent(close, 0, f"{DAY}11:39:22.160231Z", "FIN"),
        request=RequestEvent(
            request, 0, f"{DAY}{clock}Z", "GET /rates/EUR?day=2017-05-12 HTTP/1.1"
        ),
        told=True,
        outcome="reset",
        reset=ResetEvent(reset, 0, f"{DAY}11:39:27.267610Z", "no-socket"),
        retry=RetryEvent(f"c{stream + 2}", reset + 3, 0, 0.0004, "answered", 200)
        if retried
        else None,
        idle_before_close_s=idle_s,
        idle_before_reuse_s=idle_s + after_s,
        after_close_s=after_s,
        client_state="CLOSE_WAIT",
        wireshark_filter=f"tcp.stream eq {stream}",
        symptom="org.apache.http.NoHttpResponseException: 10.77.145.107:10072 failed to respond",
        timeline=TIMELINE if stream == 16 else (),
    )


STALE = FindingReport(
    cause="stale-keep-alive",
    severity="error",
    confidence="high",
    title="The client reuses connections that the server has ended after 20 s idle",
    explanation=EXPLANATION,
    server=SERVER,
    clients=("10.0.0.5",),
    occurrences=(
        occurrence(16, (41, 57, 58), "11:39:27.267301", 20.024, 5.107, retried=True),
        occurrence(22, (1204, 1377, 1378), "11:41:09.820114", 20.031, 17.18, retried=False),
        occurrence(30, (20981, 21011, 21012), "11:43:55.003870", 20.016, 0.733, retried=False),
    ),
    evidence=(
        "In frame 57 the client acknowledges the server's FIN of frame 41: its kernel had it when "
        "the request was sent.",
        "The server closed 12 connections, each of them 20.016 to 20.043 s after its last "
        "response; no connection survived a longer idle time.",
        "The reset in frame 58 has the shape that a kernel without a socket sends (no ACK, window "
        "0, its sequence number from the request), and the server's own TTL.",
    ),
    advice=(
        Advice(
            audience="client",
            product="Apache-HttpClient/4.5",
            text="Close idle connections before the server does (20 s), and check those that "
            "were idle for more than a second before each use. Retry requests that are safe to "
            "repeat: the race that remains can't be avoided otherwise.",
            snippet="var pool = new PoolingHttpClientConnectionManager();\n"
            "pool.setValidateAfterInactivity(1_000); // ms\n"
            "HttpClient client = HttpClients.custom()\n"
            "    .setConnectionManager(pool)\n"
            "    .setKeepAliveStrategy((response, context) -> 15_000) // ms, < 20 s\n"
            "    .evictIdleConnections(15, TimeUnit.SECONDS)\n"
            "    .build();",
            language="java",
        ),
        Advice(
            audience="server",
            product="Apache Tomcat",
            text="Or keep idle connections for longer than every client does.",
            snippet='<Connector port="10072" protocol="HTTP/1.1"\n'
            '           keepAliveTimeout="75000" />',
            language="xml",
        ),
    ),
    recommendation=RECOMMENDATION,
    doubts=("2 of these 3 connections began before the capture did.",),
    next_captures=(NEXT,),
)

LEAK = FindingReport(
    cause="close-wait-leak",
    severity="warning",
    confidence="medium",
    title="The client keeps 9 connections that the server has closed",
    explanation="They stay in CLOSE_WAIT until the pool touches them again, and each of them will "
    "fail the request that does.",
    server=SERVER,
    clients=("10.0.0.5",),
    occurrences=(),
    evidence=("9 connections were in CLOSE_WAIT when the capture ended, the oldest for 611 s.",),
    advice=(
        Advice(
            audience="client",
            product=None,
            text="Evict idle connections in the background.",
        ),
    ),
)

CONNECTION = ConnectionReport(
    id="c17",
    stream=16,
    capture=0,
    client="10.0.0.5:51234",
    server=SERVER,
    protocol="http/1",
    first_frame=28,
    last_frame=58,
    last_capture=0,
    start=f"{DAY}11:39:02.122401Z",
    duration_s=25.145209,
    syn_seen=True,
    exchanges=1,
    bytes_to_server=812,
    bytes_to_client=5120,
    closed_by="server",
    close_flag="FIN",
    close_frame=41,
    close_capture=0,
    states=(
        StateChange(f"{DAY}11:39:02.122712Z", 29, 0, "ESTABLISHED", "ESTABLISHED"),
        StateChange(f"{DAY}11:39:22.160231Z", 41, 0, "CLOSE_WAIT", "FIN_WAIT_1"),
    ),
)

EXAMPLE = Report(
    netdiag=Producer("0.1.0"),
    captures=(CAPTURE,),
    verdict=Verdict(
        cause="stale-keep-alive",
        risk="close-wait-leak",
        confidence="high",
        headline="3 requests from 10.0.0.5 failed because they were sent on connections that "
        "10.77.145.107:10072 (Apache-Coyote/1.1) had ended after 20 s idle.",
    ),
    servers=(
        ServerReport(
            endpoint=SERVER,
            protocol="http/1",
            product="Apache-Coyote/1.1",
            connections=212,
            exchanges=1043,
            closes=ServerCloses(server_fin=21, client_fin=182, open=9),
            idle_timeout=TIMEOUT,
        ),
    ),
    clients=(
        ClientReport(
            address="10.0.0.5",
            product="Apache-HttpClient/4.5.12",
            connections=212,
            idle_timeout=None,
            longest_idle_reuse_s=37.211,
        ),
    ),
    findings=(STALE, LEAK),
    connections=(CONNECTION,),
    connections_total=212,
    limits=(
        "The capture was taken beside the client: whether the server's program saw the failed "
        "requests can't be seen from here.",
        "4 connections were open before the capture began, so their age is unknown.",
    ),
    recommendation=RECOMMENDATION,
    next_captures=(NEXT,),
)

QUIET = Report(
    netdiag=Producer("0.1.0"),
    captures=(CAPTURE,),
    verdict=Verdict(
        cause="none",
        risk=None,
        confidence="high",
        headline="No request failed because its connection had been ended: 1,043 exchanges on 212 "
        "connections were all answered.",
    ),
    servers=(
        replace(
            EXAMPLE.servers[0],
            closes=ServerCloses(client_fin=200, open=12),
            idle_timeout=replace(
                TIMEOUT,
                estimate_s=None,
                low_s=19.4,
                high_s=None,
                closes=0,
                likely_setting_s=None,
                granularity_s=None,
                declared_s=20.0,
                confidence="low",
            ),
        ),
    ),
    clients=(replace(EXAMPLE.clients[0], longest_idle_reuse_s=19.4),),
    findings=(),
    connections=(),
    connections_total=212,
    limits=(
        "No connection was idle for longer than 19.4 s, so nothing is known of what happens then.",
    ),
)
