"""The types of the compiled functions; their docstrings say what each function does."""

from typing import Any, TypeAlias

import numpy.typing as npt

Buffer: TypeAlias = bytes | bytearray | npt.NDArray[Any]

NAMES: tuple[str, ...]
REVISION: int

def walk(
    block: Buffer,
    begin: int,
    end: int,
    little: bool,
    length_at: int,
    header_bytes: int,
    overhead: int,
    least: int,
    out: Buffer,
    /,
) -> tuple[int, int]: ...
def records(
    block: Buffer,
    begin: int,
    end: int,
    little: bool,
    to_ns: int,
    header_bytes: int,
    fcs_bytes: int,
    most: int,
    most_on_wire: int,
    link_type: int,
    /,
    *columns: Buffer,
) -> tuple[int, int, bool]: ...
def extent(time_ns: Buffer, link_type: Buffer, /) -> tuple[int, int, bool]: ...
def names(*numbers: int) -> None: ...
def begin(
    link_type: Buffer,
    start: Buffer,
    captured: Buffer,
    protocols: Buffer,
    protocol: Buffer,
    offset: Buffer,
    end: Buffer,
    ip: Buffer,
    /,
) -> int: ...
def peel(
    data: Buffer,
    end: Buffer,
    protocol: Buffer,
    offset: Buffer,
    ip: Buffer,
    ethertypes: Buffer,
    ip_protocols: Buffer,
    next_headers: Buffer,
    udp_ports: Buffer,
    header_bytes: Buffer,
    /,
) -> int: ...
def segments(data: Buffer, /, *columns: Buffer) -> tuple[int, int, int]: ...
def http(
    data: Buffer,
    start: Buffer,
    captured: Buffer,
    length: Buffer,
    request: int,
    response: int,
    head_bytes: int,
    longest_head: int,
    small_bytes: int,
    kept_bytes: int,
    octets: Buffer,
    words: Buffer,
    letters: Buffer,
    commands: Buffer,
    frames: Buffer,
    text: int,
    mark: Buffer,
    detail: Buffer,
    tail: Buffer,
    keep: Buffer,
    rest: Buffer,
    /,
) -> int: ...
def tls(
    data: Buffer,
    start: Buffer,
    captured: Buffer,
    length: Buffer,
    marks: bytes,
    longest: int,
    most_records: int,
    rest: Buffer,
    mark: Buffer,
    detail: Buffer,
    tail: Buffer,
    keep: Buffer,
    /,
) -> int: ...
def redis(
    data: Buffer,
    start: Buffer,
    captured: Buffer,
    length: Buffer,
    command: int,
    ping: int,
    special: Buffer,
    rest: Buffer,
    mark: Buffer,
    detail: Buffer,
    /,
) -> int: ...
def widths(
    keep: Buffer, first: int, row: Buffer, place: Buffer, /
) -> tuple[list[tuple[int, int]], int]: ...
def keep_rows(
    data: Buffer,
    start: Buffer,
    keep: Buffer,
    first: int,
    row: Buffer,
    place: Buffer,
    number: Buffer,
    lengths: Buffer,
    blob: Buffer,
    /,
) -> None: ...
def spread(rows: Buffer, /, *columns: Buffer) -> None: ...
def lines(octets: Buffer, width: int, lengths: Buffer, out: Buffer, /) -> None: ...
def group(
    source: Buffer,
    destination: Buffer,
    secret: int,
    number: Buffer,
    row: Buffer,
    begins: Buffer,
    /,
) -> None: ...
def jumps(
    begins: Buffer,
    direction: Buffer,
    sequence: Buffer,
    flags: Buffer,
    most: int,
    out: Buffer,
    /,
) -> None: ...
def novelty(
    begins: Buffer,
    direction: Buffer,
    sequence: Buffer,
    flags: Buffer,
    length: Buffer,
    opaque: Buffer,
    position: Buffer,
    new: Buffer,
    /,
) -> None: ...
def landmarks(
    rows_to_ack: int,
    start: Buffer,
    from_client: Buffer,
    flags: Buffer,
    new: Buffer,
    out: Buffer,
    /,
) -> None: ...
def compact(rows: Buffer, /, *columns: Buffer) -> None: ...
def append(begin: int, raised: int, by: int, /, *columns: Buffer) -> None: ...
def merge(
    secret: int, least: int, most: int, within_ns: int, edge: int, /, *columns: Buffer
) -> None: ...
def heads(blob: Buffer, /, *columns: Buffer) -> None: ...

class Fold:
    """What `fold_new` makes; it can be handed to the other functions alone."""

def fold_new(
    secret: int,
    marks: bytes,
    turns: Buffer,
    guess: bool,
    shorter: bytes,
    frames: bytes,
    last: int,
    opening: int,
    enough: int,
    full: int,
    long: int,
    /,
) -> Fold: ...
def fold_idle(fold: Fold, before_ns: int, /) -> None: ...
def fold_bygones(fold: Fold, /) -> int: ...
def fold_had_long_run(fold: Fold, /) -> bool: ...
def fold_feed(fold: Fold, /, *columns: Buffer) -> None: ...
def fold_count(fold: Fold, /) -> int: ...
def fold_candidates(fold: Fold, /, *columns: Buffer) -> None: ...
def fold_rest(fold: Fold, before_ns: int, rest: Buffer, over: Buffer, /) -> None: ...
def fold_singles(fold: Fold, /, *columns: Buffer) -> int: ...
def fold_drop(fold: Fold, fate: Buffer, rest: Buffer, kept: Buffer, over: Buffer, /) -> None: ...
