"""Labels are read as their captures' tests read them."""

from __future__ import annotations

from docs.generate.fixtures import ROOT, fixtures
from tests.recorded import names, recorded


def test_every_label_has_its_fixture() -> None:
    assert [fixture.name for fixture in fixtures()] == names()


def test_a_fixture_says_what_its_label_says() -> None:
    (fixture,) = [f for f in fixtures() if f.name == "close-wait-leak"]
    assert ROOT / fixture.path == recorded("close-wait-leak").path
    assert fixture.causes == (recorded("close-wait-leak").truth["risk"],)
    assert not any("Debian" in product for product in fixture.products)
