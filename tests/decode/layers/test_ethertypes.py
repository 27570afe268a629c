"""What EtherTypes announce."""

from __future__ import annotations

import pytest

from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Protocol


@pytest.mark.parametrize(
    ("number", "protocol"),
    [
        (0, Protocol.LLC),
        (1500, Protocol.LLC),
        (1501, Protocol.OTHER),
        (0x0800, Protocol.IPV4),
        (0x0806, Protocol.OTHER),
        (0x86DD, Protocol.IPV6),
        (0xFFFF, Protocol.OTHER),
    ],
)
def test_every_number_has_an_answer(number: int, protocol: Protocol) -> None:
    assert ETHERTYPES[number] == protocol
    assert len(ETHERTYPES) == 1 << 16
