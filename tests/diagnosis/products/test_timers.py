"""What products' files say of their timers, and that the inference's prior agrees with them."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.store import load
from netdiag.diagnosis.products.timers import known_timer
from netdiag.timeouts import Known
from netdiag.timeouts.timers import TIMERS


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("nginx/1.22.1", Known("nginx", (75.0,), 0)),
        ("waitress", Known("Waitress", (120.0,), 30, whole_seconds=True)),
        ("lighttpd/1.4.69", Known("lighttpd", (5.0,), 3, -1, whole_seconds=True)),
        ("gunicorn", Known("Gunicorn", (2.0,), 1, whole_seconds=True)),
        ("Jetty(12.0.5)", Known("Eclipse Jetty", (30.0,), None)),
        ("somebody's own", None),
        (None, None),
    ],
)
def test_a_header_tells_the_timer(header: str | None, known: Known | None) -> None:
    assert known_timer(header, "http/1") == known


def test_a_protocol_may_imply_the_product() -> None:
    found = known_timer(None, "redis")
    assert found == Known("Redis", (), 1, whole_seconds=True)


def test_the_prior_of_timers_is_that_of_the_shelf() -> None:
    """Most don't tick, and each tick that is documented is reckoned with."""
    ticks = [
        setting.tick_seconds
        for product in map(load, PRODUCTS)
        for setting in product.settings
        if setting.main and setting.tick_seconds is not None
    ]
    exact = ticks.count(0) / len(ticks)
    assert 0.5 < exact < 0.8
    assert abs(exact - next(t.share for t in TIMERS if t.granularity_s == 0)) < 0.15
    for tick in ticks:
        assert any(tick <= t.granularity_s <= max(10, tick) for t in TIMERS)
