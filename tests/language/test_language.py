"""The language of the context, and the one that a locale asks for."""

from __future__ import annotations

import pytest

from netdiag.language import LANGUAGES, _, current, ngettext, preferred, speaking


def test_without_being_asked_it_is_english() -> None:
    assert current() == "en"
    assert _("no such message {here}") == "no such message {here}"
    assert [ngettext("one", "many", n) for n in (0, 1, 2)] == ["many", "one", "many"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_spoken_until_the_context_is_left(language: str) -> None:
    with speaking(language):
        assert current() == language
        with speaking("en"):
            assert current() == "en"
        assert current() == language
    assert current() == "en"


def test_an_unknown_language_is_named_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="'xx'; there are en, zh_CN"), speaking("xx"):
        pass


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh_CN:en"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh_CN"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "zh_SG@pinyin"}, "zh_CN"),
        ({"LANG": "zh-Hans-CN"}, "zh_CN"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LANG": "zh_Hant_HK"}, "en"),
    ],
)
def test_the_locale_chooses(environment: dict[str, str], language: str) -> None:
    assert preferred(environment) == language
