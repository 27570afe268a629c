"""The published schema takes what netdiag writes, and nothing that breaks the contract."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from netdiag.report.formats.json_format import render
from netdiag.report.model import Report
from netdiag.report.page import PLAIN
from netdiag.report.schema import schema_text
from tests.report.example import EXAMPLE, QUIET
from tests.report.hostile import HOSTILE, poison

SCHEMA = json.loads(schema_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)

Change = Callable[[Any], None]


def as_json(report: Report) -> Any:
    return json.loads(render(report, PLAIN))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("report", [EXAMPLE, QUIET])
def test_what_is_written_is_valid(report: Report) -> None:
    VALIDATOR.validate(as_json(report))


def test_free_text_may_be_anything() -> None:
    written = as_json(EXAMPLE)
    written["findings"][0]["evidence"] = [HOSTILE.replace("\udce9", "")]
    VALIDATOR.validate(written)


def test_keys_may_be_added_everywhere() -> None:
    def extend(value: Any) -> None:
        if isinstance(value, dict):
            for child in value.values():
                extend(child)
            value["added later"] = 1
        elif isinstance(value, list):
            for child in value:
                extend(child)

    written = as_json(EXAMPLE)
    extend(written)
    VALIDATOR.validate(written)


def assign(path: str, value: Any) -> Change:
    """Make a change that puts the value at a path such as ``findings.0.cause``."""

    def change(report: Any) -> None:
        *parents, last = path.split(".")
        for part in parents:
            report = report[int(part) if part.isdigit() else part]
        report[int(last) if last.isdigit() else last] = value

    return change


BROKEN: dict[str, Change] = {
    "another schema": assign("schema", "netdiag/report/v2"),
    "an unknown cause": assign("findings.0.cause", "gremlins"),
    "none as a finding": assign("findings.0.cause", "none"),
    "none as a risk": assign("verdict.risk", "none"),
    "an unknown severity": assign("findings.0.severity", "fatal"),
    "a time with another zone": assign("captures.0.first_time", "2017-05-12T11:39:02+02:00"),
    "a time without a zone": assign("captures.0.first_time", "2017-05-12T11:39:02"),
    "a bare IPv6 endpoint": assign("servers.0.endpoint", "2001:db8::1:443"),
    "an endpoint without port": assign("servers.0.endpoint", "10.0.0.1"),
    "frame 0": assign("findings.0.occurrences.0.request.frame", 0),
    "a duration as text": assign("findings.0.occurrences.0.after_close_s", "5.1"),
    "advice for nobody": assign("findings.0.advice.0.for", "user"),
    "an unknown step": assign("findings.0.occurrences.0.timeline.0.kind", "push"),
    "no headline": assign("verdict.headline", ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_the_contract_is_refused(name: str) -> None:
    written = as_json(EXAMPLE)
    BROKEN[name](written)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(written)


def objects_of(value: Any, path: str = "") -> list[str]:
    """List the paths of all keys below the value."""
    if isinstance(value, dict):
        return [
            found
            for key, child in value.items()
            for found in [f"{path}{key}", *objects_of(child, f"{path}{key}.")]
        ]
    if isinstance(value, list) and value:
        return objects_of(value[0], f"{path}0.")
    return []


@pytest.mark.parametrize("path", objects_of(json.loads(render(EXAMPLE, PLAIN))))
def test_no_key_may_be_missing(path: str) -> None:
    written = copy.deepcopy(as_json(EXAMPLE))
    *parents, last = path.split(".")
    place = written
    for part in parents:
        place = place[int(part) if part.isdigit() else part]
    del place[last]
    assert not VALIDATOR.is_valid(written)


def test_every_description_ends_as_a_sentence() -> None:
    def described(value: Any) -> list[str]:
        if not isinstance(value, dict):
            return []
        own = [value["description"]] if isinstance(value.get("description"), str) else []
        return own + [text for child in value.values() for text in described(child)]

    assert not [text for text in described(SCHEMA) if not text.endswith(".")]


def test_poisoned_reports_are_still_json() -> None:
    json.loads(render(poison(EXAMPLE, HOSTILE), PLAIN))
