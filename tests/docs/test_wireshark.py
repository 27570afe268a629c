"""What the pages show of Wireshark is what tshark prints, as far as they show it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LISTINGS = sorted((ROOT / "docs").rglob("*.tshark"))


def test_there_are_listings() -> None:
    assert LISTINGS


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("listing", LISTINGS, ids=lambda path: path.stem)
def test_a_listing_is_what_tshark_prints(listing: Path) -> None:
    text = listing.read_text(encoding="utf-8").replace("\\\n", "")
    command, *shown = text.splitlines()
    assert command.startswith("$ tshark -r fixtures/pcaps/")
    run = subprocess.run(
        command.removeprefix("$ "),
        shell=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    printed = run.stdout.splitlines()
    assert len(printed) == len(shown)
    assert all(line.startswith(start) for line, start in zip(printed, shown, strict=True))
