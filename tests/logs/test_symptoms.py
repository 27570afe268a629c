"""What entries say of failed connections."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products.product import Outcome
from netdiag.logs.symptoms import _WORDS, STEMS, find_symptom, product_words, sayings

NOT_IN_LOGS = ("in the access log", "520: ", "521: ", "524: ", "termination state", "EOF, with")
"""Data files also tell what is elsewhere than in the words of a log line."""


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("NoHttpResponseException: The target server failed to respond", {"closed"}),
        ("SocketException: Connection reset", {"reset"}),
        ("Error: socket hang up", {"closed", "reset"}),
        ('{"err":{"message":"read ECONNRESET","code":"ECONNRESET"}}', {"reset"}),
        ("('Connection aborted.', RemoteDisconnected('Remote end closed", {"closed"}),
        ("ConnectionResetError(104, 'Connection reset by peer')", {"reset"}),
        ("ServerDisconnectedError: Server disconnected", {"closed"}),
        ("Connection prematurely closed BEFORE response", {"closed"}),
        ("Communications link failure", {"closed", "reset"}),
        ("server closed the connection unexpectedly", {"closed"}),
        ("Lost connection to MySQL server during query", {"closed"}),
        ("http: server closed idle connection", {"closed"}),
        ('Post "http://x/": EOF', {"closed"}),
        ("write tcp 1.1.1.1:1->2.2.2.2:2: write: broken pipe", {"closed", "reset"}),
        ("dial tcp 10.0.0.1:80: connect: connection refused", {"refused"}),
        ("connect() failed (111: Connection refused) while connecting to upstream", {"refused"}),
        ("upstream timed out (110: Connection timed out)", {"timeout"}),
        ("upstream prematurely closed connection while reading", {"closed"}),
        ("no live upstreams while connecting to upstream", {"refused"}),
        ("java.net.SocketTimeoutException: Read timed out", {"timeout"}),
        ("context deadline exceeded (Client.Timeout exceeded)", {"timeout"}),
    ],
)
def test_a_symptom_is_known(line: str, kinds: set[Outcome]) -> None:
    found = find_symptom(line.encode())
    assert found is not None
    assert found.kinds - {"reset-after-fin", "told-why"} == kinds


@pytest.mark.parametrize(
    "line",
    [
        "connectionTimeout=20000 keepAlive=true",
        "GET /reset-password -> 200",
        "upstream cluster updated, 3 members",
        "opened the closed beta for everybody",
        "response sent in 30 ms",
    ],
)
def test_everyday_lines_say_nothing(line: str) -> None:
    assert find_symptom(line.encode()) is None


@pytest.mark.parametrize(("outcome", "text"), sorted(set(sayings())))
def test_what_products_write_is_known(outcome: Outcome, text: str) -> None:
    filled = text.replace("<host>", "10.0.0.1").replace("<port>", "80").replace("<ms>", "30")
    if "<said>" in text or any(words in text for words in NOT_IN_LOGS):
        return
    found = find_symptom(filled.encode())
    assert found is not None
    # `Connection reset` and the end of the stream are told in one breath.
    ended = {"reset", "reset-after-fin", "closed"}
    assert outcome in found.kinds or (outcome in ended and found.kinds & ended) or "2013" in text


def test_every_symptom_has_a_stem() -> None:
    words = [each.encode() for _, some in _WORDS for each in some.split("|")]
    words += [each.encode() for each in product_words()]
    assert [each for each in words if not any(stem in each for stem in STEMS)] == []


def test_of_a_chain_the_end_is_shown_and_frames_never() -> None:
    text = (
        b"2026-11-22 05:00:00 ERROR call failed\n"
        b"java.io.IOException: unexpected end of stream on x\n"
        b"\tat okhttp3.internal.connectionResetHandler(X.java:1)\n"
        b"Caused by: java.io.EOFException: \\n not found\n"
        b"\tat okio.EOFException.read(X.java:2)\n"
    )
    found = find_symptom(text)
    assert found is not None
    assert found.line[found.at :].endswith(b"EOFException: \\n not found\n")
