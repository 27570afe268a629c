"""The shelf itself: every entry is complete, and every cause has captures that show it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from netdiag.diagnosis.causes import CAUSES, Cause
from netdiag.report.build.advice import PURPOSES
from netdiag.report.build.headlines import HEADLINES
from netdiag.report.schema import schema_text
from tests.recorded import examine, names, recorded

HEADINGS = [
    "What happens",
    "On the wire",
    "What the log says",
    "Look-alikes",
    "What to change",
    "References",
]
SLUGS = [cause.slug for cause in CAUSES]

each_cause = pytest.mark.parametrize("cause", CAUSES, ids=SLUGS)


@each_cause
def test_manual_is_complete(cause: Cause) -> None:
    first, *rest = re.split(r"^## (.+)$", cause.manual, flags=re.MULTILINE)
    assert re.fullmatch(r"[A-Z][^\n]*\.", first.strip())
    assert rest[::2] == HEADINGS
    assert all(text.strip() for text in rest[1::2])
    assert rest[-1].strip().endswith(".")


@each_cause
def test_lists_of_a_manual_end_as_sentences(cause: Cause) -> None:
    for block in cause.manual.split("\n\n"):
        if block.startswith("- "):
            items = re.split(r"^- ", block, flags=re.MULTILINE)[1:]
            assert [item.strip()[-1] for item in items] == [";"] * (len(items) - 1) + ["."]


@each_cause
def test_entry_is_complete(cause: Cause) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cause.slug)
    assert not cause.title.endswith(".")
    assert {cause.severity, cause.harmless} <= {"error", "warning", "info"}
    assert f'"{cause.slug}"' in schema_text()


def test_every_cause_has_a_headline_and_an_advice_entry() -> None:
    assert HEADLINES.keys() == PURPOSES.keys() == set(SLUGS)


def test_the_shelf_needs_no_numpy() -> None:
    """`netdiag explain` reads nothing but manuals."""
    code = "import sys, netdiag.diagnosis.causes; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_slugs_are_unique() -> None:
    assert len(set(SLUGS)) == len(SLUGS)


@each_cause
def test_look_alikes_are_causes(cause: Cause) -> None:
    alike = cause.manual.split("## Look-alikes")[1].split("\n## ")[0]
    mentioned = set(re.findall(r"^- ([a-z]+(?:-[a-z]+)+):", alike, re.MULTILINE))
    assert mentioned <= set(SLUGS)
    assert cause.slug not in mentioned


@each_cause
def test_some_recorded_capture_shows_it(cause: Cause) -> None:
    assert any(cause.slug in examine(name).slugs for name in names())


@each_cause
def test_look_alikes_are_recorded_too(cause: Cause) -> None:
    """For each cause that looks like it, a capture that shows that one and not this."""
    alike = cause.manual.split("## Look-alikes")[1].split("\n## ")[0]
    for other in re.findall(r"^- ([a-z]+(?:-[a-z]+)+):", alike, re.MULTILINE):
        shown = [examine(name).slugs for name in names()]
        assert any(other in slugs and cause.slug not in slugs for slugs in shown), other


@each_cause
def test_some_recorded_capture_of_a_failure_is_silent(cause: Cause) -> None:
    failing = [
        name for name in names() if recorded(name).truth["cause"] not in {"none", cause.slug}
    ]
    assert any(cause.slug not in examine(name).slugs for name in failing)


@each_cause
def test_its_rules_name_their_source(cause: Cause) -> None:
    references = cause.manual.split("## References")[1]
    assert re.search(r"RFC \d{4}, section|Linux|nginx|AWS|Azure|Tomcat|Redis|MySQL", references)
