"""What a product's file begins with is enough to recognise it."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.cards import card
from netdiag.diagnosis.products.product_file import load


@pytest.mark.parametrize("slug", PRODUCTS)
def test_the_beginning_says_all_that_the_file_says_of_it(slug: str) -> None:
    begins, whole = card(slug), load(slug)
    assert begins.slug == whole.slug
    assert begins.roles == whole.roles
    assert begins.protocols == whole.protocols
    assert begins.implied_by == whole.implied_by
    assert begins.signatures == whole.signatures
