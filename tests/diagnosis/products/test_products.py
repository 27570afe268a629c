"""The shelf as a whole: the explicit list, the facts in the files and who may be told what."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.resources import files

import pytest

from netdiag.diagnosis.products import GENERIC, PRODUCTS
from netdiag.diagnosis.products.product import Product
from netdiag.diagnosis.products.store import load

SHELF = files("netdiag.diagnosis.products")


@pytest.fixture(params=PRODUCTS)
def product(request: pytest.FixtureRequest) -> Product:
    return load(request.param)


def test_the_list_names_every_file_once() -> None:
    on_disk = {f.name.removesuffix(".toml") for f in SHELF.iterdir() if f.name.endswith(".toml")}
    assert sorted(on_disk) == sorted(PRODUCTS + GENERIC)


def test_names_are_distinct() -> None:
    names = [load(slug).name for slug in PRODUCTS + GENERIC]
    assert len(set(names)) == len(names)


def test_every_setting_has_a_public_source(product: Product) -> None:
    for setting in product.settings:
        assert re.search(r"https://|^[\w.-]+/[\w.-]+ \S+|\S+/\S+ \S+\.\w+", setting.source), setting


@pytest.mark.parametrize("slug", PRODUCTS + GENERIC)
def test_nothing_private_is_cited(slug: str) -> None:
    text = SHELF.joinpath(f"{slug}.toml").read_text(encoding="utf-8")
    assert re.search(r"timeouts\.csv|domain\.md|shared/|\blab\b|TODO|FIXME", text) is None


def test_every_side_has_one_main_idle_setting_for_each_version(product: Product) -> None:
    for role in product.roles:
        settings = product.main_settings(role=role)
        assert settings, f"{product.slug} as {role}"
        ranges = [setting.versions.text for setting in settings]
        assert len(set(ranges)) == len(ranges)


def test_every_client_can_be_told_what_to_do_and_what_its_log_says(product: Product) -> None:
    if "client" in product.roles:
        assert product.remedy("client-idle-limit", limit_s=15, server_s=20) is not None
        for outcome in ("reset-after-fin", "closed", "reset", "refused"):
            assert product.symptom(outcome), outcome


def test_every_server_can_be_told_to_wait_longer(product: Product) -> None:
    if "server" in product.roles:
        assert product.remedy("server-idle-timeout", limit_s=None, server_s=75) is not None


def test_the_network_can_be_told_to_probe(product: Product) -> None:
    if "network" in product.roles:
        remedy = product.remedy("network-keepalive", limit_s=300, server_s=None)
        assert remedy is not None
        assert remedy.audience == "network"
        assert remedy.snippet is not None
        assert "net.ipv4.tcp_keepalive_time = 300" in remedy.snippet


def test_advice_and_symptoms_fit_a_report(product: Product) -> None:
    for purpose in product.remedies:
        remedy = product.remedy(purpose, limit_s=15, server_s=75)
        assert remedy is not None
        assert remedy.text.endswith((".", ".)"))
        assert "\n" not in remedy.text
        assert len(remedy.text) < 400
        for line in (remedy.snippet or "").splitlines():
            assert len(line) <= 120, line
    for symptom in product.symptoms.values():
        assert "\n" not in symptom


def test_the_shelf_needs_no_numpy_and_reads_nothing_when_imported() -> None:
    program = (
        "import sys\n"
        "from netdiag.diagnosis.products import recognise, store\n"
        "assert 'numpy' not in sys.modules\n"
        "assert store.products.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
