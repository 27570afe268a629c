"""Several captures: what is settled in one of them is set aside where they follow on each other."""

from __future__ import annotations

import random
from pathlib import Path
from unittest.mock import patch

import pytest

from netdiag.analysis import Examination, Options, examine
from netdiag.capture import CaptureSource
from netdiag.decode import several
from netdiag.decode.aside import Setter, SetterFactory
from netdiag.decode.reduced import reduce_capture
from netdiag.decode.several import overlap
from netdiag.exchanges import SettingAside
from netdiag.exchanges.settling import Settling
from netdiag.native import native
from netdiag.report.formats.json_format import render
from netdiag.report.page import PLAIN
from tests.conversations import on_the_wire, write
from tests.decode.building import keep_all
from tests.incidents import incident


def rotated(folder: Path, seed: int, count: int = 3) -> list[Path]:
    """An incident in several files, one after another."""
    packets = on_the_wire(incident(seed))
    cuts = sorted(random.Random(seed).sample(range(1, len(packets)), count - 1))
    paths = [folder / f"{number}.pcap" for number in range(count)]
    for path, begin, stop in zip(paths, [0, *cuts], [*cuts, len(packets)], strict=True):
        write(path, packets[begin:stop])
    return paths


def by_tables(*, one_of_several: bool = False) -> Setter:
    return SettingAside(rows=200, one_of_several=one_of_several)


def by_search(*, one_of_several: bool = False) -> Setter:
    assert native is not None
    return Settling(native, rows=200, worth=0, one_of_several=one_of_several)


EAGER: list[SetterFactory] = [by_tables] if native is None else [by_tables, by_search]


def examined(
    paths: list[Path], setter: SetterFactory | None = EAGER[-1], jobs: int = 1
) -> Examination:
    options = Options(all_connections=True, every_row=setter is None)
    with patch.object(several, "ENOUGH_BYTES", 0), patch("netdiag.analysis.setting_aside", setter):
        return examine(paths, options, block_bytes=4096, jobs=jobs)


@pytest.mark.parametrize("seed", range(12))
def test_rotated_captures_read_the_same(seed: int, tmp_path: Path) -> None:
    paths = rotated(tmp_path, seed, 2 + seed % 4)
    whole = render(examined(paths, None).report(), PLAIN)
    for setter in EAGER:
        found = examined(paths, setter)
        assert len(found.subject.scene.settled) > 100
        assert render(found.report(), PLAIN) == whole


def test_on_several_processes_as_well(tmp_path: Path) -> None:
    paths = rotated(tmp_path, 3)
    assert render(examined(paths, jobs=2).report(), PLAIN) == render(
        examined(paths).report(), PLAIN
    )


def test_captures_of_the_same_time_are_kept_whole(tmp_path: Path) -> None:
    packets = on_the_wire(incident(1))
    paths = [tmp_path / "here.pcap", tmp_path / "there.pcap"]
    write(paths[0], packets)
    write(paths[1], packets[5:])
    found, whole = examined(paths), examined(paths, None)
    assert len(found.subject.scene.settled) == 0
    assert render(found.report(), PLAIN) == render(whole.report(), PLAIN)


def test_nothing_is_set_aside_of_small_ones(tmp_path: Path) -> None:
    paths = rotated(tmp_path, 2)
    with patch("netdiag.analysis.setting_aside", EAGER[-1]):
        assert len(examine(paths, Options(every_row=False)).subject.scene.settled) == 0


def test_which_overlap(tmp_path: Path) -> None:
    paths = rotated(tmp_path, 4)
    made = [reduce_capture(CaptureSource(str(path)), keep_all) for path in paths]
    assert not overlap(made)
    assert not overlap(made[::-1])
    assert overlap([*made, made[1]])
    assert not overlap([])
