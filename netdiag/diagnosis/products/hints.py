"""Which products a server or client of unknown name acts like: at most three, never a proof.

A product is named only if nothing that was seen contradicts it and something that was seen is
telling: few products do it. Where all that was seen is common, a default value may tip the
scales, but a value alone never does: values collide, and every one of them can be changed.
"""

from __future__ import annotations

import math

from msgspec import Struct

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.habits import Behaviour, Fit, fit
from netdiag.diagnosis.products.product import Product
from netdiag.diagnosis.products.remedies import Role, number_text
from netdiag.diagnosis.products.store import load
from netdiag.language import _

MOST = 3
"""More products than this are no hint."""

FEWEST_COMMON: dict[Role, int] = {"server": 2, "client": 1, "network": 2}
"""So many common habits must fit besides a number; a client shows fewer than a server."""


class Hint(Struct, frozen=True):
    """A product that fits.

    Attributes:
        product: what fits.
        because: what that rests on, one clause each, the most telling first.
    """

    product: Product
    because: tuple[str, ...]


def product_hints(seen: Behaviour, role: Role) -> tuple[Hint, ...]:
    """Name the products that such behaviour fits, the best first; empty where too many do."""
    if not seen.gaps_s and not seen.reactions_s and seen.probe_s is None:
        return ()
    fits = [
        (product, found, _default(product, role, seen))
        for product in map(load, PRODUCTS)
        if "http" in product.protocols
        for habits in product.habits
        if habits.role == role
        if (found := fit(habits, seen, _buffer_s(product, role))) is not None
    ]
    most = max((len(found.telling) for _, found, _ in fits), default=0)
    if most:
        chosen = [item for item in fits if len(item[1].telling) == most]
    else:
        chosen = [item for item in fits if _tips_the_scales(role, *item[1:], seen)]
    if len(chosen) > MOST:
        best = max(len(found.common) for _, found, _ in chosen)
        chosen = [item for item in chosen if len(item[1].common) == best]
    if len(chosen) > MOST:
        chosen = [item for item in chosen if item[2] is not None]
    if not 0 < len(chosen) <= MOST:
        return ()
    chosen.sort(key=lambda item: (item[2] is None, -len(item[1].common)))
    return tuple(
        Hint(
            product,
            (*found.telling, *found.common, *found.numbers, *([default] if default else [])),
        )
        for product, found, default in chosen
    )


def excluded(product: Product, seen: Behaviour, role: Role) -> bool:
    """Whether what was seen contradicts all that is known of a product's habits."""
    mine = [habits for habits in product.habits if habits.role == role]
    return bool(mine) and all(
        fit(habits, seen, _buffer_s(product, role)) is None for habits in mine
    )


def _tips_the_scales(role: Role, found: Fit, default: str | None, seen: Behaviour) -> bool:
    """Whether a number that fits is enough beside the common habits that fit as well."""
    if len(found.common) < FEWEST_COMMON[role]:
        return False
    hidden = bool(seen.tls_closes) or not seen.closes  # else it would have shown its name
    return bool(found.numbers) or (default is not None and hidden)


def _buffer_s(product: Product, role: Role) -> float:
    """How much later than set this product always acts."""
    return max(
        (setting.late_seconds for setting in product.settings if setting.role == role), default=0.0
    )


def _default(product: Product, role: Role, seen: Behaviour) -> str | None:
    """Say which default the timeout equals, or None."""
    if seen.setting_s is None:
        return None
    for setting in product.main_settings(role=role):
        default = setting.default_seconds
        if default is not None and math.isclose(default + setting.late_seconds, seen.setting_s):
            return _("{time} s is its default ({setting})").format(
                time=number_text(default), setting=setting.name
            )
    return None
