"""The sample reports are what the command writes, and each has a page that links to it."""

from __future__ import annotations

import json
from pathlib import Path

from docs.samples import REPORTS, write

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_samples_are_whole_reports(tmp_path: Path) -> None:
    write(tmp_path)
    assert all((tmp_path / name).stat().st_size > 1000 for name in REPORTS)
    report = json.loads((tmp_path / "reports" / "pool.json").read_text(encoding="utf-8"))
    assert report["verdict"]["cause"] == "stale-keep-alive"
    chinese = (tmp_path / "reports" / "pool.zh_CN.html").read_text(encoding="utf-8")
    assert 'lang="zh' in chinese


def test_every_sample_is_linked() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md"))
    assert all(f'href="../{name}"' in pages for name in REPORTS)
