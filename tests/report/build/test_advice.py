"""What to change: which side, which purpose, with which number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.diagnosis.causes import CAUSES
from netdiag.report.build.advice import (
    MARGIN_S,
    PURPOSES,
    advice,
    client_limit_s,
    server_timeout_s,
)
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


@pytest.mark.parametrize(
    ("timeout_s", "limit_s"),
    [(None, None), (0, None), (20, 15), (75, 56), (5, 3), (2, 1), (1, 0.5), (3600, 2700)],
)
def test_client_limits(timeout_s: float | None, limit_s: float | None) -> None:
    assert client_limit_s(timeout_s) == limit_s


@given(st.floats(0.2, 100_000))
def test_a_client_limit_leaves_a_margin(timeout_s: float) -> None:
    limit_s = client_limit_s(timeout_s)
    assert limit_s is not None
    assert 0 < limit_s < timeout_s
    if timeout_s >= 2 * MARGIN_S:
        assert limit_s <= timeout_s - MARGIN_S + 1e-9


@pytest.mark.parametrize(
    ("reuse_s", "timeout_s"), [(None, None), (37.2, 50), (0, 5), (300, 380), (4, 10)]
)
def test_server_timeouts(reuse_s: float | None, timeout_s: float | None) -> None:
    assert server_timeout_s(reuse_s) == timeout_s


@given(st.floats(0, 100_000))
def test_a_server_timeout_outlasts_its_clients(reuse_s: float) -> None:
    timeout_s = server_timeout_s(reuse_s)
    assert timeout_s is not None
    assert timeout_s > reuse_s
