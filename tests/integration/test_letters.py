"""What is written beside a package: letters, copies by hand, answers to ideas, and how long."""

from datetime import timedelta

import pytest

from decide.delivery import answers, letters
from decide.delivery.models import AnswerState
from decide.errors import NotFound, Refused
from tests import factories
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.verified import delivered_world, everything_delivered  # noqa: F401

AT = factories.RESULTS
BY = {"at": AT, "by": 1}
BY_HAND = {
    "handed_on": AT.date(), "medium": "Memoria USB", "received_by": "Ana",
    "document": "IEEM/9/2021", "scan": None,
}  # fmt: skip


@pytest.fixture
def session(office):
    with office.house.database.transaction() as opened:
        yield opened


@pytest.fixture
def own(office):
    return office.numbers["lucero"]


def test_a_letter_has_a_number_and_words_and_neither_is_endless(session, office, own):
    def write(number, body):
        return letters.print_letter(
            session, office.house.settings, own, number=number, body=body, **BY
        )

    assert letters.next_body(session) == letters.FIRST_BODY
    for number in ("", "  ", "9" * 201):
        with pytest.raises(Refused, match="número del oficio, en no más de 200"):
            write(number, "Le remitimos su base.")
    for body in ("", " \n ", "a" * 4_001):
        with pytest.raises(Refused, match="texto del oficio, en no más de 4000"):
            write("IEEM/1/2021", body)
    assert letters.letters(session, own) == []
    assert write(" IEEM/1/2021 ", " Primera. ").startswith(b"%PDF")
    write("9" * 200, "a" * 4_000)
    printed = letters.letters(session, own)
    assert [line.number for line in printed] == ["9" * 200, "IEEM/1/2021"]
    assert (printed[1].body, printed[1].at, printed[1].account_id) == ("Primera.", AT, 1)
    assert letters.next_body(session) == "a" * 4_000
    assert letters.letters(session, office.numbers["raiz"]) == []


def test_a_copy_by_hand_is_written_down_whole_and_belongs_to_its_delivery(session, office, own):
    def hand_over(**said):
        letters.hand_over(session, own, **(BY_HAND | BY | said))

    with pytest.raises(Refused, match="en el futuro"):
        hand_over(handed_on=AT.date() + timedelta(days=1))
    for field in ("medium", "received_by", "document"):
        for wrong in ("", "  ", "x" * 201):
            with pytest.raises(Refused, match="en no más de 200 letras"):
                hand_over(**{field: wrong})
    assert letters.handovers(session, own) == []
    hand_over(medium=" Memoria USB ")
    hand_over(medium="x" * 200, scan=("acuse.pdf", "0" * 64))
    later, first = letters.handovers(session, own)
    assert (first.medium, first.received_by, first.scan_name) == ("Memoria USB", "Ana", None)
    assert (later.medium, later.scan_name, later.scan_sha256) == ("x" * 200, "acuse.pdf", "0" * 64)
    assert letters.handover(session, own, first.id) == first
    for delivery, number in ((office.numbers["raiz"], first.id), (own, later.id + 1)):
        with pytest.raises(NotFound):
            letters.handover(session, delivery, number)


def test_an_answer_says_where_or_why_and_not_more_than_six_hundred_letters(session, world, own):
    actor = world["actors"]["lucero"]

    def ideas():
        session.expire_all()
        return answers.received(session, actor, answers.Wanted()).ideas

    letters.hand_over(session, own, **(BY_HAND | BY))
    with pytest.raises(answers.NotReceived):
        ideas()
    letters.hand_over(session, own, **(BY_HAND | BY | {"scan": ("acuse.pdf", "0" * 64)}))
    idea = ideas()[0].id

    def answer(state, text):
        answers.answer(session, actor, idea, state=state, text=text, **BY)

    for state in (AnswerState.ADOPTED, AnswerState.DECLINED):
        with pytest.raises(Refused, match="dónde se incorporó, o por qué"):
            answer(state, "  ")
    with pytest.raises(Refused, match="tiene 601 letras y el máximo es 600"):
        answer(AnswerState.ADOPTED, "a" * 601)
    assert not any(each.answer for each in ideas())
    answer(AnswerState.READ, "")
    answer(AnswerState.ADOPTED, "a" * 600)
    (answered,) = [each for each in ideas() if each.id == idea]
    assert (answered.state, answered.answer) == ("adopted", "a" * 600)


@pytest.mark.parametrize(
    ("matching", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)]
)
def test_the_ideas_of_an_actor_fill_pages_of_twenty(matching, pages):
    assert answers.Received((), matching, 0, matching, matching).pages == pages
