"""Product files: what is read, and how a mistake is reported."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products import GENERIC, PRODUCTS
from netdiag.diagnosis.products.product_file import parse, read
from netdiag.diagnosis.products.toml_table import ProductFileError

HEAD = 'slug = "x"\nname = "X"\nroles = ["client"]\n'
UNSEEN = HEAD + 'unseen = "it sends no name"\n'
SETTING = UNSEEN + '[[settings]]\nname = "idle"\nwhere = "x.conf"\nsource = "https://x.invalid"\n'
REMEDY = UNSEEN + "[remedies.client-idle-limit]\n"


@pytest.mark.parametrize("slug", PRODUCTS + GENERIC)
def test_every_file_is_read(slug: str) -> None:
    assert read(slug).slug == slug


def test_the_least_that_a_file_can_say() -> None:
    product = parse("x", UNSEEN)
    assert product.protocols == ("http",)
    assert product.settings == ()
    assert product.symptom("reset") is None


def test_a_setting_with_its_defaults() -> None:
    (setting,) = parse("x", SETTING + "default_seconds = 4.5\nmain = true\n").settings
    assert setting.role == "client"
    assert setting.kind == "idle"
    assert setting.default_seconds == 4.5
    assert setting.versions.text == "all"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("slug = ", "x.toml: Invalid value"),
        ('slug = "y"\n', "x.toml: slug: expected 'x'"),
        (HEAD.replace('name = "X"\n', ""), "x.toml: name: expected text, found None"),
        (HEAD.replace('"X"', '" "'), "x.toml: name: expected text"),
        ('slug = "x"\nname = "X"\n', "x.toml: roles: expected some of client"),
        (HEAD.replace("client", "proxy"), "x.toml: roles: expected some of client"),
        (HEAD, "x.toml: expected either signatures or 'unseen'"),
        (UNSEEN + "colour = 1\n", "x.toml: unknown keys: colour"),
        (UNSEEN + "protocols = 1\n", "x.toml: protocols: expected a list of texts"),
        (UNSEEN + "settings = 1\n", r"x.toml: settings: expected tables \(\[\[settings\]\]\)"),
        (UNSEEN + "remedies = 1\n", "x.toml: remedies: expected a table"),
        (UNSEEN + "[symptoms]\nhung = 'x'\n", "x.toml: symptoms: hung: expected one of reset"),
        (HEAD + "[[signatures]]\npattern = '('\n", r"x.toml: signatures\[0\]: pattern: missing"),
        (HEAD + "[[signatures]]\npattern = 'x'\n", r"x.toml: signatures\[0\]: examples: expected"),
        (SETTING + "versions = 'new'\n", r"x.toml: settings\[0\]: versions: expected 'all'"),
        (SETTING + "default_seconds = '5'\n", r"x.toml: settings\[0\]: default_seconds: expected"),
        (SETTING + "default_requests = 5\n", r"x.toml: settings\[0\]: default_requests: only"),
        (SETTING + "main = 1\n", r"x.toml: settings\[0\]: main: expected true or false"),
        (SETTING + "main = true\nkind = 'age'\n", r"x.toml: settings\[0\]: main: a main setting"),
        (SETTING + "kind = 'size'\n", r"x.toml: settings\[0\]: kind: expected one of idle"),
        (REMEDY, "x.toml: remedies: client-idle-limit: text: expected text"),
        (REMEDY + "text = '${limit}'\n", "client-idle-limit: placeholders: limit"),
        (REMEDY + "text = '5 $'\n", "client-idle-limit: placeholders: a stray"),
        (REMEDY + "text = 'x'\nsnippet = 'y'\n", "client-idle-limit: language: expected text"),
        (UNSEEN + "[remedies.pray]\ntext = 'x'\n", "x.toml: remedies: pray: expected one of"),
        (
            UNSEEN + "[remedies.server-idle-timeout]\ntext = 'x'\n",
            "server-idle-timeout: advice for the server, but the product is client",
        ),
    ],
)
def test_a_mistake_is_reported_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ProductFileError, match=message):
        parse("x", text)
