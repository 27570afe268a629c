"""`RecordColumns` as a table."""

from __future__ import annotations

import numpy as np

from netdiag.capture import find_captures, open_capture
from netdiag.capture.records import PADDING_BYTES, RecordColumns
from tests.capture.building import pcap, some_packets

DTYPES = {
    "frame": np.int64,
    "time_ns": np.int64,
    "start": np.int64,
    "captured": np.int64,
    "original": np.int64,
    "link_type": np.int32,
    "interface": np.int32,
}


def test_columns_have_the_dtypes_of_the_data_dictionary(tmp_path) -> None:
    path = tmp_path / "capture"
    path.write_bytes(pcap(some_packets()))
    with open_capture(find_captures([str(path)])[0]) as capture:
        records = next(iter(capture))
        assert {name: getattr(records.rows, name).dtype for name in DTYPES} == DTYPES
        assert records.data.dtype == np.uint8
        assert len(records.data) >= int((records.rows.start + records.rows.captured).max()) + 256
        assert PADDING_BYTES == 256
        capture.close()


def test_rows_can_be_taken() -> None:
    columns = [np.arange(3, dtype=dtype) for dtype in DTYPES.values()]
    rows = RecordColumns(*columns)
    assert len(rows) == 3
    assert rows.take(np.array([2, 0])).frame.tolist() == [2, 0]
