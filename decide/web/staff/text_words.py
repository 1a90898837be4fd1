"""Words of the desk of texts: kinds, boxes, states."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from decide.editorial.desk import Desk, Line
from decide.editorial.kinds import FIELDS, SPANISH, STEPS, Field, Form, Key, Kind
from decide.editorial.shape import BOX
from decide.errors import NotFound
from decide.web.shared.languages import offered

# The part of an address that says the kind.
PLACES = {
    "palabra": Kind.TERM, "organo": Kind.ORGAN, "reparto": Kind.ASSIGNMENT, "guia": Kind.GUIDE,
    "aviso": Kind.TEXT, "inicio": Kind.HOME,
}  # fmt: skip
PLACE_OF = {kind: place for place, kind in PLACES.items()}


def mount(door: Blueprint) -> None:
    """Give the templates of this door these words as filters."""
    for each in (text_kind_words, box_words, text_states, language_words, text_url):
        door.add_app_template_filter(each)


def key_of(language: str, kind: str, slug: str) -> Key:
    """The text that an address names; NotFound for what no text can be called."""
    if kind not in PLACES or language not in {each.code for each in offered()}:
        raise NotFound(_("Ese texto no existe. Búsquelo en la lista."))
    return Key(PLACES[kind], slug, language)


def text_url(key: Key, view: str = "staff.text", **more: Any) -> str:
    """The address of a text in the office, or of a deed about it."""
    return url_for(view, language=key.language, what=PLACE_OF[key.kind], slug=key.slug, **more)


def languages() -> tuple[str, ...]:
    """Languages into which texts are translated."""
    return tuple(each.code for each in offered() if each.code != SPANISH)


def language_words(code: str) -> str:
    """“English”."""
    names: dict[str, str] = {each.code: each.name for each in offered()}
    return names.get(code, code)


def text_kind_words(kind: str) -> str:
    """“Palabra del Quitadudas”."""
    words: dict[str, str] = {
        Kind.TERM: _("Palabra del Quitadudas"),
        Kind.ORGAN: _("Qué se elige"),
        Kind.ASSIGNMENT: _("Reparto de lugares"),
        Kind.GUIDE: _("Guía"),
        Kind.TEXT: _("Aviso o texto del sitio"),
        Kind.HOME: _("Página de inicio"),
    }
    return words[kind]


def text_states(told: Line | Desk) -> list[tuple[str, str]]:
    """Where a text stands: words and the kind of tag."""
    draft = told.draft if isinstance(told, Line) else told.working is not None
    shown = told.shown if isinstance(told, Line) else told.shown is not None
    found = []
    if told.withdrawn and not shown:
        found.append((_("Retirado"), "ghost"))
    elif shown:
        found.append((_("Publicado"), "strong"))
    if draft:
        found.append((_("Borrador"), "clay"))
    if told.due_at:
        found.append((_("Programado"), "clay"))
    return found or [(_("Sin publicar"), "ghost")]


def box_words(box: str, kind: Kind) -> str:
    """What a box is called on the page."""
    step = BOX.fullmatch(box)
    if step is not None:
        return str(_("Paso %(n)s: %(part)s", n=step[1], part=step_words(step[2])))
    own: dict[tuple[str, Kind], str] = {
        ("term", Kind.TERM): _("Palabra"),
        ("term", Kind.ORGAN): _("Cuánto dura"),
        ("title", Kind.HOME): _("Encabezado"),
        ("lead", Kind.HOME): _("Entrada"),
    }
    return str(own.get((box, kind)) or words_of_boxes()[box])


def step_words(part: str) -> str:
    """A part of a step."""
    words: dict[str, str] = {
        "title": _("título"), "text": _("texto"), "time": _("cuánto tarda"), "picture": _("dibujo"),
    }  # fmt: skip
    return words[part]


def words_of_boxes() -> dict[str, str]:
    """Boxes that are called alike wherever they stand."""
    return {
        "name": _("Nombre"),
        "title": _("Título"),
        "category": _("Tema"),
        "definition": _("Qué es"),
        "example": _("Ejemplo"),
        "so_what": _("¿Y a mí qué?"),
        "more": _("Para saber más"),
        "related": _("Palabras cercanas"),
        "terms": _("Palabras cercanas"),
        "also": _("También se llama"),
        "in_short": _("En una frase"),
        "who": _("Quiénes lo forman"),
        "does": _("Qué hace"),
        "does_not": _("Qué no hace"),
        "my_vote": _("Qué cambia con su voto"),
        "ask": _("Qué puede preguntarles"),
        "paragraphs": _("Texto"),
        "intro": _("Entrada"),
        "time": _("Cuánto tarda"),
        "remedy": _("Si algo sale mal"),
        "links": _("Dónde"),
        "body": _("Texto"),
        "heading": _("Título de los pasos"),
        "easy": _("Lectura fácil"),
        "legal": _("Fundamento legal"),
        "confirmed_by": _("Confirmado por"),
        "note": _("Qué cambió"),
        "reason": _("Motivo"),
        "due": _("Fecha y hora"),
        "file": _("Archivo"),
        "alt": _("Qué se ve en la imagen"),
        "caption": _("Pie de imagen"),
        "kind": _("Tipo"),
    }


def hints(form: Form) -> str:
    """How a box is written."""
    words: dict[Form, str] = {
        Form.LIGHT: _("Una línea vacía separa párrafos. - lista, **negritas**."),
        Form.ARTICLE: _(
            "Una línea vacía separa párrafos. # título, - lista, **negritas**, [enlace](/guias)."
        ),
        Form.LINES: _("Una idea en cada línea."),
        Form.TERMS: _("Una palabra en cada línea, como está en la lista."),
        Form.LINKS: _("Uno en cada línea: Nombre | https://dirección"),
    }
    return words.get(form, "")


def hint_of(kind: Kind, field: Field) -> str:
    """What is said below the name of a box."""
    own: dict[str, str] = {
        "definition": _("Hasta 60 palabras. Sin artículos de ley."),
        "legal": _("Sólo se muestra si abajo dice quién lo confirmó."),
        "confirmed_by": _("Nombre y área de quien revisó lo que dice la ley."),
    }
    if field.name == "body" and kind is Kind.TEXT:
        return f"{hints(field.form)} {_('Puede usar {authority}, {help_phone} y {help_email}.')}"
    return own.get(field.name, "") or hints(field.form)


def rows_of(form: Form) -> int:
    """Height of a box; 0 for one line."""
    rows = {Form.PLAIN: 3, Form.LIGHT: 4, Form.ARTICLE: 14, Form.LINES: 7, Form.TERMS: 4}
    return rows.get(form, 4 if form is Form.LINKS else 0)


def boxes_of(kind: Kind, steps: int) -> Iterator[tuple[str, Field]]:
    """Boxes of a form in the order of the page: the steps stand after the first three."""
    own = [(each.name, each) for each in FIELDS[kind]]
    first = [each for each in own if each[0] in ("title", "intro", "lead", "heading")]
    yield from first if kind in STEPS else own
    for number in range(1, steps + 1):
        yield from ((f"step-{number}-{each.name}", each) for each in STEPS.get(kind, ()))
    if kind in STEPS:
        yield from (each for each in own if each not in first)
