"""The net for texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.redaction import Redactor
from netdiag.redaction.addresses import AddressMap
from netdiag.redaction.sentences import Sentences
from netdiag.redaction.words import Words

KEY = bytes(range(32))
ADDRESSES = AddressMap(KEY)
SENTENCES = Sentences(ADDRESSES, Words(KEY))

SECRETS = {
    "client 192.0.2.7 asked": "192.0.2.7",
    "to 192.0.2.7:8080.": "192.0.2.7",
    "host 2001:db8::7 is": "2001:db8::7",
    "[2001:db8::7]:8080": "2001:db8::7",
    "fe80::abcd%eth0 says": "abcd",
    "mac 00:1b:21:aa:bb:cc": "aa:bb:cc",
    "GET /orders/bob HTTP/1.1": "bob",
    "see https://intranet.acme.example/a?b=bob now": "bob",
    "path /find?name=bob here": "bob",
    "Cookie: sid=bob; theme=dark": "bob",
    "Authorization: Basic Ym9iOnB3": "Ym9iOnB3",
    "sent Bearer eyJhbGciOi.bob": "eyJhbGciOi",
    "password=bob&x=1": "bob",
    'db_password: "bob the builder"': "builder",
    "mail from bob@acme.example failed": "bob",
    "host web17.acme.example is down": "acme",
    "CONNECT web17:443 HTTP/1.1": "web17",
}


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_go(text: str) -> None:
    assert SECRETS[text] in text
    assert SECRETS[text] not in SENTENCES.text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Frame 41: the server's FIN, 20 s after the last byte of an exchange.",
        "c17 at 11:39:02.123, tcp.stream eq 16",
        "keepalive_timeout 65s; see setKeepAliveStrategy in nginx.conf",
        "PoolingHttpClientConnectionManager::setValidateAfterInactivity",
        "org.apache.http.NoHttpResponseException: failed to respond",
        "tcpdump -i any -s 256 -C 100 -W 20 -w /var/tmp/netdiag-client.pcap 'tcp port 80'",
        "psycopg: terminating connection due to idle-session timeout",
    ],
)
def test_sentences_of_its_own_stay(text: str) -> None:
    assert SENTENCES.own(text, {}) == text


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7", "00:1b:21:aa:bb:cc"])
def test_words_without_spaces_around_addresses(host: str) -> None:
    text = f"服务器{host}和{host}。"
    for shown in (SENTENCES.own(text, {}), SENTENCES.text(text)):
        assert host not in shown
        assert shown.startswith("服务器")
        assert shown.endswith("。")


def test_requests_between_words_without_spaces() -> None:
    assert "bob" not in SENTENCES.own("请求GET /orders/bob HTTP/1.1", {})


def test_a_short_name_is_no_part_of_a_word() -> None:
    assert SENTENCES.own("bob，bobs 和bob", {"bob": "xxx"}) == "xxx，bobs 和xxx"


def test_addresses_have_the_stand_ins_of_frames() -> None:
    shown = SENTENCES.text("192.0.2.7:80 and [2001:db8::7]:80")
    assert shown == f"{ADDRESSES.host('192.0.2.7')}:80 and [{ADDRESSES.host('2001:db8::7')}]:80"


def test_what_is_known_is_replaced_first_and_once() -> None:
    known = {"web17 says 10.0.0.1": "who says 192.0.2.9", "web17": "who"}
    assert SENTENCES.own("a web17 says 10.0.0.1 b web17", known) == "a who says 192.0.2.9 b who"


@given(st.text(max_size=120))
def test_any_text(text: str) -> None:
    assert isinstance(Redactor(KEY).text(text), str)
