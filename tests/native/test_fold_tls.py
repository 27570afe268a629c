"""What the compiled search tells by the lengths of records in TLS."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from netdiag.native import native
from tests.conversations import Conversation, Heard, columns, listen, on_the_wire, write
from tests.disorder import damaged
from tests.exchanges.test_settling import in_tls, kept, reads_the_same, unlike
from tests.messages import (
    CCS,
    CLIENT_HELLO,
    FINISHED,
    HANDSHAKE,
    SERVER_HELLO,
    data,
    mysql,
    mysql_greeting,
    tls,
)
from tests.tls_sessions import CIPHERS, Cipher, sessions

if native is None:
    pytest.skip("built without a C compiler", allow_module_level=True)


@pytest.mark.parametrize("seed", range(36))
def test_sessions_read_the_same(seed: int, tmp_path: Path) -> None:
    packets = on_the_wire(sessions(seed))
    if seed % 3 == 0:
        packets = damaged(packets, random.Random(seed), (0.003, 0.02)[seed % 2])
    path = tmp_path / "tls.pcap"
    write(path, packets, (65535, 65535, 128, 65535, 59)[seed % 5])
    assert reads_the_same(path, seed)


@pytest.mark.parametrize("seed", range(24))
def test_nothing_has_failed_where_no_table_is_made(seed: int) -> None:
    packets = on_the_wire(sessions(seed, 24, 5))
    if seed % 3 == 0:
        packets = damaged(packets, random.Random(seed), 0.01)
    heard = Heard(packets, *columns(packets))
    found = [unlike(heard, count) for count in range(60, len(packets), len(packets) // 4)]
    assert max(fine for fine, _ in found) > 0
    assert not any(odd for _, odd in found)


def in_http2(
    count: int, length: int, cipher: Cipher = CIPHERS[0], aside: int = 13, **how: Any
) -> Conversation:
    """A connection with so many exchanges of HTTP/2, with a frame of the client behind each."""
    talk = Conversation(**how).handshake().client.says(CLIENT_HELLO)
    if cipher.version == 12:
        talk.server.says(SERVER_HELLO + tls(HANDSHAKE, 900, first=11))
        talk.client.says(tls(HANDSHAKE, 37, first=16) + CCS + tls(HANDSHAKE, 16 + cipher.client))
        talk.server.says(CCS + tls(HANDSHAKE, 16 + cipher.server))
    else:
        talk.server.says(SERVER_HELLO + CCS + data(800, 53))
        talk.client.says(CCS).client.says(data(36 + cipher.client))
    talk.asks(cipher.asks(64), cipher.answers(50)).client.says(cipher.asks(9))
    for _ in range(count):
        talk.wait(1).asks(cipher.asks(length), cipher.answers(300))
        talk.client.says(cipher.asks(aside))
    return talk


@pytest.mark.parametrize("cipher", CIPHERS, ids=lambda cipher: f"{cipher.version}+{cipher.client}")
@pytest.mark.parametrize("length", [10, 14, 44, 300])
def test_exchanges_of_http2_in_tls_are_set_aside(length: int, cipher: Cipher) -> None:
    heard = listen(in_http2(50, length, cipher))
    names, setter = kept(heard)
    assert len(names) < 50
    assert setter.aside().folds.packets.sum() == len(heard.segments) - len(names)


@pytest.mark.parametrize(("length", "aside"), [(17, 13), (43, 13), (26, 13), (60, 17), (60, 26)])
def test_what_is_as_long_as_something_else_stays(length: int, aside: int) -> None:
    heard = listen(in_http2(50, length, aside=aside))
    assert len(kept(heard)[0]) == len(heard.segments)


def with_a_finished_that_was_cut(cipher: Cipher) -> Conversation:
    talk = Conversation().handshake().client.says(CLIENT_HELLO)
    talk.server.says(SERVER_HELLO + tls(HANDSHAKE, 900, first=11))
    talk.client.says(tls(HANDSHAKE, 37, first=16) + CCS).client.says(bytes(45))
    talk.server.says(CCS + tls(HANDSHAKE, 16 + cipher.server))
    return talk.asks(cipher.asks(64), cipher.answers(50)).client.says(cipher.asks(9))


@pytest.mark.parametrize(
    ("cipher", "length", "stays"),
    [(CIPHERS[4], 14, True), (CIPHERS[4], 60, False), (CIPHERS[5], 14, False)],
    ids=["GCM or ChaCha20", "either", "ChaCha20"],
)
def test_without_a_finished_the_cipher_may_show_later(
    cipher: Cipher, length: int, stays: bool
) -> None:
    """14 bytes with GCM are 22 with ChaCha20, of which a record of 25 would tell."""
    talk = with_a_finished_that_was_cut(cipher)
    for _ in range(50):
        talk.wait(1).asks(cipher.asks(length), cipher.answers(300))
    heard = listen(talk)
    assert (len(kept(heard)[0]) == len(heard.segments)) == stays


def test_what_shows_the_cipher_stays() -> None:
    talk = with_a_finished_that_was_cut(CIPHERS[4])
    for number in range(80):
        talk.wait(1).asks(data(90), data(300))
        if number == 40:
            talk.client.says(data(25), name="shows ChaCha20")
    assert "shows ChaCha20" in kept(listen(talk))[0]


def test_settings_may_be_acknowledged_along_with_the_end_of_the_handshake() -> None:
    talk = Conversation().handshake().client.says(CLIENT_HELLO)
    talk.server.says(SERVER_HELLO + CCS + data(800, 53)).server.says(data(57))
    talk.client.says(CCS + data(53, 81, 26)).server.says(data(90))
    for _ in range(50):
        talk.wait(1).asks(data(31), data(300))
    assert len(kept(listen(talk))[0]) < 40


def test_a_request_that_is_as_long_as_an_alert_may_wait_for_an_answer() -> None:
    talk = in_http2(6, 18)
    talk.wait(1).client.says(data(35))
    heard = listen(talk)
    assert unlike(heard, len(heard.segments)) == (0, 0)


def test_another_connection_between_the_same_ends_has_a_handshake_of_its_own() -> None:
    numbers = {"client_first": 9_000_000, "server_first": 9_000_000}
    talks = [in_http2(50, 14, CIPHERS[5]), in_http2(50, 14, start_s=100, **numbers)]
    once = sum(len(kept(listen(talk))[0]) for talk in talks)
    assert len(kept(listen(*talks))[0]) == once


def with_database(query: int, count: int = 50, first: int = 120) -> Conversation:
    """MySQL in TLS 1.3 with so many queries, each behind a COM_PING."""
    talk = Conversation(port=3306).handshake().server.says(mysql_greeting())
    talk.client.says(mysql(1, bytes(32))).client.says(CLIENT_HELLO)
    talk.server.says(SERVER_HELLO + CCS + data(800, 53)).client.says(CCS + FINISHED)
    talk.asks(data(first), data(28))
    for _ in range(count):
        talk.wait(1).asks(data(22), data(28)).asks(data(query), data(300))
    return talk


@pytest.mark.parametrize("query", [23, 30, 36, 200])
def test_what_a_database_is_asked_in_tls_is_set_aside(query: int) -> None:
    heard = listen(with_database(query))
    names, setter = kept(heard)
    assert len(names) < 50
    assert setter.aside().folds.packets.sum() == len(heard.segments) - len(names)


def test_a_query_as_long_as_an_alert_stays() -> None:
    heard = listen(with_database(35))
    assert len(kept(heard)[0]) == len(heard.segments)


def test_without_a_longer_one_a_short_query_may_wait_for_an_answer() -> None:
    talk = with_database(22, 0, first=22).asks(data(22), data(28)).wait(1)
    heard = listen(talk.client.says(data(22)))
    assert unlike(heard, len(heard.segments)) == (0, 0)


def test_so_does_tls_behind_something_else_in_clear() -> None:
    talk = Conversation(port=25).handshake().server.says(b"220 mail\r\n")
    talk.asks(b"STARTTLS\r\n", b"220 go\r\n").client.says(CLIENT_HELLO)
    talk.server.says(SERVER_HELLO + CCS + data(800, 53)).client.says(CCS + FINISHED)
    for _ in range(30):
        talk.wait(1).asks(data(200), data(300))
    heard = listen(talk)
    assert len(kept(heard)[0]) == len(heard.segments)


def test_what_shows_http2_stays() -> None:
    talk = in_tls(20)
    talk.client.says(data(26), name="acknowledges")
    for _ in range(40):
        talk.wait(1).asks(data(31), data(300))
    names = kept(listen(talk))[0]
    assert "acknowledges" in names
    assert names.count("client says 36") < 10


@pytest.mark.parametrize("exchanges", [0, 1, 4])
def test_what_seemed_an_alert_may_have_been_a_request(exchanges: int) -> None:
    talk = in_tls(exchanges).wait(1)
    talk.client.says(data(35)).server.says(data(300)).wait(1)
    talk.client.says(data(35)).client.says(data(26))
    heard = listen(talk)
    assert unlike(heard, len(heard.segments)) == (0, 0)


def test_a_farewell_is_no_failure() -> None:
    talk = in_http2(6, 300).client.says(data(19)).server.says(data(19))
    heard = listen(talk.client.fin().server.fin().client.acks())
    assert unlike(heard, len(heard.segments)) == (len(heard.segments), 0)


def test_what_ends_a_part_of_a_body_is_no_record() -> None:
    talk = in_http2(10, 300).wait(1).client.says(data(1000)[:500])
    talk.client.says(bytes(200) + b"\x00\x17\x00\x1e", name="a part of a body")
    heard = listen(talk)
    assert unlike(heard, len(heard.segments)) == (0, 0)
