"""`Columns`: the frozen table of numpy arrays that every room hands to the next one.

A subclass is a frozen `Struct` whose fields are one-dimensional arrays of one length; its
docstring is the data dictionary (meaning, unit, dtype, when a column may mislead).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Columns(Struct, frozen=True, eq=False):
    """Base of all tables; has no columns of its own."""

    def __len__(self) -> int:
        return len(getattr(self, self.__struct_fields__[0]))

    def take(self, rows: Rows | Mask | slice) -> Self:
        """The table of the given rows (indices, a mask or a slice), in that order."""
        return type(self)(**{name: getattr(self, name)[rows] for name in self.__struct_fields__})

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """One table out of at least one, rows in the order given."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            **{
                name: np.concatenate([getattr(part, name) for part in parts])
                for name in cls.__struct_fields__
            }
        )
