"""How far away a sender is, and whether it may be the usual one, by times to live."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.connections.hops import hops, is_same_host


def test_hops_are_counted_from_the_next_value_that_hosts_begin_with() -> None:
    ttl = np.array([64, 63, 1, 65, 127, 128, 129, 254, 255], np.uint8)
    assert hops(ttl).tolist() == [0, 1, 63, 63, 1, 0, 126, 1, 0]


@pytest.mark.parametrize(
    ("ttl", "usual", "same"),
    [
        pytest.param(64, 64, True, id="next door, as usual"),
        pytest.param(57, 57, True, id="as usual"),
        pytest.param(57, 58, True, id="a route one hop longer"),
        pytest.param(58, 57, True, id="a route one hop shorter"),
        pytest.param(57, 59, False, id="two hops are another host"),
        pytest.param(57, 121, True, id="another start, as far away"),
        pytest.param(248, 57, True, id="a kernel's RST with 255, as far away"),
        pytest.param(57, 122, False, id="another start, and another distance"),
        pytest.param(64, 63, False, id="a box next door in place of a host behind it"),
        pytest.param(63, 64, False, id="a box behind a host next door"),
        pytest.param(255, 64, False, id="two hosts next door"),
    ],
)
def test_whether_it_may_be_the_same_host(ttl: int, usual: int, *, same: bool) -> None:
    found = is_same_host(np.array([ttl], np.uint8), np.array([usual], np.uint8))
    assert found.tolist() == [same]
