"""Captures reduced by real workers, of which some die."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from netdiag.cluster import gathering, patience
from netdiag.cluster.gathering import Gathering
from netdiag.cluster.places import Place, locate
from netdiag.decode.join import Join, Load
from netdiag.decode.load import load
from netdiag.decode.tally import Tally
from netdiag.errors import ClusterError, LinkTypeError
from netdiag.exchanges import mark_payloads
from tests.capture.building import pcap
from tests.decode.markers import die, mark_slowly
from tests.decode.test_load import packets, parts_of, write
from tests.decode.test_spread import assert_same, several

pytestmark = pytest.mark.filterwarnings("ignore")


def gathered(client: Any, paths: list[str], marker: Any = mark_payloads, told: Any = None) -> Load:
    join = Join()
    for reduced in Gathering(client, locate(client, paths), marker, 2000, Tally(told)).run():
        join.add(reduced)
    return join.finish()


def test_the_result_is_that_of_this_machine(client: Any, tmp_path: Path) -> None:
    paths = several(tmp_path)
    told: list[int] = []
    made = gathered(client, paths, told=told.append)
    assert_same(made, load(paths, mark_payloads, block_bytes=2000))
    assert told == sorted(told)
    assert told[-1] == sum(Path(path).stat().st_size for path in paths)


def test_pipes_are_read_here_meanwhile(client: Any, tmp_path: Path) -> None:
    content = pcap(packets(60, 4))
    file, pipe = write(tmp_path / "file", content), tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(pcap(packets(50, 5)),))
    writer.start()
    made = gathered(client, [str(pipe), file])
    writer.join()
    assert [capture.info.packets for capture in made.captures] == [50, 60]


def test_the_first_capture_that_fails_is_the_one_that_is_named(client: Any, tmp_path: Path) -> None:
    paths = [
        write(tmp_path / "good", pcap(packets(60))),
        write(tmp_path / "odd", pcap(packets(7), link_field=999)),
        write(tmp_path / "text", b"larger than all the others are" * 10_000),
    ]
    with pytest.raises(LinkTypeError, match="odd: expected a link type"):
        gathered(client, paths)


def test_a_worker_that_is_killed_midway_changes_nothing(client: Any, tmp_path: Path) -> None:
    paths = parts_of(tmp_path, *[packets(40, seed) for seed in range(6)])
    victim = next(iter(client.run(os.getpid).values()))
    killed = threading.Timer(1.5, os.kill, (victim, signal.SIGKILL))
    killed.start()
    begun = time.monotonic()
    made = gathered(client, paths, mark_slowly)
    assert time.monotonic() - begun > 1.5
    killed.join()
    assert_same(made, load(paths, mark_payloads, block_bytes=2000))
    with pytest.raises(ProcessLookupError):
        os.kill(victim, 0)


def test_a_capture_that_kills_every_worker_is_named(client: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "deadly", pcap(packets(60)))
    with pytest.raises(ClusterError, match=r"deadly: the workers that read it died, one after"):
        gathered(client, [path], die)


def test_a_capture_whose_host_is_lost_is_waited_for_only_so_long(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "LOOK_S", 0.1)
    monkeypatch.setattr(patience, "PATIENCE_S", 0.5)
    (place,) = locate(client, parts_of(tmp_path, packets(9)))
    lost = Place(place.source, frozenset({"127.0.0.9"}), place.bytes)
    with pytest.raises(ClusterError, match=r"part0: no worker is left on 127.0.0.9, which has it"):
        Gathering(client, [lost], mark_payloads, 2000, Tally(None)).run()
