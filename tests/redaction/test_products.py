"""What may be kept of a product's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.diagnosis.products.recognise import recognise_client, recognise_server
from netdiag.redaction.products import public_name

SERVERS = {
    "nginx/1.22.1": "nginx/1.22.1",
    "nginx/1.22.1 (ip-10-0-0-7)": "nginx/1.22.1 xxxxxxxxxxxxx",
    "Apache/2.4.57 (acme-corp) mod_acme/1.0": "Apache/2.4.57 xxxxxxxxxxx xxxxxxxxxxxx",
    "gunicorn": "gunicorn",
    "Acme Gateway on web17": "xxxx xxxxxxx xx xxxxx",
    "": "",
}
CLIENTS = {
    "Apache-HttpClient/4.5.14 (Java/17.0.15)": "Apache-HttpClient/4.5.14 xxxxxxxxxxxxxx",
    "Go-http-client/1.1": "Go-http-client/1.1",
    "acme-billing curl/7.88.1": "xxxxxxxxxxxx curl/7.88.1",
    "acme-curl/7.88.1": "xxxx-curl/7.88.1",
    "Java/1.8.0_292-acme": "Java/1.8.0xxxxxxxxx",
    "Python/3.11 aiohttp/3.9.1": "Python/3.11 aiohttp/3.9.1",
    "acme-billing/1.0": "xxxxxxxxxxxxxxxx",
}
DATABASES = {
    "8.0.36-0ubuntu0.22.04.1": "8.0.36-xxxxxxxxxxxxxxxx",
    "5.5.5-10.11.6-MariaDB-0+deb12u1-acme": "5.5.5-10.11.6-MariaDBxxxxxxxxxxxxxxx",
}


@pytest.mark.parametrize("name", SERVERS)
def test_servers(name: str) -> None:
    assert public_name(name, "server") == SERVERS[name]
    assert recognise_server(SERVERS[name], "http/1") == recognise_server(name, "http/1")


@pytest.mark.parametrize("name", CLIENTS)
def test_clients(name: str) -> None:
    assert public_name(name, "client") == CLIENTS[name]
    assert recognise_client(CLIENTS[name], "http/1") == recognise_client(name, "http/1")


@pytest.mark.parametrize("name", DATABASES)
def test_databases(name: str) -> None:
    assert public_name(name, "server", "mysql") == DATABASES[name]
    assert recognise_server(DATABASES[name], "mysql") == recognise_server(name, "mysql")


@given(st.text(st.characters(max_codepoint=255), max_size=80))
def test_a_name_is_as_long_as_it_was(name: str) -> None:
    assert len(public_name(name, "client")) == len(name)


@pytest.mark.parametrize("version", ["10.77.145.107", "1.22.4915123", "7.88.1.4", "20260512"])
def test_numbers_that_are_no_version_go(version: str) -> None:
    shown = public_name(f"nginx/{version}", "server")
    assert shown == "x" * (6 + len(version))
