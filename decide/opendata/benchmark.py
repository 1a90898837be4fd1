"""The benchmark of a year as files: the same columns that the imports understand, and scores."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from decide.benchmarks import queries
from decide.benchmarks.entries import NOT_APPLICABLE
from decide.errors import NotFound
from decide.opendata.definitions import Row, Table, column
from decide.opendata.formats import Format, written


@dataclass(frozen=True)
class Question:
    """A question in the file."""

    anio: int = column("Año", "Año de la evaluación.")
    clave: str = column("Clave", "Número de la pregunta.")
    seccion_evaluada: str = column("Sección", "Parte del cuestionario.")
    pregunta: str = column("Pregunta", "Qué se revisa.")
    peso: int = column("Peso", "Cuánto cuenta la pregunta, de 1 a 100.")
    escala: str = column("Escala", "Respuestas posibles, de peor a mejor, separadas por una raya.")


@dataclass(frozen=True)
class Answer:
    """An answer in the file."""

    anio: int = column("Año", "Año de la evaluación.")
    portal: str = column("Portal", "Clave del portal en esta evaluación.")
    nombre_portal: str = column("Nombre", "Cómo se llama el portal.")
    direccion: str = column("Dirección", "Dónde está.")
    propio: str = column("Propio", "Si es el portal de la autoridad.", {"sí": "sí", "no": "no"})
    clave: str = column("Clave", "Número de la pregunta.")
    respuesta: str = column("Respuesta", "Respuesta de la escala, o No aplica.")
    evidencia: str = column("Evidencia", "Con qué se comprueba; vacío si no se escribió.")
    enlace: str = column("Enlace", "Dónde se comprueba; vacío si no se escribió.")


@dataclass(frozen=True)
class Result:
    """A score in the file."""

    anio: int = column("Año", "Año de la evaluación.")
    portal: str = column("Portal", "Clave del portal en esta evaluación.")
    nombre_portal: str = column("Nombre", "Cómo se llama el portal.")
    seccion_evaluada: str = column("Sección", "Parte del cuestionario; Total para todas.")
    puntaje: float | None = column("Puntaje", "De 0 a 100; vacío si nada aplica.")


def questions(session: Session, year: int) -> Iterable[Question]:
    """The questionnaire."""
    for each in queries.whole(session, year).questions:
        yield Question(year, each.code, each.section, each.text, each.weight, each.scale)


def answers(session: Session, year: int) -> Iterable[Answer]:
    """Every answer of every portal."""
    scales = {each.code: each.steps for each in queries.whole(session, year).questions}
    for each in queries.answers_told(session, year):
        told = NOT_APPLICABLE if each.level is None else scales[each.code][each.level]
        own = "sí" if each.own else "no"
        yield Answer(
            year, each.portal, each.name, each.address, own, each.code, told, each.note, each.link
        )


def results(session: Session, year: int) -> Iterable[Result]:
    """Scores by portal: in all, then by section."""
    for each in queries.whole(session, year).portals:
        yield Result(year, each.code, each.name, "Total", rounded(each.score.total))
        for section, score in each.score.sections.items():
            yield Result(year, each.code, each.name, section, rounded(score))


def rounded(score: float | None) -> float | None:
    """With one decimal, as the pages show it."""
    return None if score is None else round(score, 1)


def nothing(_session: Session) -> Iterable[Row]:
    """These tables belong to a year, which `file_of` is told."""
    return ()


QUESTIONS = Table(
    "preguntas", "Cuestionario", "Preguntas, pesos y escalas.", Question, ("clave",), nothing
)
ANSWERS = Table(
    "respuestas", "Respuestas", "Qué dice cada pregunta de cada portal.", Answer,
    ("portal", "clave"), nothing,
)  # fmt: skip
RESULTS = Table(
    "puntajes", "Puntajes", "De 0 a 100, por portal y sección.", Result,
    ("portal", "seccion_evaluada"), nothing,
)  # fmt: skip
TABLES = {"puntajes": RESULTS, "respuestas": ANSWERS, "preguntas": QUESTIONS}


def file_of(session: Session, year: int, name: str, form: Format) -> bytes:
    """One file of a year; NotFound for an unknown name, or a year without a benchmark."""
    if name not in TABLES:
        raise NotFound(f"No hay un archivo «{name}». Los que hay son: {', '.join(TABLES)}.")
    rows: Iterable[Row]
    if name == "preguntas":
        rows = questions(session, year)
    elif name == "respuestas":
        rows = answers(session, year)
    else:
        rows = results(session, year)
    return written(TABLES[name], rows, form)
