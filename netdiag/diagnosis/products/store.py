"""The products, out of the one file that holds all of them, quick to read.

``products.json`` is made of the products' TOML files, which are for people, by
``python -m tests.products``: reading all of those would take longer than the analysis of a small
capture, and hints compare with every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import json

from netdiag.diagnosis.products.product import Product
from netdiag.diagnosis.products.remedies import Role

FILE = Path(__file__).with_name("products.json")


def load(slug: str) -> Product:
    """Look up the product of this slug; the same object each time.

    Raises:
        KeyError: there is none.
    """
    return products()[slug]


def generic(role: Role) -> Product:
    """Load the stand-in for a client, server or network product that nothing names."""
    return load(f"generic-{role}")


@cache
def products() -> Mapping[str, Product]:
    """All products and stand-ins, by slug."""
    found = json.decode(FILE.read_bytes(), type=tuple[Product, ...])
    return {product.slug: product for product in found}
