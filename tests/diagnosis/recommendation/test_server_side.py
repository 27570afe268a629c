"""`server_side`: a timeout that outlasts the clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.diagnosis.recommendation import server_side
from netdiag.diagnosis.recommendation.server_side import timeout_above_s
from tests.recorded import examine
from tests.scripted import Scripted, pooled


@pytest.mark.parametrize(("kept_s", "timeout_s"), [(37.2, 50), (0, 5), (300, 380), (4, 10)])
def test_round_numbers(kept_s: float, timeout_s: float) -> None:
    assert timeout_above_s(kept_s) == timeout_s


@given(st.floats(0, 100_000))
def test_it_outlasts_the_clients(kept_s: float) -> None:
    assert timeout_above_s(kept_s) > kept_s


def test_the_longest_of_several_clients() -> None:
    scene = examine("tomcat-stale-20s").scene
    raised = server_side(scene, tuple(scene.timeouts.longest_reuse_s))
    assert raised is not None
    assert (raised.timeout_s, round(raised.above_s)) == (40, 31)


def test_the_clients_own_limit_counts_if_it_is_longer(scripted: Scripted) -> None:
    talks = [pooled(2, 1, client_port=40000 + i).wait(29).client.fin() for i in range(3)]
    scene = scripted(*talks).scene
    raised = server_side(scene, tuple(scene.timeouts.clients))
    assert raised is not None
    assert raised.above_s >= 29
    assert raised.timeout_s == timeout_above_s(raised.above_s)


def test_clients_that_keep_nothing(scripted: Scripted) -> None:
    scene = scripted(pooled()).scene
    assert server_side(scene, (7,)) is None
