"""A section as a person types it: the four digits on the front of the voter card."""

import re

from decide.errors import NotFound, Refused

WHERE = "Están al frente de su credencial para votar, junto a la palabra SECCIÓN."


class MistypedSection(Refused):
    """What was typed is not four digits; the sentence says what to check."""


class UnknownSection(NotFound):
    """Four digits, but no section of this territory; the sentence says what to check."""


def typed_section(text: str) -> int:
    """The number behind what was typed; spaces, zeros and a leading «sección» are forgiven.

    Raises MistypedSection.
    """
    bare = re.sub(r"(?i)^\s*secci[oó]n\b|[\s.:\-_]", "", text)
    if not bare:
        raise MistypedSection(f"Escriba los cuatro números de su sección. {WHERE}")
    if not (bare.isascii() and bare.isdigit()):
        raise MistypedSection(f"La sección lleva sólo números, por ejemplo 0123. {WHERE}")
    if len(bare) > 4:
        raise MistypedSection(
            f"Escribió {len(bare)} números y la sección tiene cuatro. {WHERE}"
            " No es su código postal."
        )
    return int(bare)


def unknown_section(number: int, first: int, last: int) -> UnknownSection:
    """The sentence for a number that is no section; `first` and `last` are those that exist."""
    shown = f"{number:04d}"
    if first <= number <= last:
        return UnknownSection(
            f"La sección {shown} ya no existe en este mapa. Revise los cuatro números al frente"
            " de su credencial. Si son ésos, su sección cambió: pregunte a la autoridad electoral."
        )
    return UnknownSection(
        f"La sección {shown} no es de este estado. Aquí van de la {first:04d} a la {last:04d}."
        " Revise los cuatro números al frente de su credencial."
    )
