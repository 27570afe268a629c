"""Reports in a language of full-width letters: nothing is left in English, nothing breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from msgspec import Struct

from netdiag.analysis import Options, analyze
from netdiag.report.formats import format_named
from netdiag.report.page import PLAIN, Page
from tests.language.pseudo import speaking_pseudo, widened
from tests.recorded import PCAPS, recorded
from tests.report.hostile import widest

REPORTS = {
    "tomcat-stale-20s": (),
    "lost-fin-client": (),
    "silent-drop-client": (),
    "server-restart": (),
    "nginx-max-requests": (),
    "mariadb-idle-reset": (),
    "logs-java": ("logs-java.log",),
}

DATA = {
    *("address", "cause", "client", "client_state", "close_flag", "code", "command", "connection"),
    *("endpoint", "excerpt", "flag", "format", "formats", "label", "language", "path", "product"),
    *("protocol", "server", "server_state", "snippet", "summary", "symptom", "version"),
    *("wireshark_filter", "zone"),
}
"""Fields whose values are the same in every language: what a capture holds, names and code."""

UNITS = {"s", "ms", "min", "h", "UTC"}
CODE = {"netdiag", "explain", "sh", "option", "nolinger", "FIN", "RST"}
"""What messages hold of code and of TCP, and the language of a command."""

_WORD = re.compile("[A-Za-z]+(?![A-Za-z]|…)")  # what is cropped was too long to be a message


def words_of_data(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if name in DATA:
            yield from _WORD.findall(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from words_of_data(item, name)
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield from words_of_data(getattr(value, field), field)


class Visible(HTMLParser):
    """What a reader of a page sees, or hears: texts, and the attributes that are read out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in {"script", "style"}
        self.texts += [value or "" for name, value in attrs if name in {"aria-label", "title"}]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def test_a_message_is_widened_but_for_what_is_filled_in() -> None:
    assert widened("{n} of `x`: Yes") == "{n} \uff4f\uff46 `x`: \uff39\uff45\uff53"


@pytest.mark.parametrize("format_name", ["terminal", "markdown"])
@pytest.mark.parametrize("name", REPORTS)
def test_every_word_is_translated(name: str, format_name: str) -> None:
    logs = tuple(str(PCAPS / log) for log in REPORTS[name])
    with speaking_pseudo():
        report = analyze([recorded(name).path], Options(logs=logs))
        text = format_named(format_name).render(report, PLAIN)
    data = {*words_of_data(report), *UNITS, *CODE}
    assert sorted({*_WORD.findall(text)} - data) == []


@pytest.mark.parametrize("name", REPORTS)
def test_every_word_of_a_page_is_translated(name: str) -> None:
    logs = tuple(str(PCAPS / log) for log in REPORTS[name])
    with speaking_pseudo():
        report = analyze([recorded(name).path], Options(logs=logs))
        page = format_named("html").render(report, PLAIN)
    data = {*words_of_data(report), *UNITS, *CODE}
    words = {word for text in Visible(page).texts for word in _WORD.findall(text)}
    assert sorted(words - data) == []


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    with speaking_pseudo():
        report = analyze([recorded("tomcat-stale-20s").path])
        text = format_named("terminal").render(report, Page(width=width))
    code = {
        line for advice in report.findings[0].advice for line in (advice.snippet or "").split("\n")
    }
    lines = [line for line in text.split("\n") if line[6:] not in code]
    assert widest("\n".join(lines)) <= width


def test_columns_stand_below_each_other() -> None:
    with speaking_pseudo():
        report = analyze([recorded("tomcat-stale-20s").path])
        text = format_named("terminal").render(report, PLAIN)
    rungs = [line for line in text.split("\n") if line.endswith(("│", "┤", "▶│", "┊"))]
    assert len(rungs) > 10
    assert {widest(rung) for rung in rungs} == {widest(rungs[0])}
    assert widest(rungs[0]) <= PLAIN.width
