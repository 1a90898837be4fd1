"""Every sentence of the citizens' pages is short and plain: all messages, not a sample."""

import re

import pytest

from decide.editorial.plain import ease, officialese, sentences, words
from decide.web.shared.messages import messages

LONGEST = 20
# Sentences about the proof itself, for programmers, under a heading that says so.
FOR_PROGRAMMERS = ("El registro es un árbol de Merkle",)


@pytest.fixture(scope="module")
def spoken():
    return [
        re.sub(r"%\(\w+\)[sd]", "algo", form)
        for message in messages()
        for form in (message.id if isinstance(message.id, tuple | list) else (message.id,))
        if form
    ]


def test_no_sentence_has_more_than_twenty_words(spoken):
    long = [
        sentence
        for each in spoken
        for sentence in sentences(each)
        if len(words(sentence)) > LONGEST and not sentence.startswith(FOR_PROGRAMMERS)
    ]
    assert long == []


def test_no_message_is_officialese(spoken):
    assert [each for each in spoken if officialese(each)] == []


def test_help_is_easy_to_read(spoken):
    help_texts = [each for each in spoken if len(words(each)) >= 10]
    assert len(help_texts) > 200
    assert ease("\n".join(help_texts)) >= 70
