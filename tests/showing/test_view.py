"""Views: valid JSON, findings, and pages of a long connection."""

from __future__ import annotations

import json
from unittest.mock import patch

import jsonschema
import pytest

from netdiag.language import speaking
from netdiag.report.page import PLAIN
from netdiag.report.schema import schema_text
from netdiag.showing import Part, view
from netdiag.showing.formats import FORMATS
from tests.recorded import examine, names
from tests.showing.shown import shown, shown_of

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(schema_text("show")),
    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
)
RENDER = {entry.name: entry.render for entry in FORMATS}


@pytest.mark.parametrize("name", names()[::9])
def test_what_is_written_is_valid(name: str) -> None:
    written = RENDER["json"](shown(examine(name)), PLAIN)
    VALIDATOR.validate(json.loads(written))


def test_with_frames_taken_apart() -> None:
    written = json.loads(RENDER["json"](shown_of("tomcat-stale-20s", frames=("88",)), PLAIN))
    VALIDATOR.validate(written)
    assert written["dissections"][0]["frame"] == 88


def test_findings_name_their_frames() -> None:
    (finding,) = shown_of("tomcat-stale-20s", "c1").findings
    assert finding.cause == "stale-keep-alive"
    assert [(note.frame, note.part, note.harmed) for note in finding.notes] == [
        (88, "close", False),
        (92, "request", True),
        (93, "reset", False),
    ]


def test_a_long_connection_is_shown_page_by_page() -> None:
    with patch.object(view, "EVERY_AT_ONCE", 6):
        first = shown_of("tomcat-stale-20s", "c1", every=True)
        rest = shown_of(
            "tomcat-stale-20s", "c1", every=True, part=Part(begin=str(first.next_frame))
        )
    whole = shown_of("tomcat-stale-20s", "c1", every=True)
    assert (len(first.rungs), first.frames_after) == (6, whole.frames_total - 6)
    assert first.rungs + rest.rungs[:6] == whole.rungs[:12]
    assert (whole.frames_after, whole.next_frame, whole.next_capture) == (0, None, None)


def test_in_the_language_of_the_context() -> None:
    with speaking("zh_CN"):
        assert shown_of("tomcat-stale-20s").language == "zh_CN"
