"""What can be read is described in the words of the code."""

from __future__ import annotations

from docs.generate.protocols import pages
from netdiag.logs.formats import FORMATS

PAGE = pages()["protocols.md"]


def test_protocols_and_layers_are_described() -> None:
    assert "COM\\_QUIT" in PAGE
    assert "VXLAN" in PAGE
    assert "| 1 | ETHERNET |" in PAGE


def test_every_format_of_logs_has_its_row() -> None:
    assert all(f"| {entry.name} | " in PAGE for entry in FORMATS)
    assert "| nginx-error | nginx's error log |" in PAGE
