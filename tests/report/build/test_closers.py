"""Who ended connections first: told of all at once, as told of each."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.decode.segments import Flag
from netdiag.exchanges import CloseKind
from netdiag.report.build.closers import CLOSERS, closers
from netdiag.report.build.subject import Subject
from tests.recorded import examine, names
from tests.scripted import Scripted, pooled


def who(subject: Subject) -> list[tuple[str, int]]:
    by, row = closers(subject.scene, np.arange(len(subject.scene.connections)))
    return [(CLOSERS[code], end) for code, end in zip(by.tolist(), row.tolist(), strict=True)]


def told_of_each(subject: Subject) -> list[tuple[str, int]]:
    return [_one(subject, c) for c in range(len(subject.scene.connections))]


def _one(subject: Subject, c: int) -> tuple[str, int]:
    scene, table = subject.scene, subject.scene.connections
    rows = {
        side: [int(getattr(table, f"{side}_{flag}")[c]) for flag in ("fin", "rst")]
        for side in ("client", "server")
    }
    ends = {side: min((row for row in of if row >= 0), default=-1) for side, of in rows.items()}
    ended = sorted((row, side) for side, row in ends.items() if row >= 0)
    if not ended:
        return "nobody", -1
    first, side = ended[0]
    if len(ended) == 2 and _crossed(subject, first, ended[1][0]):
        fin_of_server = scene.endings.close_kind[c] == CloseKind.FIN
        return ("both" if side == "client" or fin_of_server else side), first
    return side, first


def _crossed(subject: Subject, first: int, second: int) -> bool:
    traffic = subject.scene.traffic
    if (traffic.flags[first] | traffic.flags[second]) & Flag.RST:
        return False
    one, other = subject.scene.segment(first), subject.scene.segment(second)
    after = int(traffic.segments.sequence[one]) + int(traffic.length[first]) + 1
    return int(traffic.segments.acknowledgment[other]) != after % (1 << 32)


@pytest.mark.parametrize("name", names()[::6])
def test_as_told_of_each(name: str) -> None:
    subject = examine(name).subject
    assert who(subject) == told_of_each(subject)


def test_both_where_neither_had_the_others(scripted: Scripted) -> None:
    crossed = pooled().client.fin(late=True).server.fin(late=True).arrives().client.acks()
    assert [by for by, _ in who(scripted(crossed).subject)] == ["both"]


def test_of_no_traffic(scripted: Scripted) -> None:
    found = scripted(pooled(), edit=lambda packets: [])
    assert who(found.subject) == []
