"""What is known of servers and clients; the terminal's tests have the sentences one by one."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.endpoint import ProductHint
from netdiag.report.phrases import parties
from tests.report.example import EXAMPLE, TIMEOUT

SERVER = EXAMPLE.servers[0]


def test_a_servers_facts() -> None:
    facts = parties.server_facts(SERVER)
    assert [label for label, _text in facts] == [
        "idle timeout",
        "likely setting",
        "measured by",
        "seen",
        "ended by",
    ]
    assert facts[-1][1] == "server FIN 21, client FIN 182, still open 9"


def test_a_clients_facts() -> None:
    assert parties.client_facts(EXAMPLE.clients[0]) == [
        ("longest idle reuse", "37.211 s"),
        ("seen", "212 connections"),
    ]


def test_three_guesses() -> None:
    hints = tuple(ProductHint(name, ("it ticks",)) for name in "ABC")
    server = replace(SERVER, product_hints=hints)
    assert parties.server_facts(server)[0] == ("fits", "A or B or C, a guess: it ticks")


def test_nothing_but_a_confidence() -> None:
    unknown = replace(TIMEOUT, estimate_s=None, low_s=None, high_s=None, likely_setting_s=None)
    server = replace(SERVER, idle_timeout=unknown)
    assert parties.server_facts(server)[0] == ("idle timeout", "high confidence")


def test_what_a_server_speaks() -> None:
    assert parties.spoken(SERVER) == "http/1, Apache-Coyote/1.1"
    unknown = replace(SERVER, protocol="unknown", product=None)
    assert parties.spoken(unknown) == "unknown protocol"


def test_how_many_more() -> None:
    assert parties.more_servers(1, 1) == "and 1 more server, listed in the JSON report"
    assert parties.more_clients(1200, 1200) == "and 1,200 more clients, listed in the JSON report"
    assert parties.more_servers(9000, 4992) == (
        "and 9,000 more servers, of which the JSON report lists 4,992"
    )
    assert parties.more_clients(1, 0) == "and 1 more client, of which the JSON report lists 0"
