"""Lines of text in scripts that have no spaces, such as Chinese.

From a paragraph to lines of so many cells, broken where Unicode's line breaking algorithm allows it
(UAX #14), so that no line begins with a comma; East Asian wide characters take two cells (UAX #11).
Text with spaces is left to the wrapping of whoever writes it.
"""

from __future__ import annotations

import re

_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]"
)


def is_wide(text: str) -> bool:
    """Whether the text holds characters that lines may be broken between without a space."""
    return not text.isascii() and _WIDE.search(text) is not None


def wrap_wide(text: str, room: int) -> list[str]:
    """Break a paragraph into lines of at most `room` cells; what can't be broken is cut."""
    from rich.cells import chop_cells  # noqa: PLC0415 - slow to import, seldom needed
    from uniseg.wrap import tt_wrap  # noqa: PLC0415

    lines = [line.rstrip() for line in tt_wrap(text, room)]
    return [part for line in lines for part in chop_cells(line, room) or [""]] or [""]
