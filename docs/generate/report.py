"""The report: its formats, and every key of the JSON, from the published schema."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from typing import Any

from docs.generate.markdown import code, prose, table
from netdiag.report import formats
from netdiag.report.formats import FORMATS, Format
from netdiag.report.schema import schema_text


def pages() -> dict[str, str]:
    """The one page: formats, then the object and its parts."""
    schema = json.loads(schema_text())
    parts = "\n".join(_part(name, part) for name, part in schema["$defs"].items())
    rows = [(f"`--format {f.name}`", prose(_describe(f))) for f in FORMATS]
    return {
        "report.md": f"""# Reports

## Formats

{table(("format", "what it is"), rows)}
(json-report)=
## The JSON report

{prose(schema["description"])}
[`netdiag schema`](commands/schema.md) prints the JSON Schema that this page is made from.

{_keys(schema)}
{parts}"""
    }


def _describe(entry: Format) -> str:
    module = import_module(f"{formats.__name__}.{entry.name}_format")
    return (inspect.getdoc(module) or "").split("\n\n", 1)[0]


def _part(name: str, part: dict[str, Any]) -> str:
    described = prose(part.get("description", ""))
    if "properties" in part:
        return f"({_anchor(name)})=\n### {name}\n\n{described}\n\n{_keys(part)}"
    values = [(code(str(v)), prose(text)) for v, text in _values(part)]
    words = described if values else f"{described} {_type(part)}".strip()
    return f"({_anchor(name)})=\n### {name}\n\n{words}\n\n{table(('value', 'meaning'), values)}"


def _values(part: dict[str, Any]) -> list[tuple[str, str]]:
    described = part.get("oneOf") or part.get("anyOf") or []
    return [(v["const"], v.get("description", "")) for v in described if "const" in v]


def _keys(part: dict[str, Any]) -> str:
    rows = [
        (code(key), _type(value), prose(value.get("description", "")))
        for key, value in part["properties"].items()
    ]
    return table(("key", "value", "meaning"), rows)


def _type(value: dict[str, Any]) -> str:
    """A value's type for a reader, with links to the parts."""
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{_anchor(name)})"
    for key in ("anyOf", "oneOf"):
        if key in value:
            return " or ".join(dict.fromkeys(_type(option) for option in value[key]))
    if "const" in value:
        return code(str(value["const"]))
    if "enum" in value:
        return ", ".join("null" if v is None else code(str(v)) for v in value["enum"])
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}"
    kinds = value.get("type", "any")
    return " or ".join([kinds] if isinstance(kinds, str) else kinds)


def _anchor(name: str) -> str:
    return f"json-{name.lower()}"
