"""What can be asked of a product."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products.store import load


@pytest.mark.parametrize(
    ("slug", "role", "version", "seconds"),
    [
        ("apache-httpd", "server", "2.4.57", 5),
        ("tomcat", "server", None, 20),
        ("nginx", "server", "1.22.1", 75),
        ("nginx", "client", "1.22.1", 60),
        ("nginx", None, None, None),  # its two sides differ
        ("node-http", "server", "20.20.2", 5),
        ("node-http", "server", "26.10.0", 5),
        ("node-http", "server", "27.0.0", 65),
        ("node-http", "server", None, None),  # versions differ
        ("jdk-httpclient", "client", "17.0.1", 1200),
        ("jdk-httpclient", "client", "21", 30),
        ("apache-httpclient-4", "client", "4.5.12", None),  # no limit
        ("okhttp", "network", None, None),
    ],
)
def test_default_seconds(
    slug: str, role: str | None, version: str | None, seconds: float | None
) -> None:
    assert load(slug).default_seconds(version, role) == seconds  # type: ignore[arg-type]


def test_no_limit_is_not_the_same_as_not_known() -> None:
    (setting,) = load("apache-httpclient-4").main_settings()
    assert setting.default_seconds is None
    assert len(load("node-http").main_settings(role="server")) == 2


def test_a_remedy_of_the_product() -> None:
    remedy = load("apache-httpclient-4").remedy("client-idle-limit", limit_s=15.0, server_s=20.0)
    assert remedy is not None
    assert remedy.product == "Apache HttpClient 4"
    assert remedy.audience == "client"
    assert remedy.language == "java"
    assert "no longer than 15 s" in remedy.text
    assert remedy.snippet is not None
    assert "return ms > 0 ? Math.min(ms, 15000) : 15000;" in remedy.snippet
    assert ".evictIdleConnections(15000, TimeUnit.MILLISECONDS)" in remedy.snippet


def test_no_remedy_for_a_purpose_that_the_product_has_no_word_on() -> None:
    assert load("uvicorn").remedy("client-idle-limit", limit_s=4, server_s=5) is None


def test_a_middlebox_is_told_by_itself_and_a_client_by_the_client() -> None:
    probing = [load(slug).remedies["network-keepalive"] for slug in ("aws-nlb", "requests")]
    assert [template.audience for template in probing] == ["network", "client"]


def test_symptoms() -> None:
    client = load("apache-httpclient-4")
    symptom = client.symptom("reset-after-fin")
    assert symptom is not None
    assert "NoHttpResponseException" in symptom
    assert client.symptom("reset") == "java.net.SocketException: Connection reset"
    assert load("uvicorn").symptom("reset") is None
