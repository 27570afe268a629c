"""Which products' documented defaults equal a value: a prior for the likely setting, no proof.

Defaults collide (five products close after 5 seconds), and every one of them can be changed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.product import Product, Setting
from netdiag.diagnosis.products.product_file import load
from netdiag.diagnosis.products.remedies import Role


@dataclass(frozen=True, slots=True)
class DefaultSetting:
    """A product and the setting whose default it is."""

    product: Product
    setting: Setting


def default_settings(seconds: float, role: Role) -> tuple[DefaultSetting, ...]:
    """Idle limits that are `seconds` by default, on this side of a connection.

    A product that always acts somewhat later than set (Node.js: one second) is found by both the
    value of the setting and the value that the wire shows.
    """
    return tuple(
        DefaultSetting(product, setting)
        for product in map(load, PRODUCTS)
        for setting in product.settings
        if setting.role == role and setting.kind == "idle" and _equals(setting, seconds)
    )


def default_request_limits(requests: int) -> tuple[DefaultSetting, ...]:
    """Servers that by default end a connection after this many requests."""
    return tuple(
        DefaultSetting(product, setting)
        for product in map(load, PRODUCTS)
        for setting in product.settings
        if setting.default_requests == requests and setting.role == "server"
    )


def _equals(setting: Setting, seconds: float) -> bool:
    default = setting.default_seconds
    if default is None:
        return False
    return math.isclose(default, seconds) or math.isclose(default + setting.late_seconds, seconds)
