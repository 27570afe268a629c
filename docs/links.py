"""Checks the links of the built pages: every file and every anchor that they name is there.

From the HTML as a browser gets it, so that links of the theme, of tables and of raw HTML are
checked like those of the text. Links to other sites are left to Sphinx's `linkcheck`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src"}


@dataclass(slots=True)
class Page:
    """What a page offers to link to, and what it links to."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        for name in (values.get("id"), values.get("name") if tag == "a" else None):
            if name:
                self.page.anchors.add(name)
        target = values.get(_LINKS.get(tag, ""))
        if target:
            self.page.links.append(target)


def read(path: Path) -> Page:
    """What an HTML file offers and names."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.page


def broken(folder: Path) -> list[str]:
    """One line for each internal link that leads nowhere, in the order of the pages."""
    files = [path for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts]
    pages = {path: read(path) for path in files}
    return [
        f"{path.relative_to(folder)}: {link}: {why}"
        for path, page in pages.items()
        for link in dict.fromkeys(page.links)
        if (why := _why_broken(path, link, pages, folder))
    ]


def _why_broken(path: Path, link: str, pages: dict[Path, Page], folder: Path) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""
    if parts.path.startswith("/"):
        return "absolute, so it breaks where the pages lie in a folder"
    target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
    if target.is_dir():
        target /= "index.html"
    if not target.is_relative_to(folder.resolve()) or not target.is_file():
        return "no such file"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].anchors:
        return "no such anchor"
    return ""
