"""One connection on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.language import speaking
from netdiag.report.page import PLAIN, Page
from netdiag.showing.formats.terminal_view import render
from tests.conftest import Golden
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine, examine_files
from tests.report.hostile import HOSTILE, controls_in, widest
from tests.scripted import Scripted, pooled
from tests.showing.shown import shown, shown_of

TELLING = [("tomcat-stale-20s", "c1"), ("silent-drop-client", "c2"), ("nginx-tls13-stale", "c1")]


@pytest.mark.parametrize(("name", "connection"), TELLING)
def test_telling_connections(name: str, connection: str, golden: Golden) -> None:
    golden(f"{name}.txt", render(shown_of(name, connection), PLAIN))


def test_a_frame_taken_apart(golden: Golden) -> None:
    view = shown_of("tomcat-stale-20s", "c1", frames=("88",), every=True)
    golden("tomcat-stale-20s-frame.txt", render(view, PLAIN))


@pytest.mark.parametrize("page", [PLAIN, Page(width=60), Page(width=120), Page(unicode=False)])
def test_lines_fit_the_page(page: Page) -> None:
    for name, connection in TELLING:
        text = render(shown_of(name, connection, frames=("1",)), page)
        assert widest(text) <= page.width
        assert page.unicode or text.isascii()


def test_what_a_capture_holds_is_only_text(scripted: Scripted) -> None:
    hostile = HOSTILE.encode("utf-8", "surrogateescape")
    talk = Conversation().handshake().asks(b"GET /" + hostile + b" HTTP/1.1\r\n\r\n", ok(hostile))
    path = scripted.capture(talk)
    found = examine_files([path])
    for colour in (False, True):
        text = render(shown(found, "c1", [path], frames=("4", "5")), Page(colour=colour))
        assert not controls_in(text)
        assert "\x1b]" not in text


def test_folds_and_pages_are_said(scripted: Scripted) -> None:
    talk = Conversation().handshake().client.says(get()).server.says(ok())
    for _ in range(40):
        talk.server.says(b"y" * 1000).client.acks()
    found = scripted(talk.wait(2).server.fin())
    text = render(shown(found), PLAIN)
    assert "… 79 frames, 39 kB ◀ …" in text or "kB ◀ …" in text
    assert "--all shows every frame" in text
    assert "… " not in render(shown(found, every=True), PLAIN)


def test_bare_acks_between_messages_go_without_saying(scripted: Scripted) -> None:
    text = render(shown(scripted(pooled().wait(3).server.fin())), PLAIN)
    assert "1 frame" not in text.split("since start")[1]


def test_nobody_ended_it(scripted: Scripted) -> None:
    assert "Nobody ended it in this capture." in render(shown(scripted(pooled())), PLAIN)


def test_in_chinese(tmp_path: Path) -> None:
    with speaking("zh_CN"):
        text = render(shown(examine("tomcat-stale-20s")), PLAIN)
    assert widest(text) <= 80
