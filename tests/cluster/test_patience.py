"""Waiting ends when nobody is left that could do it, and not before."""

from __future__ import annotations

import pytest

from netdiag.capture import CaptureSource
from netdiag.cluster import patience
from netdiag.cluster.patience import Patience
from netdiag.cluster.places import Place
from netdiag.errors import ClusterError


class Workers:
    """A client that knows of some workers."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    def nthreads(self) -> dict[str, int]:
        """As `distributed.Client` has it."""
        if "lost" in self.addresses:
            raise OSError("scheduler gone")
        return dict.fromkeys(self.addresses, 1)


PLACES = [
    Place(CaptureSource("/everywhere"), frozenset()),
    Place(CaptureSource("/there"), frozenset({"10.0.0.2"})),
]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE_S", -1)


def test_nobody_is_missed_who_is_not_needed() -> None:
    Patience(Workers("tcp://10.0.0.1:1"), PLACES).look([0])
    Patience(Workers("tcp://10.0.0.2:1"), PLACES).look([0, 1])


def test_the_capture_and_its_hosts_are_named() -> None:
    with pytest.raises(ClusterError, match=r"/there: no worker is left on 10.0.0.2, which has it"):
        Patience(Workers("tcp://10.0.0.1:1"), PLACES).look([0, 1])
    with pytest.raises(ClusterError, match=r"/everywhere: no worker is left on the cluster"):
        Patience(Workers(), PLACES).look([0])


def test_it_waits_for_some_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE_S", 60)
    Patience(Workers(), PLACES).look([0, 1])


def test_a_scheduler_that_is_gone_is_said() -> None:
    with pytest.raises(ClusterError, match=r"^--dask: the scheduler is gone \(OSError\)$"):
        Patience(Workers("lost"), PLACES).look([0])
