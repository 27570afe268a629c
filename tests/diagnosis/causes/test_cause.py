"""`Cause`: made from a module; `confidence_of`: how sure a claim is."""

from __future__ import annotations

from typing import cast

import pytest

from netdiag.diagnosis.causes import lost_close
from netdiag.diagnosis.causes.cause import Cause, confidence_of
from netdiag.diagnosis.story import Story


class Told:
    """As much of a story as `confidence_of` reads."""

    def __init__(self, syn_seen: bool) -> None:
        self.syn_seen = syn_seen


@pytest.mark.parametrize(
    ("syn_seen", "proven", "confidence"),
    [(True, True, "high"), (False, True, "medium"), (True, False, "low"), (False, False, "low")],
)
def test_confidence(syn_seen: bool, proven: bool, confidence: str) -> None:
    assert confidence_of(cast("Story", Told(syn_seen)), proven) == confidence


def test_an_entry_is_its_module() -> None:
    cause = Cause.of(lost_close)
    assert (cause.slug, cause.title) == (lost_close.SLUG, lost_close.TITLE)
    assert cause.manual.startswith("The server no longer had the connection")
    assert cause.explains is lost_close.explains
