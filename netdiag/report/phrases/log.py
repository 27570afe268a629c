"""What is said of the logs that were laid over the capture."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from netdiag.language import N_, _, ngettext
from netdiag.report.log import AccessStatement, LogFile, LogMatch, LogReport, SilentOccurrence
from netdiag.report.phrases.words import clock, frame_name, listed, seconds

_BASES = {
    "written": N_("the lines name their time zone"),
    "given": N_("times are in {zone}, as you said"),
    "fitted": N_("times name no zone; {zone} is what fits the capture"),
    "assumed": N_("times name no zone; {zone} is assumed"),
}
_SURE = {"high": N_("high"), "medium": N_("medium"), "low": N_("low")}
_MOST_NAMES = 12


def contents(file: LogFile) -> str:
    """Say what a log looks like, and how long it is: ``java, 79 lines``."""
    lines = ngettext("{n} line", "{n} lines", file.lines).format(n=f"{file.lines:,}")
    return listed([*file.formats, lines])


def clocks(file: LogFile) -> str:
    """Say which zone its times are in, and how far its clock is from the capture's."""
    zone = _(_BASES[file.zone_basis]).format(zone=file.zone)
    return _("Clock: {zone}; {skew}.").format(zone=zone, skew=file.skew.told)


def heads() -> tuple[str, ...]:
    """Name the columns of `cells`."""
    return _("line"), _("time (UTC)"), _("is"), _("frame"), _("later by"), _("sure")


def cells(match: LogMatch, captures: int) -> tuple[str, ...]:
    """Put one match into columns."""
    return (
        str(match.line),
        clock(match.time)[:12],
        match.connection,
        _frame(match.frame, match.capture, captures),
        seconds(match.late_s),
        _(_SURE[match.confidence]),
    )


def unexplained(n: int) -> str:
    """Introduce the lines that are no occurrence."""
    return ngettext(
        "{n} line that the capture does not explain:",
        "{n} lines that the capture does not explain:",
        n,
    ).format(n=f"{n:,}")


def silent(n: int) -> str:
    """Introduce the occurrences that no line mentions."""
    return ngettext(
        "{n} failure that no line tells of:", "{n} failures that no line tells of:", n
    ).format(n=f"{n:,}")


def hidden(n: int) -> str:
    """Say how many more there are."""
    return _("and {n} more, listed in the JSON report").format(n=f"{n:,}")


def name(item: AccessStatement | SilentOccurrence, captures: int) -> str:
    """Name an occurrence by its connection and frame."""
    frame = _frame(item.frame, item.capture, captures)
    return _("{connection} (frame {frame})").format(connection=item.connection, frame=frame)


class Told(Struct, frozen=True):
    """What an access log says of some requests alike.

    Attributes:
        names: those that it is said of, the first of them if there are many.
        sentence: what.
        missed: they never reached the server.
    """

    names: str
    sentence: str
    missed: bool


def access(log: LogReport, file: int, captures: int) -> list[Told]:
    """Say what one access log says of the harmed requests, each sentence once."""
    said: dict[str, list[AccessStatement]] = {}
    for statement in log.access:
        if statement.file == file:
            said.setdefault(statement.told, []).append(statement)
    return [
        Told(_names(alike, captures), sentence, alike[0].reached is False)
        for sentence, alike in said.items()
    ]


def _names(alike: Sequence[AccessStatement], captures: int) -> str:
    shown = listed(name(statement, captures) for statement in alike[:_MOST_NAMES])
    if len(alike) <= _MOST_NAMES:
        return shown
    return _("{names} and {n} more").format(names=shown, n=len(alike) - _MOST_NAMES)


def _frame(frame: int | None, capture: int, captures: int) -> str:
    return "-" if frame is None else frame_name(frame, capture, captures)
