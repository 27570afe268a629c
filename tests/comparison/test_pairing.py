"""Which server is which."""

from __future__ import annotations

from netdiag.comparison.pairing import ServerPair, pair_servers


def test_by_endpoint() -> None:
    assert pair_servers({"10.0.0.1:80": 1, "10.0.0.2:80": 2}, {"10.0.0.1:80": 7}) == (
        ServerPair((1,), (7,), "10.0.0.1:80"),
    )


def test_those_that_moved_by_their_port() -> None:
    before = {"10.0.0.1:80": 1, "10.0.0.2:80": 2, "10.0.0.2:443": 3}
    after = {"[2001:db8::1]:80": 7, "10.0.0.9:80": 8, "10.0.0.10:80": 9, "10.0.0.9:22": 10}
    assert pair_servers(before, after) == (
        ServerPair(
            *((1, 2), (7, 8, 9), "10.0.0.1:80, 10.0.0.2:80"),
            "[2001:db8::1]:80, 10.0.0.9:80, +1",
        ),
    )


def test_none_in_common() -> None:
    assert pair_servers({"10.0.0.1:80": 1}, {"10.0.0.1:81": 1}) == ()
