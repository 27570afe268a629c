"""`tell`: which request a story is about."""

from __future__ import annotations

from netdiag.diagnosis.crowds import find_crowds
from netdiag.diagnosis.story import Story
from netdiag.diagnosis.telling import tell
from tests.conversations import Conversation
from tests.messages import get
from tests.scripted import Scripted, pooled, reused


def story_of(scripted: Scripted, talk: Conversation) -> Story:
    scene = scripted(talk).scene
    return tell(scene, find_crowds(scene), 0)


def test_the_request_after_the_close(scripted: Scripted) -> None:
    story = story_of(scripted, reused())
    assert story.after_close
    assert story.scene.sample(story.request).startswith(b"GET /stale")


def test_the_request_that_nobody_answered(scripted: Scripted) -> None:
    story = story_of(scripted, pooled().wait(9).client.says(get("/lost")).server.resets())
    assert not story.after_close
    assert story.scene.sample(story.request).startswith(b"GET /lost")


def test_no_request_where_all_were_answered(scripted: Scripted) -> None:
    story = story_of(scripted, pooled(3).wait(5).server.fin().client.acks())
    assert (story.exchange, story.request) == (-1, -1)
