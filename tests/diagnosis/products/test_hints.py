"""Products that a behaviour fits: few, never by a number alone, and never without the true one."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.diagnosis.behaviour import client_behaviour, server_behaviour
from netdiag.diagnosis.products.habits import Behaviour
from netdiag.diagnosis.products.hints import MOST, excluded, product_hints
from netdiag.diagnosis.products.remedies import Role
from netdiag.diagnosis.products.store import load
from tests.recorded import Examined, examine, names, recorded

EXACT = {"closes": frozenset({"FIN"}), "gaps_s": (5.0, 5.001, 5.002), "setting_s": 5.0}
ASYNCIO = {
    "tls_closes": frozenset({"close_notify"}),
    "close_notify_bytes": frozenset({19}),
    "gaps_s": (5.0, 5.001, 5.002),
}
LABELS = {
    "nginx": "nginx",
    "Apache httpd": "apache-httpd",
    "Apache Tomcat": "tomcat",
    "Eclipse Jetty": "jetty",
    "Node.js": "node-http",
    "HAProxy": "haproxy",
    "lighttpd": "lighttpd",
    "Caddy": "caddy",
    "Puma": "puma",
    "gunicorn": "gunicorn",
    "uvicorn": "uvicorn",
    "hypercorn": "hypercorn",
    "waitress": "waitress",
    "aiohttp": "aiohttp",
    "sanic": "sanic",
    "cheroot": "cheroot",
    "granian": "granian",
    "Varnish": "varnish",
    "Go net/http": "go-net-http",
    "JDK 17.0.15 com.sun.net": "jdk-httpserver",
    "Apache HttpClient 4": "apache-httpclient-4",
    "Apache HttpClient 5": "apache-httpclient-5",
    "requests": "requests",
    "httpx": "httpx",
    "JDK 17.0.15 HttpClient": "jdk-httpclient",
}
"""How the labels of recorded captures begin, by product."""


def slugs(role: Role, **seen: object) -> list[str]:
    return [hint.product.slug for hint in product_hints(Behaviour(**seen), role)]  # type: ignore[arg-type]


def test_a_number_alone_names_nobody() -> None:
    assert slugs("server", gaps_s=(75.0, 75.0, 75.0), setting_s=75.0) == []
    assert slugs("server", **EXACT) == []
    assert slugs("client", setting_s=90.0, reactions_s=(5.0, 6.0, 7.0)) == []
    assert slugs("client", probe_s=1.0) == []


def test_nothing_seen_is_no_hint() -> None:
    assert slugs("server") == []


def test_asyncio_waits_for_the_other_sides_close_notify() -> None:
    found = product_hints(Behaviour(**ASYNCIO, setting_s=5.0), "server")  # type: ignore[arg-type]
    assert {"uvicorn", "hypercorn"} <= {hint.product.slug for hint in found}
    assert len(found) <= MOST
    assert found[0].because[0].startswith("ends idle TLS connections by close_notify and waits")


def test_a_default_tips_the_scales_where_the_payload_is_hidden() -> None:
    hidden = {
        "tls_closes": frozenset({"close_notify, FIN"}),
        "close_notify_bytes": frozenset({19}),
        "gaps_s": (75.0, 75.001, 75.002),
    }
    (hint,) = product_hints(Behaviour(**hidden, setting_s=75.0), "server")  # type: ignore[arg-type]
    assert hint.product.slug == "nginx"
    assert hint.because[-1].startswith("75 s is its default")
    assert slugs("server", **hidden, setting_s=76.0) == []


def test_node_closes_later_than_it_says() -> None:
    assert slugs(
        "server",
        closes=frozenset({"FIN"}),
        gaps_s=(6.0, 6.001, 6.002),
        setting_s=5.0,
        declared_s=5.0,
    ) == ["node-http"]


def test_an_agent_that_probes_every_second_and_reacts_at_once() -> None:
    found = slugs("client", probe_s=1.01, reactions_s=(0.001, 0.001, 0.002))
    assert found
    assert set(found) <= {"node-http", "axios"}


@pytest.mark.parametrize("name", names())
def test_the_true_product_is_never_excluded(name: str) -> None:
    found = examine(name)
    label = recorded(name).label["products"]
    for slug in _products(label):
        product = load(slug)
        if "server" in product.roles and _products(label[:1]) == [slug]:
            assert not excluded(product, _server(found, name), "server"), slug
        if "client" in product.roles and len(label) == 2 and _products(label[1:]) == [slug]:
            assert not excluded(product, _client(found, name), "client"), slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("gunicorn-stale", "gunicorn"),
        ("tls12-benign-close", "gunicorn"),
        ("node-stale", "node-http"),
        ("tls13-benign-close", "node-http"),
        ("uvicorn-tls-close-notify-only", "uvicorn"),
        ("tomcat-stale-20s", "tomcat"),
        ("tomcat-stale-3s", "tomcat"),
        ("lighttpd-stale", "lighttpd"),
        ("jdk-server-java-clients", "jdk-httpserver"),
        ("tomcat-tls13-java-clients", "tomcat"),
        ("hypercorn-tls13-stale", "hypercorn"),
        ("cheroot-tls12-stale", "cheroot"),
    ],
)
def test_the_true_product_is_among_the_hints(name: str, slug: str) -> None:
    assert slug in {
        hint.product.slug for hint in product_hints(_server(examine(name), name), "server")
    }


def _products(labels: list[str]) -> list[str]:
    return [slug for label in labels for start, slug in LABELS.items() if label.startswith(start)]


def _server(found: Examined, name: str) -> Behaviour:
    scene = found.scene
    texts = [scene.addresses.text(int(server)) for server in scene.connections.server]
    rows = np.flatnonzero([text == recorded(name).truth["server"] for text in texts])
    if len(rows) == 0:
        return Behaviour()
    declared = found.subject.introductions.keep_alive_s.get(int(scene.connections.server[rows[0]]))
    return server_behaviour(scene, rows, declared)


def _client(found: Examined, name: str) -> Behaviour:
    scene = found.scene
    texts = [scene.addresses.text(int(server)) for server in scene.connections.server]
    rows = np.flatnonzero([text == recorded(name).truth["server"] for text in texts])
    return client_behaviour(scene, rows) if len(rows) else Behaviour()
