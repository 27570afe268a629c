"""Temporary files that are for nobody else; how commands use them: `tests.cli`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.temporary import open_private, private_folder


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_nobody_else_may_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with private_folder() as folder:
        with open_private(folder / "file") as file:
            file.write(b"x")
        assert folder.parent == tmp_path
        assert (mode(folder), mode(folder / "file")) == (0o700, 0o600)
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt), private_folder() as folder:
        open_private(folder / "file").close()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
