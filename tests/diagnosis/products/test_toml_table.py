"""A table of a product file takes what it is asked for, and complains with its place."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products.toml_table import ProductFileError, Table


def test_what_is_asked_for_is_taken() -> None:
    table = Table("x.toml", {"a": "text", "b": ["c"], "d": 1.5, "e": True, "f": [1, 2]})
    assert table.names() == ("a", "b", "d", "e", "f")
    assert table.text("a") == "text"
    assert table.texts("b", ()) == ("c",)
    assert table.number("d") == 1.5
    assert table.flag("e") is True
    assert table.numbers("f") == {1.0, 2.0}
    table.finish()


def test_what_is_missing_has_a_default() -> None:
    table = Table("x.toml", {})
    assert (table.text("a", "b"), table.number("c"), table.flag("d")) == ("b", None, False)
    assert table.tables("e") == ()
    assert table.choice("f", ("g",), "g") == "g"


def test_a_part_knows_its_place() -> None:
    (part,) = Table("x.toml", {"parts": [{"a": 1}]}).tables("parts")
    with pytest.raises(ProductFileError, match=r"^x\.toml: parts\[0\]: a: expected text, found 1"):
        part.text("a")


def test_what_nobody_asked_for() -> None:
    with pytest.raises(ProductFileError, match=r"^x\.toml: unknown keys: a, b$"):
        Table("x.toml", {"b": 1, "a": 2}).finish()
