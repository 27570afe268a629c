"""Secrets planted in every protocol are nowhere in what is shown, however they are written."""

from __future__ import annotations

import base64
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import pytest

from netdiag.analysis import analyze
from netdiag.language import speaking
from netdiag.redaction import Redactor
from netdiag.report.formats import FORMATS, Format
from netdiag.report.model import Report
from netdiag.report.page import PLAIN
from tests import messages
from tests.conversations import Conversation, on_the_wire, write
from tests.redaction.frames.packets import KEY
from tests.redaction.redacting import redact_capture
from tests.rewriting import read

SECRETS = [
    *("hunter2-password", "acme-customer", "sess-5f3c9a", "tok-Zm9vYmFy", "intranet.acme.example"),
    *("bob.builder@acme.example", "SELECT-pin-FROM", "x-acme-tenant", "Acme-Gateway-web17"),
    *("billing-robot", "orders-2026", "cust_db_7", "cache:key:991", "acme-incident"),
]
CLIENT, SERVER = "198.51.100.23", "203.0.113.99"


def secret(number: int) -> bytes:
    return SECRETS[number].encode()


def ends(port: int) -> Conversation:
    return Conversation(client=CLIENT, server=SERVER, client_port=40_000 + port, port=port)


def stale(asked: bytes, answered: bytes, greeting: bytes = b"", last: bytes = b"") -> Conversation:
    """A pool's connection that the server ended, and that was used again."""
    talk = ends(8000 + len(asked))
    talk.handshake()
    if greeting:
        talk.server.says(greeting)
    for _ in range(2):
        talk.asks(asked, answered).wait(1)
    if last:
        talk.server.says(last)
    talk.wait(5).server.fin().client.acks().wait(3)
    talk.client.says(asked).server.resets()
    return talk


def http() -> Conversation:
    basic = base64.b64encode(secret(9) + b":" + secret(0)).decode()
    asked = messages.post(
        b"pin=" + secret(0) + b"&to=" + secret(5),
        f"/{SECRETS[1]}/{quote(SECRETS[5], safe='')}?token={SECRETS[3]}&u={SECRETS[9]}",
        f"Host: {SECRETS[4]}",
        f"Cookie: sid={SECRETS[2]}; u={SECRETS[1]}",
        f"Authorization: Basic {basic}",
        f"X-Token: Bearer {SECRETS[3]}",
        f"{SECRETS[7]}: {SECRETS[1]}",
        f"User-Agent: {SECRETS[9]}/7 curl/7.88.1",
        f"X-Forwarded-For: {CLIENT}",
    )
    body = secret(1) + SECRETS[0].encode("utf-16-le")
    fields = (f"Set-Cookie: sid={SECRETS[2]}", f"Location: https://{SECRETS[4]}/{SECRETS[10]}")
    server = f"Server: nginx/1.22.1 ({SECRETS[8]})"
    return stale(asked, messages.response(f"200 {SECRETS[10]}", body, server, *fields))


def tls() -> Conversation:
    hello = b"\x01\x00\x00\x60\x03\x03" + bytes(32) + secret(4).ljust(62, b"\0")
    record = b"\x16\x03\x01" + len(hello).to_bytes(2, "big") + hello
    certificate = b"\x0b\x00\x00\x40" + (b"CN=" + secret(4)).ljust(64, b"\0")
    answer = messages.SERVER_HELLO + b"\x16\x03\x03\x00\x44" + certificate
    talk = ends(443).handshake()
    talk.asks(record, answer)
    sealed = b"\x17\x03\x03\x00\x60" + secret(0).ljust(96, b"e")
    return talk.asks(sealed, sealed)


def http2() -> Conversation:
    fields = secret(4) + secret(3)
    frames = len(fields).to_bytes(3, "big") + b"\x01\x04\x00\x00\x00\x01" + fields
    goaway = b"\0\0\0\0" * 2 + secret(8)
    last = len(goaway).to_bytes(3, "big") + b"\x07\0\0\0\0\0" + goaway
    return stale(messages.PREFACE + frames, frames, last=last)


