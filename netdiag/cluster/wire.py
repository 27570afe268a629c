"""A `Reduced` as bytes that are few, for a network: Arrow tables, compressed.

Made with pyarrow, an optional dependency. Times and numbers of frames are sent as differences,
which compress several times as well; what comes out is what went in, bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from netdiag.capture import CaptureInfo
from netdiag.cluster.wire_aside import aside_of, tables_of
from netdiag.decode.addresses import Addresses
from netdiag.decode.reduced import Reduced
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.problems import Problem

if TYPE_CHECKING:
    import pyarrow as pa

COMPRESSION = "zstd"
"""Half the bytes of lz4, at some 0.1 s more for a million segments, which a network takes for them
below 1 Gbit/s."""

AS_DIFFERENCES = ("frame", "time_ns")
NOT_SENT = ("capture",)
"""Columns that are the same in all rows, by the definition of `Reduced`."""

_RESULT = b"netdiag"

Table = npt.NDArray[Any]


class _Rest(msgspec.Struct, frozen=True):
    """What is no column."""

    info: CaptureInfo
    problems: tuple[Problem, ...]
    addresses: bytes
    tcp_packets: int


def to_bytes(reduced: Reduced) -> bytes:
    """What can be sent of it: all."""
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    segments = reduced.segments
    sent = [name for name in segments.__struct_fields__ if name not in NOT_SENT]
    columns = {name: getattr(segments, name) for name in sent}
    columns |= {name: _difference(columns[name]) for name in AS_DIFFERENCES}
    rest = _Rest(
        reduced.info, reduced.problems, reduced.addresses.__getstate__(), reduced.tcp_packets
    )
    blocks = reduced.samples.blocks()
    samples = {
        "rows": np.array([len(blob) for blob, _ in blocks], np.int64),
        "width": np.array([blob.shape[1] for blob, _ in blocks], np.int64),
        "bytes": pa.array([blob.tobytes() for blob, _ in blocks], pa.large_binary()),
        "lengths": pa.array([lengths.tobytes() for _, lengths in blocks], pa.large_binary()),
    }
    metadata = {_RESULT: msgspec.msgpack.encode(rest)}
    folds, parts = tables_of(reduced.aside)
    tables = (_stream(table, {}) for table in (samples, folds, parts))
    return b"".join((_stream(columns, metadata), *tables))


def from_bytes(data: bytes) -> Reduced:
    """The same as went in, but for what of its memory is shared with `data`."""
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    source = pa.BufferReader(data)
    columns, samples, folds, parts = (pa.ipc.open_stream(source).read_all() for _ in range(4))
    rest = msgspec.msgpack.decode(columns.schema.metadata[_RESULT], type=_Rest)
    arrays = {name: columns[name].combine_chunks().to_numpy() for name in columns.column_names}
    for name in AS_DIFFERENCES:
        arrays[name] = np.cumsum(arrays[name], dtype=arrays[name].dtype)
    made = Samples()
    for row in samples.to_pylist():
        blob = np.frombuffer(row["bytes"], np.uint8).reshape(row["rows"], row["width"])
        made.add_block(blob, np.frombuffer(row["lengths"], np.uint16))
    addresses = Addresses()
    addresses.__setstate__(rest.addresses)
    capture = np.zeros(len(columns), np.uint16)
    segments = Segments(capture=capture, **arrays)
    aside = aside_of(folds, parts)
    return Reduced(rest.info, segments, addresses, made, rest.problems, rest.tcp_packets, aside)


def _difference(values: Table) -> Table:
    """Each value less the one before; they wrap around, and back when they are added up."""
    return np.diff(values, prepend=values.dtype.type(0))


def _stream(columns: dict[str, Table | pa.Array], metadata: dict[bytes, bytes]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415

    batch = pa.record_batch({name: pa.array(values) for name, values in columns.items()})
    batch = batch.replace_schema_metadata(metadata)
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=COMPRESSION)
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())
