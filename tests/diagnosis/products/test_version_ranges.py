"""Version ranges: written as bounds, asked with whatever a header says."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products.version_ranges import VersionRange, version_numbers


@pytest.mark.parametrize(
    ("text", "version", "holds"),
    [
        ("all", "1.0", True),
        (">=4.5", "4.5.12", True),
        (">=4.5", "4.5", True),
        (">=4.5", "4.4.1", False),
        (">=4.4, <4.5", "4.4.1", True),
        (">=4.4, <4.5", "4.5.0", False),
        ("<26", "9.4.48.v20220622", True),
        (">=8, <26", "26.0.0", False),
        ("<=2", "2.0.0", True),
        (">2", "2.0", False),
        (">=1.19.10", "1.9.15", False),
        ("<7", None, True),
        ("<7", "dev", True),
    ],
)
def test_holds_for(text: str, version: str | None, holds: bool) -> None:
    assert VersionRange.parse(text).holds_for(version) is holds


@pytest.mark.parametrize("text", ["", "any", "4.5", ">=", ">=4.5,", "~>2"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="expected 'all' or bounds"):
        VersionRange.parse(text)


def test_version_numbers() -> None:
    assert version_numbers("4.5.0") == (4, 5)
    assert version_numbers("0.0") == (0,)
    assert version_numbers("dev") is None
