"""The catalogues hold every message of the sources, translated, and nothing else."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from netdiag.language import ENGLISH, LANGUAGES
from tests.catalogue import mo_bytes, po_path, po_text, template, updated

TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]
each_language = pytest.mark.parametrize("language", TRANSLATED)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|\$\{\w+\}|%\(\w+\)s")
_CODE = re.compile(r"`[^`]+`")


def messages(language: str) -> list[Message]:
    with po_path(language).open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(text: object) -> list[str]:
    """A message's forms, of which there are several where a number decides."""
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]


def identifiers(catalog: Catalog | list[Message]) -> set[str]:
    return {"\n".join(forms(message.id)) for message in catalog if message.id}


@each_language
def test_every_message_of_the_sources_is_there_and_no_other(language: str) -> None:
    assert identifiers(messages(language)) == identifiers(template()), "python -m tests.catalogue"


@each_language
def test_every_message_is_translated(language: str) -> None:
    without = [message.id for message in messages(language) if not all(forms(message.string))]
    assert not without
    assert not [message.id for message in messages(language) if message.fuzzy]


@each_language
def test_what_is_filled_in_is_the_same(language: str) -> None:
    for message in messages(language):
        wanted = Counter(_PLACEHOLDER.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            assert set(_PLACEHOLDER.findall(form)) == set(wanted), message.id


@each_language
def test_code_in_a_message_stays_code(language: str) -> None:
    for message in messages(language):
        wanted = sorted(_CODE.findall(forms(message.id)[-1]))
        assert sorted(_CODE.findall(forms(message.string)[0])) == wanted, message.id


@each_language
def test_the_files_are_those_that_the_sources_make(language: str) -> None:
    again = "python -m tests.catalogue"
    assert po_path(language).read_bytes() == po_text(updated(language)), again
    with po_path(language).open("rb") as file:
        compiled = mo_bytes(read_po(file, locale=language))
    assert po_path(language).with_suffix(".mo").read_bytes() == compiled, again


def test_the_messages_are_found_wherever_they_stand() -> None:
    found = identifiers(template())
    assert "The client used a pooled connection that the server had closed as idle." in found
    assert "{n} request\n{n} requests" in found
    assert len(found) > 700
