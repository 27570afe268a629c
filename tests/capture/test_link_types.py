"""Link types are named as tcpdump names them."""

from __future__ import annotations

import pytest

from netdiag.capture.link_types import NAMES, link_type_name
from netdiag.decode.layers import LINK_TYPES


@pytest.mark.parametrize(
    ("number", "name"),
    [(1, "EN10MB"), (113, "LINUX_SLL"), (276, "LINUX_SLL2"), (101, "RAW"), (0, "NULL")],
)
def test_known_names(number: int, name: str) -> None:
    assert link_type_name(number) == name


def test_an_unknown_number_is_shown_as_a_number() -> None:
    assert link_type_name(999) == "LINKTYPE_999"


def test_every_link_type_on_the_shelf_of_layers_has_a_name() -> None:
    assert set(LINK_TYPES) <= set(NAMES)
