"""Headers lead to their product, and to no other."""

from __future__ import annotations

import re

import pytest

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.product import Signature
from netdiag.diagnosis.products.recognise import Recognised, recognise_client, recognise_server
from netdiag.diagnosis.products.store import load

EXAMPLES = [
    (slug, signature, example)
    for slug in PRODUCTS
    for signature in load(slug).signatures
    for example in signature.examples
]


def shown(recognised: Recognised | None) -> tuple[str, str | None] | None:
    return None if recognised is None else (recognised.product.slug, recognised.version)


@pytest.mark.parametrize(("slug", "signature", "example"), EXAMPLES)
def test_an_example_matches_its_signature_and_no_other_product(
    slug: str, signature: Signature, example: str
) -> None:
    assert re.search(signature.pattern, example)
    families = set(load(slug).protocols)
    for other in map(load, PRODUCTS):
        if other.slug != slug and families & set(other.protocols):
            for theirs in other.signatures:
                if theirs.role == signature.role:
                    assert re.search(theirs.pattern, example) is None, other.slug


@pytest.mark.parametrize(("slug", "signature", "example"), EXAMPLES)
def test_an_example_is_recognised(slug: str, signature: Signature, example: str) -> None:
    protocol = load(slug).protocols[0].replace("http", "http/1")
    recognise = recognise_client if signature.role == "client" else recognise_server
    recognised = recognise(example, protocol)
    assert recognised is not None
    assert recognised.product.slug == slug


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Apache-HttpClient/4.5.12 (Java/1.8.0_202)", ("apache-httpclient-4", "4.5.12")),
        ("Apache-HttpAsyncClient/4.1.4 (Java/11.0.2)", ("apache-httpclient-4", None)),
        ("app/1.2 Apache-HttpClient/5.2.1 (Java/17.0.5)", ("apache-httpclient-5", "5.2.1")),
        ("Java/1.8.0_202", ("java-httpurlconnection", "1.8.0")),
        ("Java-http-client/17.0.1", ("jdk-httpclient", "17.0.1")),
        ("okhttp/5.0.0-alpha.2", ("okhttp", "5.0.0")),
        ("Python/3.11 aiohttp/3.9.1", ("aiohttp", "3.9.1")),
        ("Python-urllib/3.11", ("python-http-client", "3.11")),
        ("node", ("undici", None)),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", None),
        ("nodejs-client", None),
        ("", None),
        (None, None),
    ],
)
def test_user_agents(user_agent: str | None, expected: tuple[str, str | None] | None) -> None:
    assert shown(recognise_client(user_agent, "http/1")) == expected


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("Apache-Coyote/1.1", ("tomcat", None)),
        ("Apache", ("apache-httpd", None)),
        ("Apache/2.4.57 (Debian) OpenSSL/3.0.9", ("apache-httpd", "2.4.57")),
        ("ApacheTrafficServer/9.1", None),
        ("nginx/1.18.0 (Ubuntu)", ("nginx", "1.18.0")),
        ("openresty/1.21.4.1", ("nginx", "1.21.4")),
        ("Jetty(9.4.48.v20220622)", ("jetty", "9.4.48")),
        ("gunicorn/19.9.0", ("gunicorn", "19.9.0")),
        ("Microsoft-IIS/10.0", ("iis", "10.0")),
        (None, None),
    ],
)
def test_server_headers(server: str | None, expected: tuple[str, str | None] | None) -> None:
    assert shown(recognise_server(server, "http/1")) == expected


@pytest.mark.parametrize(
    ("protocol", "announced", "expected"),
    [
        ("mysql", "8.0.36", ("mysql", "8.0.36")),
        ("mysql", "5.5.5-10.11.6-MariaDB-0+deb12u1", ("mariadb", "10.11.6")),
        ("mysql", "11.4.2-MariaDB", ("mariadb", "11.4.2")),
        ("mysql", None, ("mysql", None)),
        ("postgresql", "15.4 (Debian 15.4-1)", ("postgresql", "15.4")),
        ("postgresql", None, ("postgresql", None)),
        ("redis", None, ("redis", None)),
        ("http/2", "nginx", ("nginx", None)),
        ("tls", None, None),
        ("unknown", None, None),
        ("smtp", "Apache", None),
    ],
)
def test_other_protocols(
    protocol: str, announced: str | None, expected: tuple[str, str | None] | None
) -> None:
    assert shown(recognise_server(announced, protocol)) == expected


def test_a_protocol_implies_a_family_of_clients_at_most() -> None:
    assert shown(recognise_client(None, "redis")) == ("redis-clients", None)
    assert shown(recognise_client("orders", "postgresql")) == ("postgresql-clients", None)
    assert shown(recognise_client("mycli", "mysql")) == ("mysql-clients", None)
    assert shown(recognise_client("redis-py", "redis")) == ("redis-py", None)
    assert recognise_client("redis-py", "http/1") is None


def test_roles_are_kept_apart() -> None:
    assert recognise_client("Apache-Coyote/1.1", "http/1") is None
    assert recognise_server("curl/8.5.0", "http/1") is None
