"""Whether what was seen fits a product's habits."""

from __future__ import annotations

from typing import Any

import pytest

from netdiag.diagnosis.products.habits import Behaviour, Habits, fit

NOTHING: dict[str, Any] = {
    "role": "server",
    "closes": frozenset(),
    "tls_closes": frozenset(),
    "close_notify_bytes": frozenset(),
    "late_s": None,
    "late_requests": frozenset(),
    "keep_alive_header": None,
    "reaction": None,
    "probes_s": frozenset(),
    "source": "a test",
}


def habits(**known: Any) -> Habits:
    values = {k: frozenset(v) if isinstance(v, set) else v for k, v in known.items()}
    return Habits(**(NOTHING | values))


def seen(**what: Any) -> Behaviour:
    return Behaviour(**{k: frozenset(v) if isinstance(v, set) else v for k, v in what.items()})


def test_what_is_not_known_of_a_product_contradicts_nothing() -> None:
    found = fit(habits(), seen(closes={"RST,ACK"}, close_notify_bytes={35}, declared_s=5.0))
    assert found is not None
    assert (found.telling, found.common, found.numbers) == ((), (), ())


@pytest.mark.parametrize(
    ("known", "what"),
    [
        ({"closes": {"FIN"}}, {"closes": {"RST,ACK"}}),
        ({"tls_closes": {"close_notify"}}, {"tls_closes": {"FIN"}}),
        ({"close_notify_bytes": {19}}, {"close_notify_bytes": {35}}),
        ({"late_requests": {"reset"}}, {"late_requests": {"reset", "acknowledge"}}),
        ({"keep_alive_header": False}, {"declared_s": 5.0}),
        ({"late_s": 10.0}, {"gaps_s": (5.0, 5.0, 5.01), "setting_s": 5.0}),
        ({"late_s": 0.1}, {"gaps_s": (6.0, 6.0, 6.0), "setting_s": 5.0, "declared_s": 5.0}),
    ],
)
def test_what_a_product_does_not_do(known: dict[str, Any], what: dict[str, Any]) -> None:
    assert fit(habits(**known), seen(**what)) is None


def test_a_busy_event_loop_is_no_contradiction() -> None:
    assert fit(habits(reaction="at once"), seen(reactions_s=(1.0, 2.0, 3.0))) is not None


@pytest.mark.parametrize(
    ("known", "what", "clause"),
    [
        ({"closes": {"RST,ACK"}}, {"closes": {"RST,ACK"}}, "ends idle connections by RST,ACK"),
        (
            {"tls_closes": {"FIN"}},
            {"tls_closes": {"FIN"}},
            "ends idle TLS connections by a FIN without close_notify",
        ),
        (
            {"close_notify_bytes": {19, 35}},
            {"close_notify_bytes": {35}},
            "its close_notify takes 35 bytes",
        ),
        (
            {"late_requests": {"acknowledge"}},
            {"late_requests": {"acknowledge"}},
            "acknowledges requests after its FIN and ignores them",
        ),
        (
            {"late_s": 1.0},
            {"gaps_s": (5.0, 5.4, 5.9), "setting_s": 5.0},
            "its idle closes lie 0.9 s apart, as its timer ticks",
        ),
    ],
)
def test_what_only_a_few_do(known: dict[str, Any], what: dict[str, Any], clause: str) -> None:
    found = fit(habits(**known), seen(**what))
    assert found is not None
    assert found.telling == (clause,)


def test_what_many_do() -> None:
    known = habits(
        closes={"FIN"}, close_notify_bytes={19}, late_s=0.1, keep_alive_header=True, probes_s={15.0}
    )
    gaps = (5.001, 5.002, 5.003)
    found = fit(
        known,
        seen(
            closes={"FIN"},
            close_notify_bytes={19},
            gaps_s=gaps,
            setting_s=5.0,
            declared_s=5.0,
            probe_s=15.1,
        ),
    )
    assert found is not None
    assert found.telling == ()
    assert len(found.common) == 4
    assert found.numbers == ("probes idle connections after 15 s",)


def test_a_product_that_always_waits_a_second_more() -> None:
    what = seen(gaps_s=(6.0, 6.001, 6.002), setting_s=5.0, declared_s=5.0)
    found = fit(habits(late_s=0.1), what, buffer_s=1.0)
    assert found is not None
    assert "closes 1 s later than it announces" in found.telling


def test_a_narrow_spread_is_no_sweep_of_half_a_minute() -> None:
    found = fit(habits(late_s=30.0), seen(gaps_s=(7.0, 7.4, 7.9), setting_s=5.0))
    assert found is not None
    assert found.telling == ()


@pytest.mark.parametrize(
    ("reactions", "round_trip", "kind"),
    [
        ((0.001, 0.002), 0.0, None),
        ((0.001, 0.002, 0.04), 0.0, "at once"),
        ((0.1, 0.12, 0.15), 0.12, "at once"),
        ((0.5, 1.0, 9.0), 0.0, "on use"),
        ((0.001, 1.0, 9.0), 0.0, None),
    ],
)
def test_how_soon_a_client_reacts(
    reactions: tuple[float, ...], round_trip: float, kind: str | None
) -> None:
    assert Behaviour(reactions_s=reactions, round_trip_s=round_trip).reaction == kind


def test_early_closes_contradict_no_exact_timer() -> None:
    assert fit(habits(late_s=0.1), seen(gaps_s=(2.5, 3.1, 4.0), setting_s=3.0)) is not None
