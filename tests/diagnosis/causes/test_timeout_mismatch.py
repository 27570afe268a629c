"""`timeout-mismatch`: the client keeps idle connections for longer than the server."""

from __future__ import annotations

import pytest

from tests.recorded import examine

SLUG = "timeout-mismatch"


def test_it_holds() -> None:
    found = examine("requests-near-miss")
    assert found.causes == [(SLUG, "warning", 7)]
    assert found.report.verdict.cause == "none"
    assert "which ends them after 2 s" in found.report.verdict.headline


@pytest.mark.parametrize(
    "name",
    [
        *("httpd-keepalive-header", "client-closes-first", "httpclient-keepalive-5s-cured"),
        *("close-wait-leak", "server-restart-absorbed", "nginx-stale", "keepalive-probes"),
    ],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs
