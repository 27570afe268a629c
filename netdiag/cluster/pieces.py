"""Pieces of what captures were reduced to, so that each connection can be looked at in one place.

A capture's rows are parted by their connections' endpoints; the pieces that all captures have of
the same connections are joined, what has become settled is set aside, and the rest of each piece
goes back to its capture. Rows keep the numbers that addresses have in their own capture throughout.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from netdiag.columns import Columns, Mask, Rows
from netdiag.decode.addresses import MIX, Addresses
from netdiag.decode.aside import Aside, Part, Streams, Times
from netdiag.decode.join import Join, Load
from netdiag.decode.marks import Mark
from netdiag.decode.reduced import Reduced
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.across import settle_across, troubled_rows
from netdiag.exchanges.frames import Frames

NO_TIMES = Times(0, 1, np.empty(0, np.uint32))


class Names(Columns, frozen=True, eq=False):
    """Where the first rows of connections are that go by other frames of a capture.

    Columns:
        name: uint32, a frame of the capture, ascending.
        capture: uint16, index of the capture that has the connection's first row.
        frame: uint32, that row's frame.
    """

    name: npt.NDArray[np.uint32]
    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]


class Portion(Struct, frozen=True, eq=False):
    """What is left of some connections in one capture.

    Attributes:
        rest: rows and folds, and what was set aside now.
        names: where the connections are that are named in parts.
        streams: uint32, frames at which their streams begin in the capture.
    """

    rest: Reduced
    names: Names
    streams: npt.NDArray[np.uint32]


def without_rows(reduced: Reduced) -> Reduced:
    """What is left of a capture but for its rows."""
    return replace(reduced, segments=Segments.empty(), samples=Samples())


def rows_alone(reduced: Reduced) -> Reduced:
    """The rows and folds of a capture; of its parts no more than how connections are named."""
    named = [part.first_frame for part in reduced.aside.parts]
    aside = Aside(reduced.aside.folds, (_named(np.unique(np.concatenate(named))),) if named else ())
    return replace(reduced, problems=(), aside=aside)


def _named(names: npt.NDArray[np.uint32]) -> Part:
    return Part(0, names, np.zeros(len(names), np.uint32), NO_TIMES, NO_TIMES, names[:0])


def going_on(reduced: Reduced) -> int:
    """How many rows are on connections with requests that go on before or after the capture."""
    segments = reduced.segments
    _, number = np.unique(_keys(reduced), return_inverse=True)
    asks = (segments.mark == Mark.HTTP_REQUEST) | (segments.mark == Mark.TLS_DATA)
    begins = (segments.flags & Flag.SYN) != 0
    ends = (segments.flags & (Flag.FIN | Flag.RST)) != 0
    asked, begun, ended = (np.bincount(number, which) > 0 for which in (asks, begins, ends))
    return int(np.count_nonzero((asked & ~(begun & ended))[number]))


def part(reduced: Reduced, count: int) -> list[Reduced]:
    """As many pieces; those of the same number have the same connections in every capture."""
    segments, aside = reduced.segments, reduced.aside
    piece_of = (_keys(reduced) >> np.uint64(33)) % np.uint64(count)
    names = aside.parts[0].first_frame if aside.parts else np.empty(0, np.uint32)
    fold_of, name_of = (
        piece_of[np.searchsorted(segments.frame, frame)] for frame in (aside.folds.frame, names)
    )
    pieces = []
    for number in range(count):
        folds = aside.folds.take(fold_of == number)
        parts = (_named(names[name_of == number]),)
        piece = _taken(reduced, piece_of == number)
        pieces.append(replace(piece, aside=Aside(folds, parts)))
    return pieces


def _keys(reduced: Reduced) -> npt.NDArray[np.uint64]:
    """A number for the endpoints of each row, the same in every capture and both ways; uint64."""
    lasting = reduced.addresses.lasting
    ends = [lasting(end) * MIX for end in (reduced.segments.source, reduced.segments.destination)]
    return ((ends[0] ^ ends[0] >> np.uint64(29)) + (ends[1] ^ ends[1] >> np.uint64(29))) * MIX


def _taken(reduced: Reduced, rows: Mask | Rows) -> Reduced:
    """Some of the rows, with what is wanted for them."""
    segments, samples = reduced.segments.take(rows), Samples()
    samples.take_in(reduced.samples)
    segments = replace(segments, sample=samples.keep(segments.sample))
    return replace(reduced, segments=segments, samples=samples, aside=Aside.nothing())


def troubled(pieces: Sequence[Reduced]) -> Reduced:
    """The rows of connections on which something may have failed, of all captures.

    Args:
        pieces: those of the same number, of all captures.
    """
    load = joined(pieces)
    rows = load.segments.take(troubled_rows(load))
    samples = load.samples
    rows = replace(rows, sample=samples.keep(rows.sample))
    return Reduced(pieces[0].info, rows, load.addresses, samples, (), len(rows))


def settled(pieces: Sequence[Reduced], failures: Sequence[Reduced]) -> list[Portion]:
    """What is left of pieces; one a capture.

    Args:
        pieces: those of the same number, of all captures.
        failures: what `troubled` found in the pieces of every number.
    """
    load = joined(pieces)
    across = settle_across(load, joined(failures, load.addresses))
    segments, found = load.segments, []
    frames = Frames(segments)
    for index, piece in enumerate(pieces):
        mine = across.kept & (segments.capture == index)
        rows = np.searchsorted(piece.segments.frame, np.sort(segments.frame[mine]))
        folds = across.folds.take(across.folds.capture == index)
        parts = tuple(each for each in across.parts if each.capture == index)
        named = [each.first_frame for each in (*piece.aside.parts, *parts)]
        name = np.unique(np.concatenate([np.empty(0, np.uint32), *named]))
        at = frames.rows(np.full(len(name), index, np.uint16), name)
        first = across.first[at]
        names = Names(name, segments.capture[first], segments.frame[first])
        rest = replace(_taken(piece, rows), addresses=Addresses(), aside=Aside(folds, parts))
        streams = across.streams[segments.capture[across.streams] == index]
        found.append(Portion(rest, names, segments.frame[streams]))
    return found


def joined(pieces: Sequence[Reduced], addresses: Addresses | None = None) -> Load:
    """The rows of all of them, in time order."""
    join = Join(addresses, distinct=True)
    for piece in pieces:
        join.add(piece)
    return join.finish()


def put_together(capture: Reduced, portions: Sequence[Portion]) -> Reduced:
    """A capture again, from what is left of it.

    Args:
        capture: what `without_rows` made of it.
        portions: what is left of its pieces.
    """
    samples, tables = Samples(), []
    for portion in portions:
        segments = portion.rest.segments
        first = np.int32(samples.take_in(portion.rest.samples))
        sample = np.where(segments.sample < 0, segments.sample, segments.sample + first)
        tables.append(replace(segments, sample=sample))
    segments = Segments.concatenate(tables)
    segments = segments.take(np.argsort(segments.frame, kind="stable"))
    asides = [portion.rest.aside for portion in portions]
    names = Names.concatenate([portion.names for portion in portions])
    names = names.take(np.argsort(names.name))
    aside = Aside.together([replace(capture.aside, folds=capture.aside.folds.empty()), *asides])
    streams = Streams(0, np.sort(np.concatenate([portion.streams for portion in portions])))
    parts = tuple(_renamed(part, names) for part in aside.parts)
    aside = replace(aside, parts=parts, streams=(streams,))
    return replace(capture, segments=segments, samples=samples, aside=aside)


def _renamed(part: Part, names: Names) -> Part:
    rows = np.searchsorted(names.name, part.first_frame)
    return replace(part, first_frame=names.frame[rows], first_capture=names.capture[rows])
