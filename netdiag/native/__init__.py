"""The compiled loops over records, frames and segments, built where there is a C compiler.

`native` is the module, or None: then numpy does the same, more slowly. Setting the
environment variable ``NETDIAG_PURE`` to anything has the same effect, to compare the two.
"""

from __future__ import annotations

import os
from types import ModuleType

REVISION = 35
"""Goes up with every change of what the functions take, here and in ``native.c``: in a checkout an
older build may still lie about, until the project is installed anew."""

native: ModuleType | None = None
if not os.environ.get("NETDIAG_PURE"):
    try:
        from netdiag.native import _native
    except ImportError:  # no compiler where it was installed
        pass
    else:
        native = _native if getattr(_native, "REVISION", 0) == REVISION else None

__all__ = ["native"]
