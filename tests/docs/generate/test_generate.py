"""Nothing on a shelf of the code lacks its page or its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.generate import pages, write
from netdiag.capture import formats as captures
from netdiag.cli import COMMANDS
from netdiag.decode.layers import LINK_TYPES
from netdiag.diagnosis.causes import CAUSES
from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.store import load
from netdiag.exchanges.protocols import PROTOCOLS
from netdiag.exchanges.role import Protocol
from netdiag.report.formats import FORMATS

PAGES = pages()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_page_and_its_row(name: str) -> None:
    assert PAGES[f"commands/{name}.md"].startswith(f"# netdiag {name}\n")
    assert f"[netdiag {name}]({name}.md)" in PAGES["commands/index.md"]


@pytest.mark.parametrize("slug", [cause.slug for cause in CAUSES])
def test_every_cause_has_its_page_and_its_row(slug: str) -> None:
    assert PAGES[f"causes/{slug}.md"].startswith(f"# {slug}\n")
    assert f"| [{slug}]({slug}.md) |" in PAGES["causes/index.md"]


@pytest.mark.parametrize("slug", PRODUCTS)
def test_every_product_has_its_page_its_row_and_all_its_facts(slug: str) -> None:
    product = load(slug)
    assert f"]({slug}.md)" in PAGES["products/index.md"]
    for setting in product.settings:
        assert f"products/{slug}.md" in PAGES["timeouts.md"], setting.name
    page = PAGES[f"products/{slug}.md"]
    assert page.count("\n**For the ") == len(product.remedies)
    assert all(text in page for text in product.symptoms.values())
    assert all(text in PAGES["symptoms.md"] for text in product.symptoms.values())


def test_every_format_and_protocol_has_its_row() -> None:
    for report in FORMATS:
        assert f"| `--format {report.name}` |" in PAGES["report.md"]
    for capture in captures.FORMATS:
        assert f"- {capture.name}" in PAGES["protocols.md"]
    for number in LINK_TYPES:
        assert f"\n| {number} | " in PAGES["protocols.md"]
    for module in PROTOCOLS:
        assert f"| {module.__name__.rsplit('.', 1)[1]} |" in PAGES["protocols.md"]
    for protocol in Protocol:
        assert f"`{protocol.slug}`" in PAGES["protocols.md"]


def test_pages_are_written_once_and_old_ones_go(tmp_path: Path) -> None:
    write(tmp_path)
    kept = tmp_path / "index.md"
    before = kept.stat().st_mtime_ns
    gone = tmp_path / "causes" / "no-longer.md"
    gone.write_text("# no longer\n")
    write(tmp_path)
    assert kept.stat().st_mtime_ns == before
    assert not gone.exists()
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")}
    assert written == set(PAGES)
