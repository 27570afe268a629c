"""The store of products holds what their files say."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products import GENERIC, PRODUCTS
from netdiag.diagnosis.products.product_file import read
from netdiag.diagnosis.products.store import FILE, generic, load, products
from tests.products import stored


@pytest.mark.parametrize("slug", PRODUCTS + GENERIC)
def test_a_product_is_what_its_file_says(slug: str) -> None:
    assert load(slug) == read(slug), "run `python -m tests.products`"


def test_the_store_is_of_today() -> None:
    assert FILE.read_text(encoding="utf-8") == stored(), "run `python -m tests.products`"


def test_all_are_there_in_the_order_of_the_list() -> None:
    assert tuple(products()) == PRODUCTS + GENERIC


def test_a_product_is_read_once() -> None:
    assert load("nginx") is load("nginx")


def test_what_is_no_product() -> None:
    with pytest.raises(KeyError, match="no-such-thing"):
        load("no-such-thing")


def test_a_stand_in_for_what_nothing_names() -> None:
    remedy = generic("client").remedy("client-idle-limit", limit_s=15.0, server_s=None)
    assert remedy is not None
    assert remedy.text.startswith("Keep idle connections no longer than 15 s")
    assert remedy.snippet is None
    assert generic("server").remedy("server-idle-timeout", limit_s=None, server_s=75) is not None
    assert generic("network").remedy("network-keepalive", limit_s=200, server_s=None) is not None
