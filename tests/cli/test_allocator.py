"""What the C library's allocator is told, and that an analysis is the same with it."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from netdiag.cli.allocator import keep_freed_memory


def test_glibc_is_told_to_keep_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    library = SimpleNamespace(mallopt=lambda what, value: told.append((what, value)))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    keep_freed_memory()
    assert told == [(-1, 1 << 30), (-3, 1 << 30)]


def test_another_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    keep_freed_memory()


def test_the_real_library_takes_it() -> None:
    keep_freed_memory()
    assert len(bytearray(1 << 23)) == 1 << 23
