"""Puts the page together: templates, the one style, the one script, the policy, the island."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from netdiag.language import _, ngettext
from netdiag.report.escape import visible
from netdiag.report.formats.html_format import terms
from netdiag.report.formats.html_format.island import MOST_LANES, drawn_servers, island
from netdiag.report.formats.html_format.ladder import rungs
from netdiag.report.model import Report
from netdiag.report.phrases import (
    captures,
    changes,
    occurrences,
    parties,
    story,
    verdict,
    words,
)
from netdiag.report.phrases import log as logs
from netdiag.report.phrases.leading import leading_finding, other_findings

PACKAGE = "netdiag.report.formats.html_format"

SCRIPTS = (
    "d3.js",
    "js/clock.js",
    "js/tooltip.js",
    "js/zooming.js",
    "js/shapes.js",
    "js/activity.js",
    "js/lanes.js",
    "js/gaps.js",
    "js/page.js",
)
"""In the order in which they need each other."""

FEW_ROWS = 20
"""Further occurrences are shown when somebody asks for them."""

MOST_ROWS, MOST_PARTIES, MOST_INPUTS = 100, 8, 20
"""So many occurrences, servers, clients and captures are listed; the JSON report has them all."""

POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; "
    "form-action 'none'"
)
"""What a browser may do with the page (CSP level 3); all else is forbidden, the network first."""


def write(report: Report) -> str:
    """The whole page, with a newline at the end."""
    style, script = asset("style.css"), "".join(map(asset, SCRIPTS))
    finding = leading_finding(report)
    text = (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            leading=finding,
            others=other_findings(report),
            told=None if finding is None else story.example_of(finding),
            drawn_servers=drawn_servers(report),
            hidden_lanes=_hidden_lanes(report),
            lang=report.language.replace("_", "-"),
            policy=POLICY.format(script=source_hash(script), style=source_hash(style)),
            style=Markup(style),
            script=Markup(script),
            island=Markup(island(report)),
        )
    )
    return text.rstrip("\n") + "\n"


@cache
def asset(name: str) -> str:
    """The text of one of the page's own files."""
    return files(PACKAGE).joinpath("assets", name).read_text(encoding="ascii")


def source_hash(text: str) -> str:
    """A hash source of a Content-Security-Policy (CSP level 3, section 2.3.1)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _hidden_lanes(report: Report) -> int:
    """How many connections of the findings have no lane on the page."""
    flagged = {one.connection for finding in report.findings for one in finding.occurrences}
    return len(flagged - {lane.connection for lane in report.lanes[:MOST_LANES]})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=_,
        ngettext=ngettext,
        logs=logs,
        rungs=rungs,
        terms=terms,
        as_sentence=words.as_sentence,
        captures=captures,
        changes=changes,
        occurrences=occurrences,
        parties=parties,
        story=story,
        verdict=verdict,
        words=words,
        newline=Markup("\n"),
        most_lanes=MOST_LANES,
        few_rows=FEW_ROWS,
        most_rows=MOST_ROWS,
        most_parties=MOST_PARTIES,
        most_inputs=MOST_INPUTS,
    )
    environment.filters["lines"] = lambda text: text.expandtabs(4).split("\n")
    return environment


def _shown(value: Any) -> Any:
    """What each expression of a template comes to: no control reaches the page."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value)
