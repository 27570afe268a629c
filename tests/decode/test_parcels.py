"""Values on their way from one process to another."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from netdiag.decode import parcels
from netdiag.decode.parcels import ALIGNMENT, Parcel


def value() -> dict[str, object]:
    return {
        "odd": np.arange(7, dtype=np.uint8),
        "none": np.empty(0, np.uint64),
        "wide": np.arange(100_000, dtype=np.uint64),
        "text": "as it was",
    }


def same(one: dict[str, object], other: dict[str, object]) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(one[key], other[key])  # type: ignore[arg-type]
        and getattr(one[key], "dtype", None) == getattr(other[key], "dtype", None)
        for key in one
    )


@pytest.mark.parametrize("mapped", [True, False])
@pytest.mark.parametrize("in_memory", [True, False])
def test_it_arrives_as_it_was(
    mapped: bool, in_memory: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_memory:  # as on systems other than Linux
        monkeypatch.delattr(os, "memfd_create")
    parcel, file = Parcel.of(value())
    assert len(parcel.head) < 1000
    arrived = parcel.open(file, mapped=mapped)
    assert same(arrived, value())
    assert arrived["wide"].flags.aligned
    assert not mapped or arrived["wide"].ctypes.data % ALIGNMENT == 0
    arrived["wide"][:] = 0  # its own, to be written to


def test_arrays_can_be_written_without_changing_what_was_sent() -> None:
    parcel, file = Parcel.of(value())
    second = os.dup(file)
    parcel.open(file, mapped=True)["wide"][:] = 0
    assert same(parcel.open(second, mapped=True), value())


def test_a_value_without_arrays() -> None:
    parcel, file = Parcel.of({"text": "alone", "none": np.empty(0, np.int64)})
    assert same(parcel.open(file, mapped=True), {"text": "alone", "none": np.empty(0, np.int64)})


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_descriptors_are_given_back() -> None:
    before = open_files()
    parcel, file = Parcel.of(value())
    arrived = parcel.open(file, mapped=True)
    assert open_files() == before + 1
    del arrived
    assert open_files() == before
    parcel, file = Parcel.of(value())
    arrived = parcel.open(file, mapped=False)
    assert open_files() == before
    assert same(arrived, value())


def test_a_full_memory_leaves_no_file_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    before = open_files()
    monkeypatch.setattr(parcels, "_new_file", lambda: os.open("/dev/full", os.O_WRONLY))
    with pytest.raises(OSError, match="No space left"):
        Parcel.of(value())
    assert open_files() == before
