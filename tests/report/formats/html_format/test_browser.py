"""The HTML report in a real browser: it draws, reacts, can be read by everybody, runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netdiag.analysis import analyze
from netdiag.capture.stopping import stop_reading, stoppable
from netdiag.language import speaking
from netdiag.report.formats.html_format.document import FEW_ROWS, MOST_ROWS, write
from netdiag.report.formats.html_format.island import MOST_LANES
from tests.conversations import Conversation, on_the_wire
from tests.conversations import write as write_capture
from tests.damage import overwritten
from tests.messages import get, ok
from tests.recorded import PCAPS, examine, examine_files
from tests.report.example import EXAMPLE, QUIET
from tests.report.formats.html_format.browser import needs_chromium, opened, running
from tests.report.formats.html_format.test_island import NASTY, largest
from tests.report.hostile import HOSTILE, poison

pytestmark = needs_chromium

HOSTILE_TEXT = (
    f"{NASTY} {HOSTILE} javascript:alert(2) <img src=x onerror=alert(3)> {{% raw %}} "
    "\"'` onmouseover=alert(4) ${alert(5)} " + "x" * 300
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with running() as one:
        yield one


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports that the tests look at, as files."""
    folder = tmp_path_factory.mktemp("pages")
    with speaking("zh_CN"):
        chinese = examine_files([PCAPS / "tomcat-stale-20s.pcap"]).report
        texts = {"chinese": write(chinese)}
    texts |= {
        "stale": write(examine("tomcat-stale-20s").report),
        "silent": write(examine("silent-drop-client").report),
        "example": write(EXAMPLE),
        "quiet": write(QUIET),
        "hostile": write(poison(examine("server-restart").report, HOSTILE_TEXT)),
        "largest": write(largest()),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("name", ["stale", "silent", "quiet", "example", "hostile", "largest"])
def test_it_draws_without_a_complaint_and_within_its_width(
    browser: Any, pages: dict[str, Path], name: str, width: int
) -> None:
    with opened(browser, pages[name], width) as tab:
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
        for box in tab.page.query_selector_all(".chart:not([hidden])"):
            assert box.query_selector("svg .axis .tick"), box.get_attribute("id")
    assert (tab.complaints, tab.requests) == ([], [])


def test_what_a_capture_says_is_shown_and_never_run(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["hostile"]) as tab:
        for chart in tab.page.query_selector_all(".chart:not([hidden])"):
            chart.scroll_into_view_if_needed()
            chart.focus()
            for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
                tab.page.keyboard.press(key)
            assert "<script>alert(1)</script>" in tab.text("#tooltip")
        for button in tab.page.query_selector_all(".copy")[:5]:
            button.click()
        shown = tab.text("#headline")
        assert "</script><script>alert(1)</script>" in shown
        assert "{{7*7}}" in shown
        assert "\\x1b[31;1m" in shown
        assert not re.search("[\x00-\x08\x1b\u202e\u2066]", tab.page.content())
        assert tab.page.evaluate("document.querySelectorAll('img, iframe, [onerror]').length") == 0
    assert (tab.complaints, tab.requests) == ([], [])


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on a capture whose requests, names and answers are an attack."""
    folder = tmp_path_factory.mktemp("attack")
    words = "/</script><script>alert(1)</script>{{7*7}}\x1b[31;1m\x1b]0;title\x07"
    talk = Conversation().handshake()
    talk.asks(
        get(words, "GET", "User-Agent: <img src=x onerror=alert(2)>/1 \x9b2J"),
        ok(b"x", "Server: javascript:alert(3)//<svg onload=alert(4)>\u202e/1"),
    )
    talk.wait(5).server.fin().client.acks().wait(3)
    talk.client.says(get(words + '"onmouseover="alert(5)' + "y" * 4000)).server.resets()
    write_capture(folder / "attack.pcap", on_the_wire([talk]))
    page = folder / "attack.html"
    page.write_text(write(analyze([folder / "attack.pcap"])), encoding="utf-8")
    return page


def test_an_attack_by_capture_is_shown_and_does_nothing(browser: Any, attack: Path) -> None:
    with opened(browser, attack, 400) as tab:
        shown = tab.text("main")
        assert "</script><script>alert(1)</script>{{7*7}}\\x1b[31;1m" in shown
        assert "<img src=x onerror=alert(2)>" in shown
        assert "<svg onload=alert(4)>" in shown
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 400
        assert tab.page.locator("img, main svg[onload], [onmouseover]").count() == 0
        tab.page.locator("#occurrences").hover()
    assert (tab.complaints, tab.requests) == ([], [])


def test_what_is_missing_is_said_and_drawn_around(browser: Any, tmp_path: Path) -> None:
    """A capture with a hole, one that ends in a record, and one that was not begun any more."""
    whole = PCAPS / "tomcat-stale-20s.pcap"
    hole, cut, late = (tmp_path / name for name in ("hole.pcap", "cut.pcap", "late.pcap"))
    hole.write_bytes(overwritten(whole, (60, 70)))
    cut.write_bytes((PCAPS / "server-restart.pcap").read_bytes()[:-9])
    late.write_bytes((PCAPS / "nginx-stale.pcap").read_bytes())
    page = tmp_path / "report.html"
    page.write_text(write(analyze([hole, cut])), encoding="utf-8")
    with opened(browser, page, 400) as tab:
        shown = " ".join(tab.text("main").split())
        assert re.search(r"damaged-file.*bytes skipped \(about \d+ packets", shown)
        assert re.search(r"truncated-file.*analysed up to packet \d+", shown)
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 400
    assert (tab.complaints, tab.requests) == ([], [])
    with stoppable():
        stop_reading()
        page.write_text(write(analyze([whole, late])), encoding="utf-8")
    with opened(browser, page, 400) as tab:
        shown = " ".join(tab.text("main").split())
        assert "reading was interrupted before this file" in shown
        assert "Reading was interrupted" in shown
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 400
    assert (tab.complaints, tab.requests) == ([], [])


def test_the_policy_stops_what_somebody_adds(browser: Any, pages: dict[str, Path]) -> None:
    injected = (
        "<img src='https://example.invalid/x.png' onerror='window.ran = 1'>"
        "<p style='position:fixed' onclick='window.ran = 1'>x</p>"
    )
    with opened(browser, pages["stale"]) as tab:
        tab.page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", injected)
        tab.page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
            " document.body.append(s); }"
        )
        tab.settle()
        assert tab.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in said for said in tab.complaints)


def test_pointing_at_a_mark_tells_its_frame_and_time(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["stale"]) as tab:
        mark = tab.page.locator("#lanes .sign.fin").first
        mark.scroll_into_view_if_needed()
        mark.hover()
        assert "FIN (server)" in tab.text("#tooltip")
        assert "frame 88" in tab.text("#tooltip")
        assert "23:27:58.823997 UTC" in tab.text("#tooltip")
        tab.page.mouse.move(2, 2)
        assert tab.page.is_hidden("#tooltip")


def test_zooming_moves_all_charts_of_an_axis(browser: Any, pages: dict[str, Path]) -> None:
    def at(tab: Any) -> list[list[str]]:
        labels = "box => [...box.querySelectorAll('.axis text')].map(t => t.textContent)"
        return [tab.page.eval_on_selector(f"#{name}", labels) for name in ("activity", "lanes")]

    with opened(browser, pages["stale"]) as tab:
        whole = at(tab)
        assert whole[0] == whole[1] != []
        tab.page.locator("#lanes").scroll_into_view_if_needed()
        box = tab.page.locator("#lanes svg").bounding_box()
        tab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
        tab.page.mouse.wheel(0, -500)
        tab.settle()
        assert at(tab) == whole, "the wheel alone scrolls the page"
        tab.page.locator("#lanes").scroll_into_view_if_needed()
        box = tab.page.locator("#lanes svg").bounding_box()
        tab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
        tab.page.keyboard.down("Control")
        tab.page.mouse.wheel(0, -500)
        tab.page.keyboard.up("Control")
        tab.settle()
        zoomed = at(tab)
        assert zoomed[0] == zoomed[1] != whole[1]
        tab.page.locator("[data-axis=lanes] [data-zoom=whole]").first.click()
        assert at(tab) == whole
        tab.page.locator("[data-axis=lanes] [data-zoom=in]").first.click()
        near = at(tab)
        assert near != whole
        tab.page.locator("[data-axis=lanes] [data-zoom=right]").first.click()
        assert at(tab) != near


def test_lanes_of_a_long_capture_are_laid_over_each_other(
    browser: Any, pages: dict[str, Path]
) -> None:
    def shown(tab: Any) -> list[bool]:
        return [tab.page.is_visible(f"#{name}") for name in ("lanes", "lanes-idle")]

    with opened(browser, pages["stale"]) as tab:
        assert shown(tab) == [True, False]
        tab.page.click("[data-view=idle]")
        tab.settle()
        assert shown(tab) == [False, True]
        assert "+20 s" in tab.text("#lanes-idle")
        tab.page.locator("#lanes-idle .sign.fin").first.hover()
        assert "21.008816 s after the last answer" in tab.text("#tooltip")
        tab.page.locator("[data-axis=lanes] [data-zoom=in]").click()
        assert "+35 s" not in tab.text("#lanes-idle")
    with opened(browser, pages["largest"]) as tab:
        assert shown(tab) == [False, True], "they would be dots in a capture of hours"


def test_long_lists_are_shown_when_asked_for(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["largest"]) as tab:
        lanes = tab.page.locator("#lanes-idle .tick:has-text('c123456')")
        few = lanes.count()
        tab.page.click("#all-lanes")
        assert (few, lanes.count()) == (20, MOST_LANES)
        rows = tab.page.locator("#occurrences tbody tr:visible")
        few = rows.count()
        tab.page.click("#all-rows")
        assert (few, rows.count()) == (FEW_ROWS, MOST_ROWS)
        assert tab.page.is_hidden("#all-rows")
    assert tab.complaints == []


def test_the_keyboard_does_what_the_pointer_does(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["stale"]) as tab:
        tab.page.focus("#lanes")
        for key in ("ArrowRight", "End", "ArrowDown", "ArrowRight"):
            tab.page.keyboard.press(key)
        said = tab.text("#said")
        assert re.search(r"c2 127\.0\.0\.1:\d+", said)
        assert tab.page.locator("#lanes .current").count() == 1
        tab.page.keyboard.press("Escape")
        assert tab.page.is_hidden("#tooltip")
        ticks = tab.page.locator("#lanes .axis .tick").first.text_content()
        tab.page.keyboard.press("+")
        assert tab.page.locator("#lanes .axis .tick").first.text_content() != ticks
        tab.page.keyboard.press("0")
        assert tab.page.locator("#lanes .axis .tick").first.text_content() == ticks


def test_copying_a_filter_and_a_snippet(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["stale"]) as tab:
        tab.page.locator("#occurrences .copy").nth(1).click()
        assert tab.page.evaluate("navigator.clipboard.readText()") == "tcp.stream eq 1"
        assert tab.text("#said") == "Copied"
        tab.page.locator("#changes .snippet .copy").first.click()
        copied = tab.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("CloseableHttpClient client = HttpClients.custom()\n    .")


@pytest.mark.parametrize(("scheme", "other"), [("light", "dark"), ("dark", "light")])
def test_colours_follow_the_system_until_somebody_chooses(
    browser: Any, pages: dict[str, Path], scheme: str, other: str
) -> None:
    def paper(tab: Any) -> str:
        return str(
            tab.page.evaluate("getComputedStyle(document.querySelector('section')).backgroundColor")
        )

    colours = {"light": "rgb(255, 255, 255)", "dark": "rgb(27, 31, 35)"}
    with opened(browser, pages["stale"], scheme=scheme) as tab:
        assert paper(tab) == colours[scheme]
        tab.page.click("#theme")
        assert paper(tab) == colours[other]
        tab.page.emulate_media(media="print")
        assert paper(tab) == colours["light"]


def test_paper_has_everything(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    with opened(browser, pages["stale"], scheme="dark") as tab:
        printed = tab.page.pdf(format="A4")
    assert printed.startswith(b"%PDF-")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 9


def test_without_scripts_the_text_is_whole(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["stale"], java_script_enabled=False) as tab:
        assert "6 requests to 127.0.0.1:18082" in tab.text("#headline")
        assert tab.page.locator(".ladder tr").count() > 10
        assert tab.page.locator(".chart:visible, .toolbar:visible, .copy:visible").count() == 0


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        ("stale", "light", 400),
        ("stale", "light", 1400),
        ("stale", "dark", 400),
        ("stale", "dark", 1400),
        ("chinese", "light", 1400),
        ("chinese", "dark", 400),
    ],
)
def test_everybody_can_read_it(
    browser: Any, pages: dict[str, Path], name: str, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    with opened(browser, pages[name], width, scheme) as tab:
        found = Axe().run(tab.page)
    broken = {
        (rule["id"], node["target"][0], node["failureSummary"])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    }
    assert not broken


def test_the_page_says_its_language(browser: Any, pages: dict[str, Path]) -> None:
    for name, language in (("stale", "en"), ("chinese", "zh-CN")):
        with opened(browser, pages[name]) as tab:
            assert tab.page.get_attribute("html", "lang") == language
