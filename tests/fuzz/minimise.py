"""`minimise`: the shortest input that fails as a given one does.

Cuts out ever smaller pieces and keeps what still raises the same kind of exception from the same
line; then writes zeros where bytes don't matter.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable

MOST_TRIES = 20_000


def failure(check: Callable[[bytes], None], data: bytes) -> tuple[str, str, int | None] | None:
    """The kind of exception and the line that raised it; None where all is well."""
    try:
        check(data)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return type(error).__name__, last.filename, last.lineno
    return None


def minimise(check: Callable[[bytes], None], data: bytes) -> bytes:
    """What is left of `data`; all of it where it doesn't fail (here)."""
    wanted = failure(check, data)
    if wanted is None:
        return data
    tries = 0
    size = len(data)
    while size and tries < MOST_TRIES:
        at = 0
        while at < len(data) and tries < MOST_TRIES:
            shorter = data[:at] + data[at + size :]
            tries += 1
            if failure(check, shorter) == wanted:
                data = shorter
            else:
                at += size
        size //= 2
    for at in range(len(data)):
        plain = data[:at] + b"\0" + data[at + 1 :]
        if data[at] and failure(check, plain) == wanted:
            data = plain
    return data
