"""`Columns`: the frozen table of numpy arrays that every room hands to the next one.

A subclass is a frozen dataclass whose fields are one-dimensional arrays of one length; its
docstring is the data dictionary (meaning, unit, dtype, when a column may mislead).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Base of all tables; has no columns of its own."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, rows: Rows | Mask | slice) -> Self:
        """The table of the given rows (indices, a mask or a slice), in that order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """One table out of at least one, rows in the order given."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)}
        )
