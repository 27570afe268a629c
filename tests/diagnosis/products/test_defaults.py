"""Which defaults equal a value."""

from __future__ import annotations

from netdiag.diagnosis.products.defaults import default_request_limits, default_settings
from netdiag.diagnosis.products.remedies import Role


def slugs(seconds: float, role: Role) -> set[str]:
    return {found.product.slug for found in default_settings(seconds, role)}


def test_defaults_collide() -> None:
    assert {"apache-httpd", "uvicorn", "hypercorn", "lighttpd"} <= slugs(5, "server")
    assert slugs(75.0, "server") == {"nginx", "ingress-nginx", "aiohttp"}
    assert slugs(20, "server") == {"tomcat", "puma"}


def test_sides_are_kept_apart() -> None:
    assert slugs(90, "client") == {"go-net-http", "traefik", "reqwest"}
    assert slugs(90, "server") == set()
    assert slugs(350, "network") == {"aws-nlb", "aws-nat-gateway", "aws-network-firewall"}


def test_node_is_found_by_what_is_set_and_by_what_the_wire_shows() -> None:
    assert "node-http" in slugs(5, "server")
    assert slugs(6, "server") == {"node-http"}


def test_only_idle_limits_count() -> None:
    assert "aws-alb" not in slugs(3600, "server")  # the age of a connection
    assert "apache-httpclient-4" not in slugs(2, "client")  # a check


def test_nothing_has_an_odd_default() -> None:
    assert slugs(23.4, "server") == set()
    assert slugs(0, "server") == set()


def test_request_limits() -> None:
    found = {found.product.slug for found in default_request_limits(100)}
    assert found == {"nginx", "apache-httpd", "tomcat", "spring-boot-tomcat"}
    assert default_request_limits(7) == ()
