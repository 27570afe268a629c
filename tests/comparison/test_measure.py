"""What is counted on one side."""

from __future__ import annotations

import pytest

from netdiag.comparison.measure import measure
from netdiag.comparison.model import Measures
from netdiag.comparison.seen import Danger, look_at
from tests.comparison.pairs import compared, examination
from tests.recorded import examine


def measured(name: str, idle_s: float | None = 3.0) -> Measures:
    seen = look_at(examination(name))
    servers = list(seen.servers().values())
    danger = None if idle_s is None else Danger(round(idle_s * 1e9), set_by_harm=False)
    return measure(seen, servers, dict.fromkeys(servers, danger))


def test_it_agrees_with_the_report() -> None:
    for name in ("cure-before", "cure-by-limit", "tomcat-stale-20s"):
        (server,) = examine(name).report.servers
        seen = measured(name)
        assert (seen.connections, seen.exchanges) == (server.connections, server.exchanges)
        assert seen.server_timeout == server.idle_timeout


def test_rates_are_of_what_they_say() -> None:
    seen = measured("cure-before")
    assert seen.harmed_per_thousand_exchanges.per_thousand == pytest.approx(1000 * 17 / 43)
    assert seen.harmed_per_thousand_reuses.per_thousand == pytest.approx(1000 * 17 / 24)
    assert seen.connections_per_thousand_exchanges == pytest.approx(1000 * 19 / 43, abs=1e-3)
    rate = seen.harmed_per_thousand_exchanges
    assert rate.low < 1000 * 17 / 43 < rate.high


def test_idle_gaps() -> None:
    gaps = measured("cure-before").idle_before_reuse_s
    assert gaps is not None
    assert gaps.p50 <= gaps.p90 <= gaps.p99 <= gaps.longest
    assert gaps.longest == pytest.approx(5.0, abs=0.05)
    cured = measured("cure-by-limit").idle_before_reuse_s
    assert cured is not None
    assert cured.longest < 1.1


def test_who_closes() -> None:
    before, after = measured("cure-before"), measured("cure-by-limit")
    assert (before.closed_by_server_when_idle, before.closed_by_client_when_idle) == (19, 0)
    assert (after.closed_by_server_when_idle, after.closed_by_client_when_idle) == (0, 31)
    (limit,) = after.client_limits
    assert limit.client == "127.0.0.1"
    assert limit.estimate_s == pytest.approx(1.0, abs=0.05)
    assert before.client_limits == ()


def test_near_misses_and_limits_at_checkout() -> None:
    assert measured("cure-by-check").near_misses == 16
    assert measured("requests-near-miss").near_misses == 7
    assert measured("cure-by-limit").near_misses == 0
    assert measured("cure-by-limit").expired_at_checkout == 6
    assert measured("connection-close-honoured").expired_at_checkout == 0


def test_fates_add_up() -> None:
    for name in ("cure-before", "cure-by-limit", "cure-by-check", "cure-at-server"):
        exposure = measured(name).exposure
        fates = exposure.fates
        assert exposure.occasions == sum(getattr(fates, n) for n in fates.__slots__)
        assert exposure.moments <= exposure.occasions
        assert exposure.lost_moments <= exposure.harmed_moments <= exposure.moments


def test_without_a_danger_every_exchange_counts() -> None:
    seen = measured("announced-close-ignored", idle_s=None)
    assert seen.exposure.idle_s is None
    assert seen.exposure.occasions == seen.exchanges
    assert seen.exposure.harmed_moments == seen.other_harmed["announced-close-ignored"] == 3
    refused = measured("connection-refused", idle_s=None)
    assert refused.exposure.harmed_moments == 6 <= refused.exposure.occasions


def test_all_servers_together_are_the_sum() -> None:
    made = compared("cure-by-limit")
    assert made.before.measures == made.servers[0].before
