"""Which actor a row means in a contest: party, alliance under its legal figure, or independent."""

import re
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy.orm import Session

from decide.catalog import registry
from decide.catalog.entries import ActorEntry
from decide.catalog.models import ActorKind
from decide.imports.cells import plain
from decide.imports.layout import Fields
from decide.imports.places import nearest

ALLIANCES = (ActorKind.COALITION, ActorKind.COMMON_CANDIDACY)
FIGURES = {ActorKind.COALITION: "coalición", ActorKind.COMMON_CANDIDACY: "candidatura común"}
SEPARATOR = re.compile(r"\s*[-–—_/+]\s*")


class Standing:
    """The registered actors, and the alliances that stand in each contest."""

    def __init__(self, session: Session, aliases: Mapping[str, str] | None = None) -> None:
        """`aliases` maps how a list writes an actor (as `cells.plain`) to the actor's key."""
        self.actors = {entry.code: entry for entry in registry.actors(session).values()}
        self.words = {plain(code): code for code in self.actors}
        for entry in self.actors.values():
            if entry.kind not in ALLIANCES:
                self.words.setdefault(plain(entry.acronym), entry.code)
            self.words.setdefault(plain(entry.name), entry.code)
        self.words |= {word: code for word, code in (aliases or {}).items() if code in self.actors}
        self.standing: dict[str, list[ActorEntry]] = defaultdict(list)
        self.again: dict[str, list[ActorEntry]] = defaultdict(list)
        for each in registry.alliances(session).values():
            # An election that was held again has its own list.
            lists = self.again if each.extraordinary else self.standing
            lists[each.contest].append(self.actors[each.actor])

    def option(
        self, header: str, contest: str, *, again: bool = False
    ) -> tuple[str | None, str] | None:
        """Whose votes a column holds in a contest, and the label; None for nobody's.

        The vote of several parties counts for the alliance that holds all of them there; a name
        that nobody registered keeps its own label. `again` asks for an election held again.
        """
        whole = self.words.get(plain(header))
        members = self.actors[whole].members if whole else ()
        parties: list[str | None] = [*members]
        if not parties:
            parties = [whole] if whole else [self.words.get(plain(each)) for each in header.split()]
        known = frozenset(each for each in parties if each is not None)
        if len(known) < len(parties):
            return None, header
        for alliance in (self.again if again else self.standing)[contest]:
            if known <= set(alliance.members):
                return alliance.code, alliance.acronym
        if len(known) == 1:
            code = next(iter(known))
            return code, self.actors[code].acronym
        return None

    def actor(self, row: Fields, column: str, contest: str, where: str) -> str | None:
        """Key of the actor that `column` names in `contest` (shown as `where`); None with a fault.

        The same parties may be a coalition here and a common candidacy there: the alliance that is
        registered in this contest decides.
        """
        told = row.needed(column)
        if told is None:
            return None
        parties = self.parties(row, column, told)
        if parties is None:
            return None
        if len(parties) > 1:
            return self.alliance_of(row, column, contest, where, frozenset(parties))
        return self.alone(row, column, contest, where, self.actors[parties[0]])

    def parties(self, row: Fields, column: str, told: str) -> list[str] | None:
        """Keys of the actors that a cell names; None with a fault when one is unknown."""
        whole = self.words.get(plain(told))
        if whole is not None:
            actor = self.actors[whole]
            return list(actor.members) if actor.kind in ALLIANCES else [whole]
        parts = [part for part in SEPARATOR.split(told) if part]
        unknown = [part for part in parts if plain(part) not in self.words]
        if unknown or not parts:
            self.refuse_unknown(row, column, unknown[0] if unknown else told)
            return None
        return [self.words[plain(part)] for part in parts]

    def alliance_of(
        self, row: Fields, column: str, contest: str, where: str, parties: frozenset[str]
    ) -> str | None:
        """The alliance of exactly these parties that stands in the contest."""
        fit = [each for each in self.standing[contest] if frozenset(each.members) == parties]
        if len(fit) == 1:
            return fit[0].code
        registered = " y ".join(each.acronym for each in self.standing[contest])
        if fit:
            figures = " y ".join(FIGURES[each.kind] for each in fit)
            row.fault(
                column,
                f"En {where} esos partidos están registrados dos veces: {figures}.",
                "Corrija la lista de alianzas e impórtela de nuevo.",
            )
        else:
            row.fault(
                column,
                f"Esa alianza no está registrada en {where}.",
                f"Ahí está registrada {registered}. Corrija la fila o la lista de alianzas."
                if registered
                else "Importe primero la lista de alianzas, o corrija la fila.",
            )
        return None

    def alone(
        self, row: Fields, column: str, contest: str, where: str, actor: ActorEntry
    ) -> str | None:
        """A party by itself, unless it goes in an alliance there."""
        for alliance in self.standing[contest]:
            if actor.code in alliance.members:
                row.fault(
                    column,
                    f"{actor.acronym} va en {FIGURES[alliance.kind]} en {where};"
                    " no puede ir por separado.",
                    f"Escriba «{alliance.acronym}», o corrija la lista de alianzas.",
                )
                return None
        return actor.code

    def refuse_unknown(self, row: Fields, column: str, told: str) -> None:
        """Nobody registered is called so."""
        close = nearest(told, self.words)
        guess = f"¿Quiso decir «{self.actors[self.words[close]].acronym}»? " if close else ""
        row.fault(
            column,
            f"«{told}» no es un actor político registrado.",
            f"{guess}Corrija la celda o importe primero la lista de actores.",
        )
