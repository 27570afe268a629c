"""An `Aside` as two tables for a network: one row a fold, and one row a part.

A part's columns are bytes in one cell each, as parts are of different lengths. Its times and frames
are sent as differences, which compress several times as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from netdiag.decode.aside import Aside, Folds, Part, Times

if TYPE_CHECKING:
    import pyarrow as pa

TIMES = ("asked", "idle")
NUMBERS = ("first_frame", "count", "frame")

Table = dict[str, Any]


def tables_of(aside: Aside) -> tuple[Table, Table]:
    """Columns of the folds, and of the parts, of one capture."""
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    folds = {name: getattr(aside.folds, name) for name in Folds.__struct_fields__[1:]}
    parts: Table = {
        name: pa.array([_packed(getattr(part, name)) for part in aside.parts], pa.large_binary())
        for name in NUMBERS
    }
    for name in TIMES:
        times = [getattr(part, name) for part in aside.parts]
        parts[f"{name}_base"] = pa.array([each.base_ns for each in times], pa.int64())
        parts[f"{name}_unit"] = pa.array([each.unit_ns for each in times], pa.int64())
        parts[f"{name}_wide"] = pa.array([each.counts.itemsize == 8 for each in times], pa.bool_())
        parts[name] = pa.array([_packed(each.counts) for each in times], pa.large_binary())
    return folds, parts


def aside_of(folds: pa.Table, parts: pa.Table) -> Aside:
    """The same as went in."""
    columns = {name: folds[name].combine_chunks().to_numpy() for name in folds.column_names}
    return Aside(
        Folds(capture=np.zeros(len(folds), np.uint16), **columns),
        tuple(_part(row) for row in parts.to_pylist()),
    )


def _part(row: dict[str, Any]) -> Part:
    first_frame, count, frame = (_unpacked(row[name], np.dtype(np.uint32)) for name in NUMBERS)
    asked, idle = (_times(row, name) for name in TIMES)
    return Part(0, first_frame, count, asked, idle, frame)


def _times(row: dict[str, Any], name: str) -> Times:
    dtype = np.dtype(np.int64 if row[f"{name}_wide"] else np.uint32)
    return Times(row[f"{name}_base"], row[f"{name}_unit"], _unpacked(row[name], dtype))


def _packed(values: npt.NDArray[Any]) -> bytes:
    """Each value less the one before; they wrap around, and back when they are added up."""
    return np.diff(values, prepend=values.dtype.type(0)).tobytes()


def _unpacked(data: bytes, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    return np.cumsum(np.frombuffer(data, dtype), dtype=dtype)
