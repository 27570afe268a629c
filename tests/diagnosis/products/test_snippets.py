"""Every snippet of every product, filled in with whole, fractional and unknown values.

What this machine can parse is parsed: Python, TOML, JSON, XML, and JavaScript, Ruby, PHP and Go
where their programs are installed.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from netdiag.diagnosis.products import GENERIC, PRODUCTS
from netdiag.diagnosis.products.remedies import Purpose, Remedy
from netdiag.diagnosis.products.store import load

VALUES = ((15.0, 75.0), (4.5, 20.25), (None, None))
TEMPLATES: list[tuple[str, Purpose]] = [
    (slug, purpose) for slug in PRODUCTS + GENERIC for purpose in load(slug).remedies
]
CLOSING = {")": "(", "]": "[", "}": "{"}


def filled(slug: str, purpose: Purpose, values: tuple[float | None, float | None]) -> Remedy:
    remedy = load(slug).remedy(purpose, limit_s=values[0], server_s=values[1])
    assert remedy is not None
    return remedy


def snippets_in(language: str) -> list[tuple[str, Purpose]]:
    return [
        (slug, purpose)
        for slug, purpose in TEMPLATES
        if load(slug).remedies[purpose].language == language
    ]


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize(("slug", "purpose"), TEMPLATES)
def test_no_placeholder_is_left(
    slug: str, purpose: Purpose, values: tuple[float | None, float | None]
) -> None:
    remedy = filled(slug, purpose, values)
    assert re.search(r"\$\{\w+_\w+\}", f"{remedy.text} {remedy.snippet}") is None
    assert "None" not in remedy.text
    assert (remedy.snippet is None) == (remedy.language is None)
    if values[0] is not None:
        assert re.search(r"\b(?:LIMIT|SERVER)_", f"{remedy.text} {remedy.snippet}") is None


@pytest.mark.parametrize(("slug", "purpose"), TEMPLATES)
def test_whole_seconds_have_no_fraction(slug: str, purpose: Purpose) -> None:
    remedy = filled(slug, purpose, (15.0, 75.0))
    assert re.search(r"\b(?:15|75)(?:000)?\.0", f"{remedy.text} {remedy.snippet}") is None


@pytest.mark.parametrize(("slug", "purpose"), TEMPLATES)
def test_brackets_match(slug: str, purpose: Purpose) -> None:
    stack: list[str] = []
    for char in filled(slug, purpose, (15.0, 75.0)).snippet or "":
        if char in CLOSING.values():
            stack.append(char)
        elif char in CLOSING:
            assert stack, f"{char} closes nothing"
            assert stack.pop() == CLOSING[char]
    assert not stack


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize(("slug", "purpose"), snippets_in("python"))
def test_python_parses(
    slug: str, purpose: Purpose, values: tuple[float | None, float | None]
) -> None:
    ast.parse(filled(slug, purpose, values).snippet or "")


@pytest.mark.parametrize("values", VALUES[:2])
@pytest.mark.parametrize(("slug", "purpose"), snippets_in("toml"))
def test_toml_parses(
    slug: str, purpose: Purpose, values: tuple[float | None, float | None]
) -> None:
    assert tomllib.loads(filled(slug, purpose, values).snippet or "")


@pytest.mark.parametrize(("slug", "purpose"), snippets_in("xml"))
def test_xml_parses(slug: str, purpose: Purpose) -> None:
    ElementTree.fromstring(filled(slug, purpose, (15.0, 75.0)).snippet or "")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node to parse JavaScript")
@pytest.mark.parametrize(("slug", "purpose"), snippets_in("javascript"))
def test_javascript_parses(slug: str, purpose: Purpose, tmp_path: Path) -> None:
    module = tmp_path / "snippet.mjs"
    module.write_text(filled(slug, purpose, (4.5, 75.0)).snippet or "", encoding="utf-8")
    done = subprocess.run(
        ["node", "--check", str(module)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("slug", "purpose"), snippets_in("json"))
def test_json_parses(slug: str, purpose: Purpose) -> None:
    assert json.loads(filled(slug, purpose, (4.5, 75.0)).snippet or "")


@pytest.mark.parametrize(
    ("language", "check", "before"),
    [
        ("ruby", ["ruby", "-c"], ""),
        ("php", ["php", "-l"], "<?php\n"),
        ("go", ["gofmt", "-e"], "package snippet\n\nfunc snippet() error {\n"),
    ],
)
def test_other_languages_parse(language: str, check: list[str], before: str) -> None:
    if shutil.which(check[0]) is None:
        pytest.skip(f"needs {check[0]}")
    after = "\n}\n" if language == "go" else ""
    for slug, purpose in snippets_in(language):
        program = before + (filled(slug, purpose, (4.5, 75.0)).snippet or "") + after
        done = subprocess.run(check, input=program, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{slug} {purpose}: {done.stderr}"


def test_every_tested_language_has_snippets() -> None:
    for language in ("python", "toml", "xml", "javascript", "java", "json", "nginx", "go"):
        assert snippets_in(language), language
