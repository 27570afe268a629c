"""The store of products: what their TOML files say, in one file that is quick to read.

    python -m tests.products

checks every product's TOML file and writes ``products.json`` beside them.
`tests/diagnosis/products/test_store.py` fails where that was forgotten.
"""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import asdict

from netdiag.diagnosis.products import GENERIC, PRODUCTS
from netdiag.diagnosis.products.product_file import read
from netdiag.diagnosis.products.store import FILE


def stored() -> str:
    """Write all products as JSON, one a line."""
    lines = [json.dumps(read(slug), default=_plain) for slug in PRODUCTS + GENERIC]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else asdict(value)


if __name__ == "__main__":
    FILE.write_text(stored(), encoding="utf-8")
