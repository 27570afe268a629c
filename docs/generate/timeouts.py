"""The idle timeouts and other limits of all known products, in order of their defaults."""

from __future__ import annotations

from docs.generate.markdown import prose, sources, table
from docs.generate.products import KINDS, default
from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.product import Product, Setting
from netdiag.diagnosis.products.store import load

_HEAD = ("default", "product", "setting", "as", "versions", "source")


def pages() -> dict[str, str]:
    """The one page: a table a kind of limit."""
    parts = "\n".join(f"## {KINDS[kind].capitalize()}\n\n{_table(kind)}" for kind in KINDS)
    return {
        "timeouts.md": f"""# Known timeouts

netdiag has worked out that a server ends idle connections after so many seconds: which product
does that by default? A hint, no more: any value can be set anywhere.

{parts}"""
    }


def _table(kind: str) -> str:
    limits = [
        (product, setting)
        for product in map(load, PRODUCTS)
        for setting in product.settings
        if setting.kind == kind
    ]
    return table(_HEAD, [_row(*limit) for limit in sorted(limits, key=_order)])


def _order(limit: tuple[Product, Setting]) -> tuple[float, str]:
    product, setting = limit
    value = setting.default_requests or setting.default_seconds
    return (float("inf") if value is None else value, product.name.lower())


def _row(product: Product, setting: Setting) -> tuple[str, ...]:
    return (
        default(setting),
        f"[{prose(product.name)}](products/{product.slug}.md)",
        prose(setting.name),
        setting.role,
        prose(setting.versions.text),
        sources(setting.source),
    )
