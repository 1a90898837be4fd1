"""A benchmark of several years: the own portal and two invented ones, no real institution."""

from datetime import date

from decide.benchmarks import actions
from decide.benchmarks.entries import AnswerEntry, StepState
from decide.benchmarks.shipped import questionnaire

PORTALS = (
    ("propio", "Decide", "https://decide.ejemplo.mx", True),
    ("A", "Portal A", "https://portal-a.ejemplo.mx", False),
    ("B", "Portal B", "https://portal-b.ejemplo.mx", False),
)


def answers(year, shift=0):
    """Every question of every portal, with levels that differ; one does not apply."""
    for place, (code, name, address, own) in enumerate(PORTALS):
        for number, each in enumerate(questionnaire(year)):
            top = len(each.steps) - 1
            level = None if each.code == "6.4" and not own else (
                max(top - (number + place + shift) % (top + 1) // (1 + own), 0)
            )  # fmt: skip
            note = "Se revisó en la portada y en dos páginas más." if number % 3 == 0 else ""
            link = f"{address}/acerca" if number % 4 == 0 else ""
            yield AnswerEntry(year, code, name, address, own, each.code, level, note, link)


def filled(session, year, *, at, shift=0):
    """A draft with all answers and a plan of two actions."""
    actions.register_questions(session, questionnaire(year), at=at, by=None)
    actions.register_answers(session, list(answers(year, shift)), at=at, by=None)
    for action, area, day, state in (
        ("Explicar en la portada para qué sirve el sitio", "Comunicación Social", 20,
         StepState.STARTED),
        ("Publicar cada mes cuánto se usa", "Informática", 28, StepState.PLANNED),
    ):  # fmt: skip
        actions.put_step(
            session, year, None, action=action, area=area, due_on=date(year + 1, 2, day),
            state=state, at=at, by=1,
        )  # fmt: skip


def published(session, *years, at):
    """Several years, complete and published."""
    for shift, year in enumerate(years):
        filled(session, year, at=at, shift=len(years) - shift)
        actions.publish(session, year, at=at, by=1, reason="Acuerdo de prueba")
