"""A section as a person types it: the four digits on the front of the voter card."""

import re

from decide.errors import NotFound, Refused, Sentence


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
        raise MistypedSection(
            "Escriba los cuatro números de su sección. Están al frente de su credencial para votar,"
            " junto a la palabra SECCIÓN."
        )
    if not (bare.isascii() and bare.isdigit()):
        raise MistypedSection(
            "La sección lleva sólo números, por ejemplo 0123. Están al frente de su credencial para"
            " votar, junto a la palabra SECCIÓN."
        )
    if len(bare) > 4:
        raise MistypedSection(
            Sentence(
                "Escribió %(n)s números y la sección tiene cuatro. Están al frente de su credencial"
                " para votar, junto a la palabra SECCIÓN. No es su código postal.",
                n=len(bare),
            )
        )
    return int(bare)


def unknown_section(number: int, first: int, last: int) -> UnknownSection:
    """The sentence for a number that is no section; `first` and `last` are those that exist."""
    shown = f"{number:04d}"
    if first <= number <= last:
        return UnknownSection(
            Sentence(
                "La sección %(n)s ya no existe en este mapa. Revise los cuatro números al frente de"
                " su credencial."
                " Si son ésos, su sección cambió: pregunte a la autoridad electoral.",
                n=shown,
            )
        )
    return UnknownSection(
        Sentence(
            "La sección %(n)s no es de este estado. Aquí van de la %(first)s a la %(last)s."
            " Revise los cuatro números al frente de su credencial.",
            n=shown,
            first=f"{first:04d}",
            last=f"{last:04d}",
        )
    )
