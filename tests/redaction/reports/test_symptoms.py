"""What clients' logs say."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.store import load
from netdiag.redaction.addresses import AddressMap
from netdiag.redaction.reports.symptoms import mask_symptom

ADDRESSES = AddressMap(bytes(range(32)))
HOST, HOST_V6 = "192.0.2.7", "2001:db8::7"
TEXTS = sorted({text for slug in PRODUCTS for text in load(slug).symptoms.values()})
WELL_KNOWN = "terminating connection due to idle-session timeout"


def filled(text: str, host: str, said: str) -> str:
    return text.replace("<host>", host).replace("<port>", "8080").replace("<said>", said)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("host", [HOST, HOST_V6, f"[{HOST_V6}]"])
def test_every_text_of_a_product_stays_with_a_stand_in(text: str, host: str) -> None:
    stand_in = ADDRESSES.host(host.strip("[]"))
    stand_in = f"[{stand_in}]" if host.startswith("[") else stand_in
    shown = mask_symptom(filled(text, host, WELL_KNOWN), ADDRESSES)
    assert shown == filled(text, stand_in, WELL_KNOWN)


@pytest.mark.parametrize("said", ["bob", "bob's database acme", "x" * 107 + "acme", "acme\nbob"])
def test_last_words_go_however_short_or_long(said: str) -> None:
    for text in (text for text in TEXTS if "<said>" in text):
        shown = mask_symptom(filled(text, HOST, said), ADDRESSES)
        assert shown == filled(text, HOST, "x" * len(said))


def test_anything_else_goes() -> None:
    assert mask_symptom("bob's own words", ADDRESSES) == "x" * 15
