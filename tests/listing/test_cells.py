"""Values as text, plain and as JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from netdiag.listing import column_named
from netdiag.listing.cells import as_json, plain
from tests.listing.listed import table
from tests.recorded import examine
from tests.scripted import Scripted, pooled


def of(scripted: Scripted, *names: str) -> dict[str, str | None]:
    listed = table(scripted(pooled().wait(2.25).server.fin()))
    row = np.array([0])
    return {name: plain(listed, column_named(name, "-"), row)[0] for name in names}


def test_plain_values(scripted: Scripted) -> None:
    assert of(
        scripted, "id", "frames", "idle_before_close_s", "start", "client", "close_flag", "leg_of",
        "syn_seen",
    ) == {
        "id": "c1",
        "frames": "7",
        "idle_before_close_s": "2.2502",
        "start": "2023-11-14T22:13:20.000000000Z",
        "client": "10.0.0.1:40000",
        "close_flag": "FIN",
        "leg_of": None,
        "syn_seen": "true",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "c1"),
        ("longest_idle_s", 2.2502),
        ("causes", []),
        ("leg_of", None),
        ("syn_seen", True),
        ("server", "10.0.0.2:80"),
    ],
)
def test_json_values(name: str, value: object, scripted: Scripted) -> None:
    listed = table(scripted(pooled().wait(2.25).server.fin()))
    (text,) = as_json(listed, column_named(name, "-"), np.array([0]))
    assert json.loads(text) == value


def test_times_have_the_precision_of_their_capture() -> None:
    listed = table(examine("rotated-1"))
    rows = np.arange(len(listed))
    digits = 9 if listed.subject.captures[0].info.nanoseconds else 6
    for name in ("start", "end"):
        for text in plain(listed, column_named(name, "-"), rows):
            assert text is not None
            assert len(text.partition(".")[2]) == digits + len("Z")
