"""SERVERS and CLIENTS."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from netdiag.report.endpoint import ProductHint, ServerCloses
from netdiag.report.formats.terminal_format import parties
from tests.report.example import EXAMPLE, TIMEOUT

from .conftest import Write

SERVER = EXAMPLE.servers[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "20.01 s (from 19.4 s to 20.016 s), high confidence"),
        ({"estimate_s": None, "high_s": None}, "more than 19.4 s, high confidence"),
        ({"low_s": None}, "20.01 s (at most 20.016 s), high confidence"),
        ({"low_s": None, "high_s": None}, "20.01 s, high confidence"),
        ({"declared_s": 5.0}, "declared            Keep-Alive: timeout=5"),
        ({"likely_setting_s": 20.0}, "likely setting      20 s"),
        ({"likely_setting_basis": "default of Jetty"}, "20 s, the default of Jetty"),
        ({"consistent": False}, "no single timeout explains all of these closes"),
        ({"consistent": False, "contradiction": "two groups"}, "but                 two groups"),
        ({"closes": 1, "longest_survived_s": None}, "measured by         1 idle close\n"),
    ],
)
def test_timeouts(write: Write, changes: dict[str, Any], expected: str) -> None:
    server = replace(SERVER, idle_timeout=replace(TIMEOUT, **changes))
    assert expected in write(parties.write, replace(EXAMPLE, servers=(server,)))


def test_no_evidence_is_said(write: Write) -> None:
    server = replace(SERVER, idle_timeout=None, max_requests=100)
    text = write(parties.write, replace(EXAMPLE, servers=(server,)))
    assert "idle timeout        nothing in this capture tells" in text
    assert "request limit       100 per connection" in text


def test_closes_that_were_not_seen_are_not_listed(write: Write) -> None:
    server = replace(SERVER, closes=ServerCloses(server_rst=1200))
    text = write(parties.write, replace(EXAMPLE, servers=(server,)))
    assert "ended by            server RST 1,200\n" in text


def test_the_clients_own_timeout(write: Write) -> None:
    client = replace(EXAMPLE.clients[0], idle_timeout=TIMEOUT, product=None)
    text = write(parties.write, replace(EXAMPLE, servers=(), clients=(client,)))
    assert text.startswith("\nCLIENTS\n  10.0.0.5\n")
    assert "idle timeout        20.01 s" in text


def test_of_many_the_first_are_listed(write: Write) -> None:
    many = replace(EXAMPLE, servers=(SERVER,) * 11, clients=EXAMPLE.clients * 9)
    text = write(parties.write, many)
    assert text.count(SERVER.endpoint) == 8
    assert "and 3 more servers, listed in the JSON report" in text
    assert "and 1 more client, listed in the JSON report" in text


def test_what_a_party_acts_like_is_a_guess(write: Write) -> None:
    hints = (ProductHint("Gunicorn", ("its timer ticks", "more")), ProductHint("Sanic", ("x",)))
    server = replace(SERVER, product_hints=hints)
    client = replace(EXAMPLE.clients[0], product_hints=hints[1:])
    text = write(parties.write, replace(EXAMPLE, servers=(server,), clients=(client,)))
    assert "fits                Gunicorn or Sanic, a guess: its timer ticks\n" in text
    assert "fits                Sanic, a guess: x\n" in text
