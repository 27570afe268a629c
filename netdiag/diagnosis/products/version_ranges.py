"""`VersionRange`: which versions of a product a fact holds for, from text such as ``>=8.0, <26``.

Only the leading dotted numbers of a version count: ``9.4.48.v20220622`` is ``9.4.48``, and
``5.0.0-alpha.2`` is taken for ``5.0.0``. That is enough to choose between defaults.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from msgspec import Struct

_LEADING_NUMBERS = r"\d+(?:\.\d+)*"
_BOUND = r"(>=|<=|<|>)\s*(\d+(?:\.\d+)*)"
_COMPARE: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
}


def version_numbers(version: str) -> tuple[int, ...] | None:
    """``4.5.12`` as (4, 5, 12), without trailing zeros; None where no number leads."""
    found = re.match(_LEADING_NUMBERS, version.strip())
    if found is None:
        return None
    numbers = [int(part) for part in found.group().split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


class VersionRange(Struct, frozen=True):
    """Bounds that must all hold; no bounds at all stand for every version.

    Attributes:
        text: the range as it was written, for a reader.
        bounds: pairs of comparison and version numbers.
    """

    text: str
    bounds: tuple[tuple[str, tuple[int, ...]], ...]

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Read ``all`` or bounds separated by commas.

        Raises:
            ValueError: a part is no bound.
        """
        if text == "all":
            return cls(text, ())
        bounds = []
        for part in text.split(","):
            found = re.fullmatch(_BOUND, part.strip())
            numbers = version_numbers(found.group(2)) if found else None
            if found is None or numbers is None:
                raise ValueError(f"expected 'all' or bounds such as '>=1.2, <3', found {text!r}")
            bounds.append((found.group(1), numbers))
        return cls(text, tuple(bounds))

    def holds_for(self, version: str | None) -> bool:
        """Whether `version` lies within; an unknown version may lie anywhere."""
        numbers = None if version is None else version_numbers(version)
        if numbers is None:
            return True
        return all(_COMPARE[sign](numbers, bound) for sign, bound in self.bounds)
