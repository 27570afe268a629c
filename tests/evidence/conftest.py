"""What the tests of the evidence share: extraction into a file, and what tshark says of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from netdiag.analysis import Examination, Options, examine
from netdiag.evidence import Extracted, Request, extract
from netdiag.redaction import Redactor

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark isn't installed")

Cut = Callable[..., tuple[Examination, Path, Extracted]]


@pytest.fixture
def cut(tmp_path: Path) -> Cut:
    """Extract evidence: ``cut(paths, occurrence=2)``; the examination, the file, what was done."""

    def do(
        paths: Sequence[Path],
        options: Options | None = None,
        redactor: Redactor | None = None,
        **asked: object,
    ) -> tuple[Examination, Path, Extracted]:
        examination = examine(paths, options or Options())
        target = tmp_path / f"evidence-{len(list(tmp_path.iterdir()))}.pcapng"
        with target.open("wb") as file:
            done = extract(
                examination,
                paths,
                Request(**asked),  # type: ignore[arg-type]
                file,
                tmp_path / "draft",
                redactor=redactor,
            )
        return examination, target, done

    return do


def fields(path: Path, *names: str, options: Sequence[str] = ()) -> list[list[str]]:
    """What tshark shows of each packet."""
    command = ["tshark", "-r", str(path), "-T", "fields", "-E", "separator=/t"]
    for name in names:
        command += ["-e", name]
    run = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in run.stdout.splitlines()]
