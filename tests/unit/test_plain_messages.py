"""Every sentence of the citizens' pages is short and plain: all messages, not a sample."""

import ast
import re

import pytest

from decide.editorial.plain import ease, officialese, sentences, words
from decide.web.shared.messages import REFUSALS, ROOMS, files, messages

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


def unmarked(source):
    """Names of plain strings that a refusal of this source takes: no catalogue would see them."""
    tree = ast.parse(source)
    plain = {
        target.id
        for line in tree.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        given.id
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in REFUSALS
        for given in call.args
        if isinstance(given, ast.Name) and given.id in plain
    }


def test_a_refusal_with_a_name_is_a_sentence_that_translators_are_given():
    found = {
        f"{path.name}: {name}"
        for path in files(ROOMS, "*.py")
        for name in unmarked(path.read_text(encoding="utf-8"))
    }
    assert found == set()
    assert unmarked('NO = "No existe."\nraise NotFound(NO)') == {"NO"}
