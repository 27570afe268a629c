"""Who is the client, and what told it."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.connections import KnownBy, build
from tests import messages
from tests.connections.gone import gone
from tests.conversations import Conversation, Heard, Recorder, endpoint, listen
from tests.messages import get, ok

CLIENT = endpoint("10.0.0.1", 40000)


def middle(port: int = 80, client_port: int = 40000) -> Conversation:
    """A conversation whose handshake is not captured."""
    return Conversation(port=port, client_port=client_port)


def client(heard: Heard, talk: Conversation | None = None) -> tuple[int, KnownBy]:
    row = 0 if talk is None else heard.connection(talk)
    return int(heard.connections.client[row]), KnownBy(heard.connections.known_by[row])


def test_the_sender_of_the_syn_is_the_client(record: Recorder) -> None:
    """Even if it has the lower port, and speaks like a server."""
    talk = Conversation(client_port=80, port=40000).handshake()
    talk.client.says(ok()).server.says(get())
    assert client(record(talk)) == (endpoint("10.0.0.1", 80), KnownBy.SYN)


def test_the_receiver_of_a_syn_ack_is_the_client(record: Recorder) -> None:
    talk = Conversation(client_port=80, port=40000)
    talk.client.syn(unseen=True).server.syn_ack().client.acks()
    assert client(record(talk)) == (endpoint("10.0.0.1", 80), KnownBy.SYN)


def test_of_two_syns_the_first_counts(record: Recorder) -> None:
    talk = Conversation(client_port=80, port=40000)
    talk.client.syn(late=True).server.syn(late=True).arrives().client.acks()
    assert client(record(talk)) == (endpoint("10.0.0.1", 80), KnownBy.SYN)


SERVER, OTHER = endpoint("10.0.0.2", 80), endpoint("10.0.0.9", 80)


@pytest.mark.parametrize(
    ("ends", "server", "known_by"),
    [
        ((OTHER, SERVER), SERVER, KnownBy.POPULARITY),
        ((SERVER, OTHER), SERVER, KnownBy.POPULARITY),
        ((CLIENT, OTHER), CLIENT, KnownBy.POPULARITY),
        ((CLIENT, SERVER), SERVER, KnownBy.PORT),
        ((OTHER, OTHER + 1), SERVER, KnownBy.PORT),
    ],
)
def test_connections_without_segments_tell_who_has_more(
    ends: tuple[int, int], server: int, known_by: KnownBy
) -> None:
    segments = listen(middle().client.says(bytes(99)).server.acks()).segments
    one, other = (np.array([end], np.uint64) for end in ends)
    _, table = build(segments, gone=replace(gone(), client=one, server=other))
    assert table.server.tolist() == [server]
    assert table.known_by.tolist() == [known_by]


CLIENT_SPEECH = {
    "HTTP/1 request": get(),
    "ClientHello": messages.CLIENT_HELLO,
    "HTTP/2 preface": messages.PREFACE,
    "MySQL COM_QUIT": messages.COM_QUIT,
    "PostgreSQL Terminate": messages.TERMINATE,
    "PostgreSQL startup": messages.postgresql_startup(),
    "Redis command": messages.redis(b"GET", b"key"),
    "SMTP QUIT": b"QUIT\r\n",
}
SERVER_SPEECH = {
    "HTTP/1 response": ok(),
    "ServerHello": messages.SERVER_HELLO,
    "MySQL greeting": messages.mysql_greeting(),
    "MySQL error 4031": messages.mysql_error(4031),
    "PostgreSQL FATAL": messages.postgresql_fatal(),
}


@pytest.mark.parametrize("payload", CLIENT_SPEECH.values(), ids=CLIENT_SPEECH.keys())
def test_who_speaks_like_a_client_is_one_whatever_the_ports(
    record: Recorder, payload: bytes
) -> None:
    talk = middle(client_port=80, port=40000)
    talk.server.acks().client.says(payload)
    assert client(record(talk)) == (endpoint("10.0.0.1", 80), KnownBy.SPEECH)


@pytest.mark.parametrize("payload", SERVER_SPEECH.values(), ids=SERVER_SPEECH.keys())
def test_who_speaks_like_a_server_is_one_whatever_the_ports(
    record: Recorder, payload: bytes
) -> None:
    talk = middle(client_port=80, port=40000)
    talk.client.acks().server.says(payload)
    assert client(record(talk)) == (endpoint("10.0.0.1", 80), KnownBy.SPEECH)


def test_the_endpoint_of_many_connections_is_the_server(record: Recorder) -> None:
    """A service on a high port, asked from low ones."""
    talks = [middle(port=50000, client_port=port) for port in (1000, 1001, 1002)]
    for talk in talks:
        talk.client.says(b"opaque").server.says(b"as well")
    heard = record(*talks)
    assert {client(heard, talk) for talk in talks} == {
        (endpoint("10.0.0.1", port), KnownBy.POPULARITY) for port in (1000, 1001, 1002)
    }


def test_connections_with_a_handshake_count_for_the_others(record: Recorder) -> None:
    opened = Conversation(port=50000, client_port=1000).handshake()
    caught = middle(port=50000, client_port=1001)
    caught.client.says(b"opaque")
    assert client(record(opened, caught), caught) == (
        endpoint("10.0.0.1", 1001),
        KnownBy.POPULARITY,
    )


@pytest.mark.parametrize("speaker", ["client", "server"])
def test_else_the_higher_port_is_the_clients(record: Recorder, speaker: str) -> None:
    """Whichever of the two hosts has the lower address."""
    talk = middle()
    getattr(talk, speaker).says(b"opaque")
    assert client(record(talk)) == (CLIENT, KnownBy.PORT)
    talk = Conversation(client="10.0.0.2", server="10.0.0.1")
    getattr(talk, speaker).says(b"opaque")
    assert client(record(talk)) == (endpoint("10.0.0.2", 40000), KnownBy.PORT)


def test_each_connection_is_judged_by_itself(record: Recorder) -> None:
    by_syn = Conversation(client="10.0.0.1").handshake()
    by_speech = Conversation(client="10.0.0.3", server="10.0.0.4")
    by_speech.client.says(get())
    by_port = Conversation(client="10.0.0.5", server="10.0.0.6")
    by_port.client.says(b"opaque")
    heard = record(by_syn, by_speech, by_port)
    found = [client(heard, talk)[1] for talk in (by_syn, by_speech, by_port)]
    assert found == [KnownBy.SYN, KnownBy.SPEECH, KnownBy.PORT]


def test_ipv6_endpoints_are_told_apart_as_well(record: Recorder) -> None:
    talk = Conversation(client="2001:db8::9", server="2001:db8::1").handshake()
    talk.asks(get(), ok())
    heard = record(talk)
    assert heard.requests() == ["GET / HTTP/1.1"]
    assert client(heard)[1] == KnownBy.SYN


def test_an_endpoint_that_talks_to_itself_does_no_harm(record: Recorder) -> None:
    """A self-connection on loopback (simultaneous open with one socket)."""
    talk = Conversation(client="127.0.0.1", server="127.0.0.1", client_port=5000, port=5000)
    talk.client.syn().client.says(b"echo")
    heard = record(talk)
    assert len(heard.connections) == 1
    assert heard.ending().close is None
