"""The page as a text: whole without scripts, one script, one style, and nothing from outside."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from netdiag.analysis import Options, analyze
from netdiag.report.formats import html_format
from netdiag.report.formats.html_format.document import SCRIPTS, asset, source_hash, write
from netdiag.report.model import Producer
from netdiag.report.page import PLAIN, Page
from tests.conftest import Golden
from tests.recorded import PCAPS, examine
from tests.report.example import EXAMPLE, QUIET
from tests.report.formats.html_format.test_island import NASTY, largest
from tests.report.hostile import poison

ELSEWHERE = re.compile(r"""(?:src|href|action|srcset|poster|data|background)\s*=\s*["']?(?!#)""")


class Elements(HTMLParser):
    """Collects the tags of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def own(text: str) -> str:
    """A page without its scripts and its style."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)


def test_the_policy_names_the_one_script_and_the_one_style_that_there_are() -> None:
    text = write(EXAMPLE)
    script = re.findall(r"<script>(.*?)</script>", text, re.S)
    style = re.findall(r"<style>(.*?)</style>", text, re.S)
    assert len(script) == len(style) == 1
    policy = next(
        attributes["content"]
        for tag, attributes in Elements(text).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.split("; ")[:3] == [
        "default-src 'none'",
        f"script-src '{source_hash(script[0])}'",
        f"style-src '{source_hash(style[0])}'",
    ]


def test_a_hash_source_is_the_base64_of_a_sha256() -> None:
    # The example of CSP level 2, section 7.17.
    assert source_hash("alert('Hello, world.');") == (
        "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
    )


@pytest.mark.parametrize("report", [EXAMPLE, QUIET, poison(EXAMPLE, NASTY)])
def test_nothing_is_fetched_and_no_element_has_a_script_or_a_style(report: object) -> None:
    text = own(write(report))  # type: ignore[arg-type]
    for tag, attributes in Elements(text).tags:
        assert tag not in {"iframe", "object", "embed", "link", "base", "form", "img", "script"}
        assert not {name for name in attributes if name.startswith("on") or name == "style"}
        for name in ("src", "href", "action"):
            assert (attributes.get(name) or "#").startswith("#")


def test_what_a_capture_says_is_text_wherever_it_stands() -> None:
    plain, hostile = Elements(own(write(EXAMPLE))), Elements(own(write(poison(EXAMPLE, NASTY))))
    more = Counter(tag for tag, _ in hostile.tags) - Counter(tag for tag, _ in plain.tags)
    assert not more


def test_template_syntax_is_not_looked_at() -> None:
    text = write(poison(EXAMPLE, "{{ 7 * 7 }}{% raw %}{0.__class__}{n}"))
    assert "{{ 7 * 7 }}{% raw %}{0.__class__}{n}" in text
    assert "49" not in own(text)


@pytest.mark.parametrize("name", ["tomcat-stale-20s", "server-restart", "silent-drop-client"])
def test_the_text_is_there_without_scripts(name: str) -> None:
    report = examine(name).report
    finding = report.findings[0]
    text = own(html_format.render(report, Page(unicode=False)))
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text))
    assert report.verdict.headline in shown
    for frame in [step.frame for step in finding.occurrences[0].timeline]:
        assert f">{frame}</td>" in text
    assert finding.occurrences[0].wireshark_filter in shown
    assert len(finding.evidence) == sum(
        sentence.split(":")[0] in shown for sentence in finding.evidence
    )


def test_a_page_to_the_letter(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PCAPS)
    report = replace(analyze(["tomcat-stale-20s.pcap"]), netdiag=Producer(version="0"))
    text = re.sub(r"<(script|style)>.*?</\1>", r"<\1></\1>", write(report), flags=re.S)
    golden("tomcat-stale-20s.html", re.sub(r"sha256-[\w+/]+=*", "sha256-", text))


def test_a_large_report_is_less_than_500_kb() -> None:
    assert len(write(largest()).encode()) < 500_000


def test_scripts_and_style_are_ascii_and_ask_for_nothing() -> None:
    for name in (*SCRIPTS, "style.css"):
        text = asset(name)
        assert text.isascii()
        assert "</" not in text or name == "d3.js"
        assert not re.search(
            r"\bfetch\(|XMLHttpRequest|import\(|\beval\(|new Function|@import|url\(",
            (text.replace('"url(#"', "")),
        )


def test_the_charts_library_is_the_one_that_was_bundled() -> None:
    made = json.loads(asset("d3.json"))
    assert hashlib.sha256(asset("d3.js").encode()).hexdigest() == made["sha256"]
    banner = asset("d3.js").split("\n")[0]
    for name, version in made["versions"].items():
        assert f"{name} {version}" in banner
        assert f"{name} {version}" in asset("d3.LICENSE")


def test_plain_pages_are_unicode_and_others_ascii() -> None:
    report = poison(EXAMPLE, "\u4e2d\u6587")
    assert "\u4e2d\u6587" in html_format.render(report, PLAIN)
    assert "&#20013;&#25991;" in html_format.render(report, Page(unicode=False))


def test_logs_stand_on_the_page_as_text() -> None:
    logs = (str(PCAPS / "logs-java.log"), str(PCAPS / "logs-java.access.log"))
    report = analyze([PCAPS / "logs-java.pcap"], Options(logs=logs))
    text = write(report)
    assert '<li><a href="#log">The log</a></li>' in text
    assert "<td>05:11:41.501</td><td>c3</td><td>57</td>" in text
    assert text.count("It never reached the server") == 1
    assert "caught when processing request to {}-&gt;http://127.0.0.1:21000" in text
    assert 'id="log"' not in write(EXAMPLE)
    assert "<script>alert" not in own(write(poison(report, NASTY)))
