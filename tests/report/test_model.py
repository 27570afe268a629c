"""`Report` and its parts mirror the published schema, key by key."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from netdiag import __version__
from netdiag.report import charts, endpoint, finding, log, model, next_capture, recommendation
from netdiag.report.schema import schema_text

DEFINITIONS: dict[str, type[Any]] = {
    "producer": model.Producer,
    "problem": model.ProblemReport,
    "skipped": model.SkippedReport,
    "capture": model.CaptureReport,
    "verdict": model.Verdict,
    "closes": endpoint.ServerCloses,
    "idleTimeout": endpoint.IdleTimeoutReport,
    "timeoutGroup": endpoint.TimeoutGroup,
    "productHint": endpoint.ProductHint,
    "server": endpoint.ServerReport,
    "client": endpoint.ClientReport,
    "connection": model.ConnectionReport,
    "stateChange": model.StateChange,
    "close": finding.CloseEvent,
    "request": finding.RequestEvent,
    "reset": finding.ResetEvent,
    "retry": finding.RetryEvent,
    "passedOn": finding.PassedOnEvent,
    "leg": finding.Leg,
    "step": finding.Step,
    "occurrence": finding.Occurrence,
    "advice": finding.Advice,
    "finding": finding.FindingReport,
    "nextCapture": next_capture.NextCapture,
    "idleGap": charts.IdleGap,
    "burst": charts.Burst,
    "mark": charts.Mark,
    "span": charts.Span,
    "lane": charts.Lane,
    "failures": charts.Failures,
    "activity": charts.Activity,
    "marginPart": recommendation.MarginPart,
    "recommendation": recommendation.Recommendation,
    "accessStatement": log.AccessStatement,
    "logFile": log.LogFile,
    "logMatch": log.LogMatch,
    "logReport": log.LogReport,
    "logSkew": log.LogSkew,
    "silentOccurrence": log.SilentOccurrence,
    "unexplainedLine": log.UnexplainedLine,
}


def keys(kind: type[Any]) -> list[str]:
    return ["for" if name == "audience" else name for name in kind.__struct_fields__]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_fields_are_the_schemas_keys_in_its_order(name: str) -> None:
    definition = json.loads(schema_text())["$defs"][name]
    assert keys(DEFINITIONS[name]) == list(definition["properties"])
    fields = msgspec.structs.fields(DEFINITIONS[name])
    optional = {field.name for field in fields if field.default is msgspec.UNSET}
    assert definition["required"] == [k for k in definition["properties"] if k not in optional]


def test_the_report_itself() -> None:
    schema = json.loads(schema_text())
    assert keys(model.Report) == list(schema["properties"])
    fields = msgspec.structs.fields(model.Report)
    assert schema["required"] == [f.name for f in fields if f.default is not msgspec.UNSET]


def test_every_object_of_the_schema_has_its_class() -> None:
    definitions = json.loads(schema_text())["$defs"]
    objects = {name for name, entry in definitions.items() if entry.get("type") == "object"}
    assert objects == set(DEFINITIONS)


@pytest.mark.parametrize("kind", [model.Report, *DEFINITIONS.values()])
def test_parts_are_frozen_and_slotted(kind: type[Any]) -> None:
    assert kind.__struct_config__.frozen
    assert not kind.__struct_config__.dict


def test_the_producer_is_this_version() -> None:
    assert model.Producer().version == __version__
