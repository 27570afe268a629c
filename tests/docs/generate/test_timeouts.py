"""Known timeouts are in order, so that a measured one is found."""

from __future__ import annotations

import re

from docs.generate.products import KINDS
from docs.generate.timeouts import pages

PAGE = pages()["timeouts.md"]


def test_every_kind_of_limit_has_its_table_in_order() -> None:
    parts = PAGE.split("\n## ")[1:]
    assert len(parts) == len(KINDS)
    for part in parts:
        values = [float(value) for value in re.findall(r"^\| ([\d.]+)(?: s)? \|", part, re.M)]
        assert values
        assert values == sorted(values)


def test_tomcat_is_found_at_20_seconds() -> None:
    assert "| 20 s | [Apache Tomcat](products/tomcat.md) |" in PAGE
