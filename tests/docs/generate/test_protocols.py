"""What can be read is described in the words of the code."""

from __future__ import annotations

from docs.generate.protocols import pages

PAGE = pages()["protocols.md"]


def test_protocols_and_layers_are_described() -> None:
    assert "COM\\_QUIT" in PAGE
    assert "VXLAN" in PAGE
    assert "| 1 | ETHERNET |" in PAGE