def mysql() -> Conversation:
    greeting = messages.mysql_greeting(b"8.0.36-" + secret(8))
    denied = messages.mysql_error(4031, b"#HY000" + secret(9))
    asked = messages.mysql_query(b"SELECT 1 FROM " + secret(6) + secret(11))
    return stale(asked, messages.mysql(1, secret(1)), greeting, denied)


def postgresql() -> Conversation:
    login = b"user\0" + secret(9) + b"\0database\0" + secret(11) + b"\0\0"
    fatal = b"SFATAL\0VFATAL\0C57P05\0M" + secret(9) + b" was idle\0\0"
    talk = ends(5432).handshake()
    talk.asks(messages.postgresql_startup(parameters=login), messages.READY_FOR_QUERY)
    talk.asks(messages.postgresql(b"p", secret(0) + b"\0"), messages.READY_FOR_QUERY)
    asked = messages.postgresql_query(secret(6))
    for _ in range(2):
        talk.asks(asked, messages.POSTGRESQL_ANSWER).wait(1)
    talk.wait(5).server.says(messages.postgresql(b"E", fatal)).server.fin().client.acks().wait(3)
    talk.client.says(asked).server.resets()
    return talk


def redis() -> Conversation:
    asked = messages.redis(b"AUTH", secret(0)) + messages.redis(b"GET", secret(12))
    return stale(asked, b"+OK\r\n$13\r\n" + secret(1) + b"\r\n")


def lines() -> Conversation:
    greeting = b"220 " + secret(4) + b" ESMTP\r\n"
    return stale(b"MAIL FROM:<" + secret(5) + b">\r\n", b"250 " + secret(9) + b"\r\n", greeting)


TALKS = (http, tls, http2, mysql, postgresql, redis, lines)


def spellings(text: str) -> set[bytes]:
    """What a secret may look like."""
    raw = text.encode()
    shifted = (base64.b64encode(b"x" * n + raw)[4 : -4 or None] for n in range(3))
    found = {raw, raw.upper(), raw.lower(), raw.swapcase(), raw[::-1], raw.hex().encode()}
    found |= {quote(text, safe="").encode(), base64.b64encode(raw).rstrip(b"="), *shifted}
    return found | {text.encode("utf-16-le"), text.encode("utf-16-be")}


ALL = {spelling for text in SECRETS for spelling in spellings(text)}
HOSTS = {text for host in (CLIENT, SERVER) for text in (host.encode(), ip_address(host).packed)}


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp(SECRETS[10]) / f"{SECRETS[13]}.pcap"
    write(path, on_the_wire([talk() for talk in TALKS]))
    return path


@pytest.fixture(scope="module")
def report(capture: Path) -> Report:
    return analyze([capture])


def test_the_secrets_are_there_before(capture: Path, report: Report) -> None:
    content = capture.read_bytes()
    assert [text for text in SECRETS[:-1] if text.encode() not in content] == []
    told = repr(report)
    assert all(text in told for text in (SECRETS[1], SECRETS[8], SECRETS[9], CLIENT, SECRETS[13]))


def test_no_secret_is_left_in_frames(capture: Path, tmp_path: Path) -> None:
    shown = redact_capture(capture, tmp_path / "shown.pcap")
    content = b"".join(packet.data for packet in read(shown).packets)
    macs = {packet.data[at : at + 6] for packet in read(capture).packets for at in (0, 6)}
    named = {mac for mac in macs if any(mac) and mac != b"\xff" * 6}
    assert [s for s in ALL | HOSTS | named if s in content] == []


@pytest.mark.parametrize("entry", FORMATS, ids=[entry.name for entry in FORMATS])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_secret_is_left_in_reports(entry: Format, language: str, capture: Path) -> None:
    with speaking(language):
        shown = Redactor(KEY).report(analyze([capture]))
        content = entry.render(shown, PLAIN).encode()
    assert [s for s in ALL | {CLIENT.encode(), SERVER.encode()} if s in content] == []


def test_the_verdict_is_the_same(capture: Path, report: Report, tmp_path: Path) -> None:
    shown = analyze([redact_capture(capture, tmp_path / "shown.pcap")])
    assert shown.verdict.cause == report.verdict.cause == "stale-keep-alive"
    assert len(shown.findings) == len(report.findings)
    assert sorted(s.protocol for s in shown.servers) == sorted(s.protocol for s in report.servers)
