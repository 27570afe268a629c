"""Keeps numpy from importing what no analysis uses: its documentation, and its unions of types.

numpy gives its C functions their docstrings in modules of their own, and makes the types that only
type checkers and annotations look at when it is imported: a quarter of its time, and an eighth of
that of a small capture (90 of 720 million instructions with numpy 2.4). In a process that is there
for one command, empty modules stand in their places; whoever imports netdiag as a library gets all
of numpy. What its modules are made of is numpy's own affair and may change: a version that this was
not tried with is imported as ever.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

TRIED = ("2.0", "2.1", "2.2", "2.3", "2.4")
"""Of each of these versions the last release so far was imported, and did sums and products."""

DOCUMENTATION = (
    "numpy._core._add_newdocs",
    "numpy._core._add_newdocs_scalars",
    "numpy._typing._add_docstring",
)
TYPES = ("numpy._typing._array_like", "numpy._typing._char_codes", "numpy._typing._dtype_like")


class _AnyType:
    """What every type of numpy's is here, whatever stands in brackets behind it."""

    def __class_getitem__(cls, _item: object) -> type[_AnyType]:
        return cls


class _Documentation(ModuleType):
    _docstrings = ""  # `numpy.typing` adds them to its own


class _Types(ModuleType):
    def __getattr__(self, name: str) -> type[_AnyType]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _AnyType


def leave_out_its_words() -> None:
    """Put the empty modules in place, if numpy is one that is known and not there yet."""
    if "numpy" in sys.modules or not is_known(_version_file()):
        return
    for name in DOCUMENTATION:
        sys.modules[name] = _Documentation(name)
    for name in TYPES:
        sys.modules[name] = _Types(name)


def is_known(version_file: str) -> bool:
    """Whether the text of numpy's `version.py` names a version that this was tried with."""
    return any(f'\nversion = "{version}.' in version_file for version in TRIED)


def _version_file() -> str:
    """It is read and not imported, which would import numpy first; "" where there is none."""
    spec = find_spec("numpy")
    if spec is None or spec.origin is None:
        return ""
    try:
        return Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return ""
