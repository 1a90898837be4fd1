"""When a text may be kept, and when it may be shown."""

import re
from collections.abc import Iterator, Mapping

from decide.desk.fields import FieldRefused
from decide.editorial.entries import Library
from decide.editorial.kinds import (
    FIELDS,
    NAMED_BY,
    PICTURES,
    PLACEHOLDERS,
    STEPS,
    STEPS_OF,
    Field,
    Form,
    Kind,
    step_box,
)
from decide.editorial.shape import Fields, count_of_steps

# A wrong article is worse than none: whoever names one says who confirmed it.
ARTICLE = re.compile(
    r"\bart(?:ículos?|s?\.)\s*\d|\b(?:LGIPE|CEEM|CPEUM|LGPP|CPELSM)\b", re.IGNORECASE
)
BRACED = re.compile(r"\{([^{}\n]{0,40})\}")
CONFIRM = "El texto nombra un artículo o una ley. Escriba quién lo confirmó."
LEFT_OUT = frozenset({"confirmed_by", "easy_checked"})


def check_kept(kind: Kind, fields: Fields) -> None:
    """FieldRefused for what cannot even be kept as a draft: no name, or far too long."""
    name = NAMED_BY[kind]
    if not fields.get(name):
        raise FieldRefused(name, "Escriba el nombre. Con él se encuentra el texto.")
    for box, each in boxes(kind, fields):
        typed = len(fields.get(box, ""))
        if typed > each.longest:
            raise FieldRefused(box, f"Escriba hasta {each.longest} caracteres; escribió {typed}.")
    if count_of_steps(fields) > STEPS_OF.get(kind, 0):
        raise FieldRefused(
            step_box(STEPS_OF.get(kind, 0) + 1, "title"),
            f"Caben hasta {STEPS_OF.get(kind, 0)} pasos. Una algunos.",
        )


def unfit(kind: Kind, slug: str, fields: Fields, known: Library) -> dict[str, str]:
    """What keeps a text from being shown, by box; empty when it is fit."""
    found = dict(missing(kind, fields))
    found |= dict(not_known(kind, slug, fields, known))
    if kind is Kind.TEXT:
        wrong = next(unknown_words(fields), None)
        if wrong:
            found["body"] = (
                f"No se conoce {{{wrong}}}. Puede usar: "
                + ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
                + "."
            )
    if needs_confirmation(fields):
        found["confirmed_by"] = CONFIRM
    return found


def missing(kind: Kind, fields: Fields) -> Iterator[tuple[str, str]]:
    """Boxes that are empty and must not be, or hold too many words."""
    for box, each in boxes(kind, fields):
        value = fields.get(box, "")
        if each.needed and not value:
            yield box, "Falta. Escríbalo antes de publicar."
        elif each.most_words and len(value.split()) > each.most_words:
            yield (
                box,
                f"Escriba hasta {each.most_words} palabras; escribió {len(value.split())}.",
            )
    if kind in STEPS and count_of_steps(fields) == 0:
        yield step_box(1, "title"), "Escriba al menos un paso."


def not_known(kind: Kind, slug: str, fields: Fields, known: Library) -> Iterator[tuple[str, str]]:
    """Boxes that name a word, a category or a drawing that is not there."""
    for box, each in boxes(kind, fields):
        value = fields.get(box, "")
        if each.form is Form.TERMS:
            strange = [one for one in value.split("\n") if one and one not in known.terms]
            if strange:
                yield (
                    box,
                    f"El Quitadudas no tiene «{strange[0]}». Escríbala como está en la lista.",
                )
            elif slug in value.split("\n") and kind is Kind.TERM:
                yield box, "Una palabra no es cercana a sí misma. Quítela."
        elif each.form is Form.CATEGORY and value:
            if value not in {one.category for one in known.terms.values()}:
                yield box, "Elija una categoría de la lista."
        elif each.form is Form.PICTURE and value and value not in PICTURES:
            yield box, "Elija un dibujo de la lista."


def boxes(kind: Kind, fields: Fields) -> Iterator[tuple[str, Field]]:
    """Every box of a text with its field, steps included."""
    yield from ((each.name, each) for each in FIELDS[kind])
    for number in range(1, count_of_steps(fields) + 1):
        yield from ((step_box(number, each.name), each) for each in STEPS.get(kind, ()))


def unknown_words(fields: Fields) -> Iterator[str]:
    """What stands in braces and is nothing that the program fills in."""
    for value in fields.values():
        yield from (name for name in BRACED.findall(value) if name not in PLACEHOLDERS)


def needs_confirmation(fields: Fields) -> bool:
    """Whether an article of law is named and nobody says who confirmed it."""
    told = (value for name, value in fields.items() if name not in LEFT_OUT)
    named = bool(fields.get("legal")) or any(ARTICLE.search(value) for value in told)
    return named and not fields.get("confirmed_by")


def words_of(fields: Fields, kind: Kind) -> Mapping[str, str]:
    """The boxes that are prose for people, as the meter reads them."""
    prose = {Form.PLAIN, Form.LIGHT, Form.ARTICLE, Form.LINES}
    return {
        box: fields[box]
        for box, each in boxes(kind, fields)
        if each.form in prose and fields.get(box) and each.name != "legal"
    }
