"""The verdict in words."""

from __future__ import annotations

import pytest

from tests.comparison.pairs import compared


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (
            "cure-by-limit",
            "It worked: after 3 s of silence or more, 0 of 18 requests to 127.0.0.1:21200 were"
            " harmed, before 17 of 17.",
        ),
        ("cure-that-is-none", "It did not work: "),
        ("cure-by-retries", "Retries now hide the failures, which go on: "),
        ("cure-with-few-requests", "No sign of a failure, but too little to tell: "),
        ("nginx-stale", "These can't be compared: they have no server in common."),
    ],
)
def test_headlines(after: str, words: str) -> None:
    assert compared(after).verdict.headline.startswith(words)


def test_a_cure_is_not_said_to_be_more_than_the_amounts_allow() -> None:
    text = " ".join(compared("cure-by-limit").verdict.text)
    assert "up to 24% of such requests may still be failing" in text
    assert "0 after (0 to 67)" in text


def test_what_is_missing_is_said() -> None:
    text = " ".join(compared("cure-with-few-requests").verdict.text)
    assert "about 1 of these would have been harmed" in text
    assert "4 more of these without a failure would tell: another 35 s" in text


def test_nothing_is_said_of_what_can_not_be_compared() -> None:
    assert compared("nginx-stale").verdict.text == ()
