"""MySQL: greetings, COM_QUIT, and errors that are the server's last word."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from netdiag.exchanges import Farewell
from tests import messages
from tests.conversations import Conversation
from tests.databases import COM_STMT_CLOSE, LOGIN
from tests.exchanges.protocols.marking import mark_one
from tests.scripted import Scripted


def test_a_clients_farewell() -> None:
    assert mark_one(messages.COM_QUIT).mark == Mark.CLIENT_FAREWELL


@pytest.mark.parametrize("change", [b"x", None], ids=["longer", "cut"])
def test_what_is_not_exactly_a_farewell_is_none(change: bytes | None) -> None:
    longer = messages.COM_QUIT + (change or b"")
    assert mark_one(longer, None if change else 4).mark != Mark.CLIENT_FAREWELL


@pytest.mark.parametrize(
    ("packet", "unanswered"),
    [
        (COM_STMT_CLOSE, True),
        (COM_STMT_CLOSE + b"x", False),
        (messages.mysql(1, b"\x19\x01\x00\x00\x00"), False),
        (messages.mysql(0, b"\x18" + bytes(20)), True),
        (messages.mysql(0, b"\x17" + bytes(9)), False),
    ],
    ids=["close", "and more", "not the first", "long data", "execute"],
)
def test_some_commands_are_never_answered(packet: bytes, unanswered: bool) -> None:
    assert (mark_one(packet).mark == Mark.MYSQL_UNANSWERED) == unanswered


def test_they_leave_the_connection_idle(scripted: Scripted) -> None:
    talks = []
    for number in range(3):
        talk = Conversation(port=3306, client_port=40_000 + number, start_s=number).handshake()
        talk.server.says(messages.mysql_greeting()).client.says(LOGIN)
        talk.server.says(messages.mysql(2, bytes(7)))
        talk.asks(messages.mysql_query(), messages.mysql(1, bytes(9)))
        talk.client.says(COM_STMT_CLOSE).server.acks().wait(5).server.fin().client.acks()
        talks.append(talk.wait(1).client.says(messages.mysql_query()).server.resets())
    assert scripted(*talks).causes == [("stale-keep-alive", "error", 3)]


def test_a_greeting_is_kept_for_its_version() -> None:
    greeting = messages.mysql_greeting(b"5.5.5-10.11.6-MariaDB-0+deb12u1")
    marked = mark_one(greeting)
    assert marked.mark == Mark.MYSQL_GREETING
    assert marked.keep >= 5 + len("5.5.5-10.11.6-MariaDB-0+deb12u1") + 1


def test_a_packet_of_another_protocol_version_or_number_is_no_greeting() -> None:
    assert mark_one(messages.mysql(0, b"\x09" + bytes(40))).mark == Mark.OPAQUE
    assert mark_one(messages.mysql(1, b"\x0a" + bytes(40))).mark == Mark.OPAQUE


@pytest.mark.parametrize(
    ("code", "number", "farewell"),
    [
        (4031, 0, Farewell.IDLE),
        (1053, 0, Farewell.DISMISSAL),
        (1053, 1, Farewell.DISMISSAL),  # in the place of an answer
        (1927, 0, Farewell.DISMISSAL),
        (3169, 0, Farewell.DISMISSAL),
    ],
)
def test_an_error_that_is_the_servers_last_word(code: int, number: int, farewell: Farewell) -> None:
    marked = mark_one(messages.mysql_error(code, number=number))
    assert (marked.mark, marked.detail) == (Mark.SERVER_FAREWELL, farewell)


@pytest.mark.parametrize("code", [1045, 1064, 1205])
def test_an_error_that_answers(code: int) -> None:
    assert mark_one(messages.mysql_error(code)).mark == Mark.OPAQUE


def test_a_login_is_kept_for_its_name() -> None:
    login = messages.mysql(1, b"\x0d\xa2\x3a\0" + bytes(28) + b"app\0" + bytes(200))
    marked = mark_one(login)
    assert (marked.mark, marked.keep) == (Mark.MYSQL_LOGIN, len(login))
    assert mark_one(messages.mysql(0, login[4:])).mark != Mark.MYSQL_LOGIN


@pytest.mark.parametrize("name", [b"\x0c\xa2", b"\x0d\xa0"], ids=["protocol 4.1", "another bit"])
def test_what_has_no_room_for_a_name_or_something_in_its_filler_is_no_login(name: bytes) -> None:
    """The filler is 23 octets of 0, behind the character set."""
    whole = messages.mysql(1, name + b"\x3a\0" + bytes(28) + b"app\0")
    is_login = name[1] & 2 != 0
    assert (mark_one(whole).mark == Mark.MYSQL_LOGIN) is is_login
    assert mark_one(whole[:13] + b"x" + whole[14:]).mark == Mark.OPAQUE
    assert mark_one(whole, 35).mark == Mark.OPAQUE
    assert (mark_one(whole, 36).mark == Mark.MYSQL_LOGIN) is is_login


def test_a_query_is_opaque() -> None:
    assert mark_one(messages.mysql_query()).mark == Mark.OPAQUE


def test_a_replica_asks_for_the_binary_log() -> None:
    assert mark_one(messages.mysql(0, b"\x12" + bytes(20))).mark == Mark.STREAM_REQUEST
    assert mark_one(messages.mysql(0, b"\x1e" + bytes(30))).mark == Mark.STREAM_REQUEST
    assert mark_one(messages.mysql(1, b"\x12" + bytes(20))).mark == Mark.OPAQUE
