"""What fuzzing has found, and the seeds it begins from: every target takes them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from netdiag.native import native
from tests.fuzz.targets import TARGETS, target_named

REGRESSIONS = Path(__file__).parent / "regressions"
FOUND = sorted(path for path in REGRESSIONS.glob("*/*") if path.suffix != ".md")
SEEDS = 12
"""So many of each target: the others are alike, and the reports of some take long."""

needs_compiler = pytest.mark.skipif(native is None, reason="built without a C compiler")


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_is_found_no_more(path: Path) -> None:
    if path.parent.name == "native" and native is None:
        pytest.skip("built without a C compiler")
    target_named(path.parent.name).check(path.read_bytes())


@needs_compiler
@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds(name: str) -> None:
    target = target_named(name)
    seeds = list(islice(target.seeds(), SEEDS))
    assert seeds
    for seed in (b"", *seeds):
        target.check(seed[: target.most_bytes])


def test_every_folder_is_a_target() -> None:
    assert {path.parent.name for path in FOUND} <= set(TARGETS)


def test_what_was_found_is_small() -> None:
    assert all(path.stat().st_size <= 8192 for path in FOUND)
