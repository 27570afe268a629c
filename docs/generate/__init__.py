"""The shelf of pages that are made from the code: one module a kind, each with `pages()`.

`pages()` gives the text of each page in MyST Markdown, by its path below `docs/reference/`. They
are made anew at each build and never committed, so they say what the code says. To add a kind of
page: its module, the tuple below, its test, and a line in `index`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docs.generate import (
    captures,
    causes,
    commands,
    index,
    products,
    protocols,
    report,
    symptoms,
    tables,
    timeouts,
)

REFERENCE = Path(__file__).parent.parent / "reference"

KINDS: tuple[Callable[[], dict[str, str]], ...] = (
    index.pages,
    commands.pages,
    causes.pages,
    symptoms.pages,
    timeouts.pages,
    products.pages,
    report.pages,
    tables.pages,
    protocols.pages,
    captures.pages,
)


def pages() -> dict[str, str]:
    """All generated pages, by their path below `REFERENCE`."""
    return {path: text for kind in KINDS for path, text in kind().items()}


def write(folder: Path = REFERENCE) -> None:
    """Write the pages into a folder, touch those only that have changed, and remove the others."""
    wanted = {folder / path: text for path, text in pages().items()}
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in folder.rglob("*.md"):
        if path not in wanted:
            path.unlink()
