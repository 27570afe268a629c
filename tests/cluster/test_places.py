"""Which machines have which captures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netdiag.capture import CaptureSource
from netdiag.cluster.places import Place, are_worth_setting_aside, host_of, locate
from netdiag.cluster.tasks import Found
from netdiag.errors import CaptureError, ClusterError
from tests.capture.building import pcap
from tests.decode.test_load import packets, write


class Machines:
    """A client of workers that each see a folder of their own as ``/captures``."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self._folders = folders

    def run(
        self, task: Callable[..., list[Found]], path: str, language: str, *, on_error: str
    ) -> dict[str, Any]:
        """Ask all workers, as `distributed.Client.run` does."""
        assert on_error == "ignore"
        return {
            worker: [
                Found(type(f.source)(f.source.path.replace(str(folder), "/captures")), f.bytes)
                for f in task(path.replace("/captures", str(folder)), language)
            ]
            for worker, folder in self._folders.items()
        }


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    for host, names in (("a", ("shared", "x")), ("b", ("shared", "y"))):
        (tmp_path / host).mkdir()
        for name in names:
            write(tmp_path / host / name, pcap(packets(5)))
    return Machines(
        {
            "tcp://10.0.0.1:4000": tmp_path / "a",
            "tcp://10.0.0.1:4001": tmp_path / "a",
            "tls://[2001:db8::2]:4000": tmp_path / "b",
        }
    )


def test_captures_are_read_where_they_are(machines: Machines) -> None:
    places = locate(machines, ["/captures"])
    assert [(Path(place.source.path).name, place.hosts) for place in places] == [
        ("shared", frozenset()),
        ("x", {"10.0.0.1"}),
        ("y", {"2001:db8::2"}),
    ]
    assert all(place.bytes > 300 for place in places)


def test_the_order_is_that_of_the_command_line_and_each_counts_once(machines: Machines) -> None:
    places = locate(machines, ["/captures/y", "/captures/?", "/captures/shared", "-"])
    names = [place.source.path for place in places]
    assert names == ["/captures/y", "/captures/x", "/captures/shared", "-"]
    assert places[-1].hosts is None


def test_what_no_worker_has_is_read_here(machines: Machines, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (write(tmp_path / "here", pcap(packets(3))), str(tmp_path / "pipe")):
        fake = Machines({"tcp://10.0.0.1:4000": tmp_path / "none"})
        fake.run = lambda *_, **_more: {"tcp://10.0.0.1:4000": []}  # type: ignore[method-assign]
        (place,) = locate(fake, [path])
        assert (place.source.path, place.hosts) == (path, None)
    with pytest.raises(CaptureError, match="nowhere: no such file"):
        locate(machines, ["/nowhere"])


def test_a_url_is_for_everyone(machines: Machines) -> None:
    (place,) = locate(machines, ["https://host/a.pcap"])
    assert (place.source.path, place.hosts) == ("https://host/a.pcap", frozenset())


def test_different_files_of_one_name_are_refused(machines: Machines, tmp_path: Path) -> None:
    write(tmp_path / "b" / "shared", pcap(packets(6)))
    with pytest.raises(ClusterError, match=r"^/captures/shared: is \d+ bytes long on 10.0.0.1, "):
        locate(machines, ["/captures/shared"])


def test_hosts_of_workers() -> None:
    assert host_of("tcp://10.0.0.1:4000") == "10.0.0.1"
    assert host_of("inproc") == "inproc"


def test_what_is_worth_setting_aside() -> None:
    large, small = (
        Place(CaptureSource(f"/captures/{size}"), frozenset(), size) for size in (200 << 20, 9)
    )
    assert are_worth_setting_aside([large, small])
    assert not are_worth_setting_aside([small])
    assert are_worth_setting_aside([small, Place(CaptureSource("s3://x/y"), frozenset())])
    assert not are_worth_setting_aside([large, Place(CaptureSource("-"), None)])
