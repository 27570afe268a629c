"""`clauses_of`, `sentence_of`, `listing`: clauses put together with a language's punctuation."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.language import _


def clauses_of(clauses: Sequence[str]) -> str:
    """Independent clauses as one, such as ``it closed 3; a reuse was answered``."""
    text = clauses[0]
    for clause in clauses[1:]:
        # Translators: joins two independent clauses of a sentence
        text = _("{clauses}; {clause}").format(clauses=text, clause=clause)
    return text


def sentence_of(clauses: Sequence[str]) -> str:
    """The same, ended as a sentence is."""
    # Translators: ends a sentence
    return _("{clauses}.").format(clauses=clauses_of(clauses))


def listing(items: Sequence[str]) -> str:
    """A list within a sentence, such as ``one and two`` or ``one, two and three``."""
    text = "".join(items[:1])
    for item in items[1:-1]:
        # Translators: joins all but the last item of a list
        text = _("{items}, {item}").format(items=text, item=item)
    if len(items) > 1:
        # Translators: joins the last item of a list
        text = _("{items} and {last}").format(items=text, last=items[-1])
    return text


def alternatives(items: Sequence[str]) -> str:
    """A choice within a sentence, such as ``one or two or three``."""
    text = "".join(items[:1])
    for item in items[1:]:
        # Translators: joins the items of a choice
        text = _("{items} or {item}").format(items=text, item=item)
    return text


def sentences_of(sentences: Sequence[str]) -> str:
    """Sentences one after another, as a paragraph has them."""
    text = "".join(sentences[:1])
    for sentence in sentences[1:]:
        # Translators: joins two sentences of a paragraph
        text = _("{paragraph} {sentence}").format(paragraph=text, sentence=sentence)
    return text
