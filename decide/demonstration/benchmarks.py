"""Two years of an invented benchmark: the demonstration's own portal beside two invented ones."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from decide.benchmarks import actions
from decide.benchmarks.entries import AnswerEntry, StepState
from decide.benchmarks.shipped import questionnaire

# Code, name, address, own, and how far below the best answer it usually is.
PORTALS = (
    ("propio", "Decide (demostración)", "https://decide.example", True, 4),
    ("A", "Portal A (inventado)", "https://portal-a.example", False, 2),
    ("B", "Portal B (inventado)", "https://portal-b.example", False, 3),
)
STEPS = (
    ("Explicar en la portada para qué sirve el sitio", "Comunicación Social", StepState.DONE),
    ("Publicar cada mes cuánto se usa el sitio", "Informática", StepState.STARTED),
    ("Revisar los textos con personas que leen poco", "Transparencia", StepState.PLANNED),
)
REASON = "Evaluación inventada de la demostración"


def benchmarks(session: Session, today: date, *, at: datetime) -> None:
    """Publish the two years before this one."""
    for back in (2, 1):
        year = today.year - back
        actions.register_questions(session, questionnaire(year), at=at, by=None)
        actions.register_answers(session, answers(year, back), at=at, by=None)
        for number, (action, area, state) in enumerate(STEPS):
            actions.put_step(
                session, year, None, action=action, area=area, state=state, at=at, by=None,
                due_on=date(year + 1, 3 * number + 3, 15),
            )  # fmt: skip
        actions.publish(session, year, at=at, by=None, reason=REASON)


def answers(year: int, back: int) -> list[AnswerEntry]:
    """Each question for each portal: mostly the best answer, and one step less here and there."""
    found = []
    for place, (code, name, address, own, seldom) in enumerate(PORTALS):
        for number, each in enumerate(questionnaire(year)):
            best = len(each.steps) - 1
            less = (number + place + back) % (seldom + (2 - back)) == 0
            note = "Se revisó en un teléfono y en una computadora." if number % 5 == 0 else ""
            found.append(AnswerEntry(year, code, name, address, own, each.code, best - less, note))
    return found
