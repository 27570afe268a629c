"""What to change: which side, which purpose, with which number."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.causes import CAUSES
from netdiag.diagnosis.recommendation.limit import BY_PATH, BY_SERVER
from netdiag.report.build.advice import PURPOSES, advice
from netdiag.report.finding import Advice
from tests.recorded import examine, names


def given_for(name: str) -> tuple[Advice, ...]:
    found = examine(name)
    return advice(found.subject, found.findings[0])


@pytest.mark.parametrize("name", [name for name in names() if examine(name).findings])
def test_every_finding_has_some(name: str) -> None:
    found = examine(name)
    for finding in found.findings:
        items = advice(found.subject, finding)
        assert items
        for item in items:
            assert item.text.strip()
            assert (item.snippet is None) == (item.language is None)
            assert "${" not in f"{item.text} {item.snippet}"


def test_every_cause_has_an_entry() -> None:
    assert PURPOSES.keys() == {cause.slug for cause in CAUSES}


def test_in_the_words_of_the_products() -> None:
    first, *_ = given_for("tomcat-stale-20s")
    assert first.audience == "client"
    assert "HttpClient" in str(first.product)
    assert "15000" in str(first.snippet)
    *_, last = given_for("nginx-stale")
    assert (last.audience, last.product) == ("server", "nginx")
    assert "keepalive_timeout" in str(last.snippet)


def test_in_general_where_no_product_is_known() -> None:
    for item in given_for("silent-drop-client"):
        assert item.product is None or item.audience != "network"


def test_a_look_where_no_setting_is_the_cure() -> None:
    (item,) = given_for("server-crash-before-response")
    assert item.text.startswith("Look for the crash")
    assert (item.product, item.snippet) == (None, None)


def test_the_first_is_the_clients_idle_limit() -> None:
    for name in ("nginx-stale", "lost-fin-client", "silent-drop-client", "mariadb-idle-reset"):
        assert given_for(name)[0].audience == "client"


def test_a_limit_is_advised_where_one_is_recommended() -> None:
    for slug, purposes in PURPOSES.items():
        assert ("client-idle-limit" in purposes) == (slug in BY_SERVER | BY_PATH)


@pytest.mark.parametrize("name", ["tomcat-stale-20s", "httpclient-default-retry"])
def test_the_snippet_has_the_recommended_number(name: str) -> None:
    found = examine(name)
    (finding, *_) = found.report.findings
    assert finding.recommendation is not None
    assert f"{finding.recommendation.limit_s * 1000:.0f}" in str(finding.advice[0].snippet)
    assert f"{finding.recommendation.server_timeout_s:g} s" in finding.advice[-1].text


def test_a_server_without_a_name_gets_the_words_of_what_it_acts_like() -> None:
    general, guessed = [item for item in given_for("tomcat-stale-20s") if item.audience == "server"]
    assert general.product is None
    assert guessed.product == "Apache Tomcat"
    assert guessed.text.startswith("If the server is Apache Tomcat, which it acts like: ")
    assert "keepAliveTimeout" in str(guessed.snippet)
