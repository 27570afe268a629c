"""The labels of the recorded captures: what is true of each, and where its file lies."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PCAPS = ROOT / "fixtures" / "pcaps"


@dataclass(frozen=True, slots=True)
class Fixture:
    """A recorded capture.

    Attributes:
        name: its file's name without the ending.
        path: as a reader types it in a clone of the repository.
        size_bytes: of the file.
        description: one sentence.
        products: what was recorded, with versions.
        causes: slugs of what harmed its requests, and of what will.
        worth_knowing: slugs of what harms nobody.
    """

    name: str
    path: str
    size_bytes: int
    description: str
    products: tuple[str, ...]
    causes: tuple[str, ...]
    worth_knowing: tuple[str, ...]


@cache
def fixtures() -> tuple[Fixture, ...]:
    """All recorded captures by name."""
    return tuple(_read(label) for label in sorted(PCAPS.glob("*.toml"), key=_name))


def _name(label: Path) -> str:
    return label.stem


def _read(label: Path) -> Fixture:
    text = tomllib.loads(label.read_text(encoding="utf-8"))
    path = next(p for p in map(label.with_suffix, (".pcap", ".pcapng")) if p.exists())
    truth = text["truth"]
    return Fixture(
        name=label.stem,
        path=path.relative_to(ROOT).as_posix(),
        size_bytes=path.stat().st_size,
        description=text["description"],
        products=tuple(re.sub(r" \((?:Debian|PyPI)[^)]*\)", "", p) for p in text["products"]),
        causes=tuple(truth[key] for key in ("cause", "risk") if truth.get(key, "none") != "none"),
        worth_knowing=tuple(re.findall(r"info finding: ([a-z-]+)", truth.get("notes", ""))),
    )
