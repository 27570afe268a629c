"""What was tried and what to change."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.finding import Advice
from netdiag.report.formats.markdown_format import changes
from tests.report.example import EXAMPLE, QUIET, STALE

from .conftest import Write
from .rendered import fences


def test_snippets_can_be_pasted_and_name_their_language(write: Write) -> None:
    first, second = fences(write(changes.write, EXAMPLE))
    assert first == ("java", f"{STALE.advice[0].snippet}\n")
    assert second[0] == "xml"


def test_what_was_tried_comes_first(write: Write) -> None:
    text = write(changes.write, EXAMPLE)
    assert text.startswith("### Tried on this capture\n\n- Keep idle connections")
    assert "\n\nOn the client (`Apache-HttpClient/4.5`): Close idle connections" in text
    assert text.endswith("Read more: `netdiag explain stale-keep-alive`")


def test_advice_without_a_snippet(write: Write) -> None:
    finding = replace(STALE, advice=(Advice("network", None, "Look."),), recommendation=None)
    text = write(changes.write, replace(EXAMPLE, findings=(finding,)))
    assert text.startswith("### What to change\n\nIn the network: Look.\n\n")
    assert not fences(text)


def test_nothing_to_change(write: Write) -> None:
    assert write(changes.write, QUIET) == ""
