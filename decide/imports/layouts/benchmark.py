"""The yearly benchmark: its questions with weights and scales, and the answers for each portal."""

import re

from sqlalchemy.orm import Session

from decide.benchmarks import actions, queries
from decide.benchmarks.entries import (
    FEWEST_STEPS,
    HEAVIEST,
    LONGEST,
    MOST_STEPS,
    NOT_APPLICABLE,
    AnswerEntry,
    BenchmarkState,
    QuestionEntry,
    steps_of,
)
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Layout, NothingMore, Shelf

CODE = re.compile(r"[1-9]\d{0,2}(\.[1-9]\d{0,2})?")
FIRST, LAST = 2000, 2100
YES, NO = {"si", "s", "1", "x"}, {"no", "n", "0", ""}


class YearReader(NothingMore):
    """What both lists share: the year, which may not have been published."""

    def __init__(self, session: Session) -> None:
        """Reads what is there already."""
        self.years = {
            year: queries.whole(session, year) for year in queries.years(session, published=False)
        }

    def year_of(self, row: Fields) -> int | None:
        """The year of a row; None with a fault when it is none, or is published."""
        year = row.needed_integer("year")
        if year is None:
            return None
        if not FIRST <= year <= LAST:
            row.fault("year", f"«{year}» no es un año de evaluación.", "Escriba el año, como 2021.")
            return None
        known = self.years.get(year)
        if known is not None and known.state is BenchmarkState.PUBLISHED:
            row.fault(
                "year",
                f"La evaluación de {year} ya se publicó.",
                "Para corregirla, pida reabrirla en su página.",
            )
            return None
        return year


class QuestionReader(YearReader):
    """Rows (year, code, section, question, weight, scale)."""

    def read(self, row: Fields) -> QuestionEntry | None:
        """The question of a row, or None with a fault for each wrong cell."""
        year = self.year_of(row)
        code = row.needed("code")
        if code is not None and not CODE.fullmatch(code):
            row.fault("code", f"«{code}» no es una clave.", "Escriba un número como 2 o 2.1.")
        section, text = needed_text(row, "section"), needed_text(row, "text")
        weight = row.needed_integer("weight")
        if weight is not None and not 1 <= weight <= HEAVIEST:
            row.fault("weight", "El peso no sirve.", f"Escriba un número del 1 al {HEAVIEST}.")
        steps = steps_of(row.needed("scale") or "")
        named = {plain(step) for step in steps}
        if row.text("scale") and not (
            FEWEST_STEPS <= len(steps) <= MOST_STEPS and len(named) == len(steps)
        ):
            row.fault(
                "scale",
                "La escala no sirve.",
                f"Escriba de {FEWEST_STEPS} a {MOST_STEPS} respuestas distintas, de peor a mejor:"
                " No / En parte / Sí.",
            )
        if row.faults or year is None or code is None or weight is None:
            return None
        return QuestionEntry(year, code, section, text, weight, "/".join(steps))


class AnswerReader(YearReader):
    """Rows (year, portal, name, address, own, question, answer, evidence, link)."""

    def read(self, row: Fields) -> AnswerEntry | None:
        """The answer of a row, or None with a fault for each wrong cell."""
        year = self.year_of(row)
        portal = needed_text(row, "portal")
        name, address = needed_text(row, "name"), address_of(row, "address", needed=True)
        own = plain(row.text("own"))
        if own not in YES | NO:
            row.fault("own", f"«{row.text('own')}» no se entiende.", "Escriba sí o no.")
        code, told = row.needed("code"), row.needed("answer")
        level = None
        if year is not None and code is not None and told is not None:
            level = self.level_of(row, year, code, told)
        note, link = text_of(row, "note"), address_of(row, "link")
        if row.faults or year is None or code is None:
            return None
        return AnswerEntry(
            year, portal, name, address, own in YES, code, level, note, link
        )  # fmt: skip

    def level_of(self, row: Fields, year: int, code: str, told: str) -> int | None:
        """Where an answer stands on its question's scale; None when it does not apply."""
        known = self.years.get(year)
        question = (
            next((each for each in known.questions if each.code == code), None) if known else None
        )
        if question is None:
            row.fault(
                "code",
                f"La evaluación de {year} no tiene la pregunta «{code}».",
                "Importe primero el cuestionario de ese año.",
            )
            return None
        if plain(told) == plain(NOT_APPLICABLE):
            return None
        steps = [plain(step) for step in question.steps]
        if plain(told) not in steps:
            row.fault(
                "answer",
                f"«{told}» no está en la escala.",
                f"Escriba una de estas: {', '.join((*question.steps, NOT_APPLICABLE))}.",
            )
            return None
        return steps.index(plain(told))


def needed_text(row: Fields, name: str) -> str:
    """A text that must be there and may not be endless."""
    row.needed(name)
    return text_of(row, name)


def text_of(row: Fields, name: str) -> str:
    """A text that may not be endless."""
    told = row.text(name)
    if len(told) > LONGEST:
        row.fault(name, "El texto es demasiado largo.", f"Déjelo en {LONGEST} letras o menos.")
    return told


def address_of(row: Fields, name: str, *, needed: bool = False) -> str:
    """An address of the web; a fault for any other."""
    told = needed_text(row, name) if needed else text_of(row, name)
    if told and not told.startswith(("https://", "http://")):
        row.fault(name, "La dirección no está completa.", "Cópiela entera: https://…")
    return told


QUESTIONS = Layout(
    key="evaluacion-preguntas",
    title="Preguntas de la evaluación del portal",
    about="El cuestionario de un año: secciones, preguntas, pesos y escalas.",
    columns=(
        Column("year", "anio", ("año", "ano", "ejercicio")),
        Column("code", "clave", ("num", "no")),
        Column("section", "seccion_evaluada", ("seccion_del_cuestionario",)),
        Column("text", "pregunta", ("reactivo",)),
        Column("weight", "peso", ("ponderacion",)),
        Column("scale", "escala", ("respuestas_posibles",)),
    ),
    cite="code",
    open=QuestionReader,
    shelf=Shelf(
        current=queries.question_entries,
        write=actions.register_questions,
        remove=actions.remove_questions,
        entry=QuestionEntry,
    ),
    one="la misma pregunta",
)
ANSWERS = Layout(
    key="evaluacion-respuestas",
    title="Respuestas de la evaluación del portal",
    about="Lo que cada pregunta dice de cada portal comparado, con su evidencia.",
    columns=(
        Column("year", "anio", ("año", "ano", "ejercicio")),
        Column("portal", "portal", ("clave_portal",)),
        Column("name", "nombre_portal", ("institucion",)),
        Column("address", "direccion", ("url", "sitio")),
        Column("own", "propio", required=False),
        Column("code", "clave", ("clave_pregunta", "pregunta")),
        Column("answer", "respuesta", ("valor",)),
        Column("note", "evidencia", ("observaciones",), required=False),
        Column("link", "enlace", ("liga",), required=False),
    ),
    cite="code",
    open=AnswerReader,
    shelf=Shelf(
        current=queries.answer_entries,
        write=actions.register_answers,
        remove=actions.remove_answers,
        entry=AnswerEntry,
    ),
    one="la misma respuesta",
)
