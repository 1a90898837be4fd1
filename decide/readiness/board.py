"""From facts to a board: per phase the needs, each with its state, who mends it, and where.

A phase needs what it shows. What earlier phases need counts for later ones too, so each need is
listed once: at the first phase that cannot open without it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from decide.calendar.rules import Area, Window
from decide.readiness.facts import Facts

NAMED = 6  # names that a sentence tells before it only counts


class State(StrEnum):
    """Of a need. PARTLY does not keep a phase from opening, MISSING does."""

    DONE = "done"
    PARTLY = "partly"
    MISSING = "missing"


class Place(StrEnum):
    """Where a need is mended: a page of the office, or a list to import there."""

    PROCESS = "process"
    CALENDAR = "calendar"
    SHAPES = "shapes"
    IMPORTS = "imports"
    PLATFORMS = "platforms"
    TEXTS = "texts"
    ACCESS = "access"
    COMMAND = "command"
    ITSELF = "itself"  # nothing to do: the program does it


class Who(StrEnum):
    """Whose task it is, as pages and commands say it."""

    ADMINISTRATION = "Administración"
    IMPORT = "Importación"
    WRITING = "Edición"
    SYSTEMS = "Informática"
    ACTORS = "Partidos e independientes"
    PROGRAM = "El sistema"


# The steps of setting a process up, in order, and the needs that each is made of.
STEPS = (
    ("Nombre, año, órganos y fechas", ("process", "contests")),
    ("Territorio", ("territory",)),
    ("Cartografía", ("cartography",)),
    ("Actores políticos", ("actors",)),
    ("Alianzas por elección", ("alliances",)),
    ("Integración de los ayuntamientos", ("seats",)),
    ("Candidaturas", ("candidacies",)),
    ("Plataformas electorales", ("platforms", "platform_files")),
    ("Bloques de competitividad", ("blocks",)),
    ("Calendario", ("calendar",)),
    ("Textos del sitio", ("texts",)),
    ("Accesos y cartas", ("accounts", "letters", "activated")),
)
URGENCY = (State.MISSING, State.PARTLY, State.DONE)


@dataclass(frozen=True)
class Need:
    """One thing a phase needs. `text` says how it stands; `layout` the list to import, if one.

    Before the day `not_before` nobody can do it.
    """

    key: str
    title: str
    state: State
    text: str
    who: Who
    place: Place
    layout: str = ""
    not_before: date | None = None


@dataclass(frozen=True)
class Stage:
    """A phase and its own needs. `window` is None for what comes before any phase."""

    title: str
    window: Window | None
    needs: tuple[Need, ...]

    @property
    def missing(self) -> int:
        """How many needs keep it from opening."""
        return sum(need.state is State.MISSING for need in self.needs)

    @property
    def partly(self) -> int:
        """How many are not complete."""
        return sum(need.state is State.PARTLY for need in self.needs)


@dataclass(frozen=True)
class Board:
    """All stages, in the order in which they open; and the steps of setting up, in theirs.

    A step is told like a need. Steps are there before there is any phase, and count for nothing:
    what they are made of is counted at its phase.
    """

    stages: tuple[Stage, ...]
    steps: tuple[Need, ...]

    @property
    def missing(self) -> int:
        """Needs that keep something from opening."""
        return sum(stage.missing for stage in self.stages)

    @property
    def done(self) -> int:
        """Needs that are met."""
        return sum(need.state is State.DONE for need in self.needs)

    @property
    def needs(self) -> tuple[Need, ...]:
        """Every need."""
        return tuple(need for stage in self.stages for need in stage.needs)

    def next_step(self, today: date) -> Need | None:
        """The first thing that somebody can do today; None when there is none."""
        missing = (need for need in self.needs if need.state is State.MISSING)
        return next((need for need in missing if (need.not_before or today) <= today), None)

    def unready(self, now: datetime) -> tuple[Stage, ...]:
        """Phases that are open or will open, and lack something."""
        return tuple(
            stage
            for stage in self.stages
            if stage.missing
            and (
                stage.window is None or stage.window.closes_at is None
                or stage.window.closes_at > now
            )
        )  # fmt: skip


def board(facts: Facts) -> Board:
    """What the facts mean for each phase."""
    stages = [Stage("Antes de todo", None, tuple(first(facts)))]
    told = {need.key for need in stages[0].needs}
    for window in facts.windows:
        needs = tuple(need for need in needs_of(window, facts) if need.key not in told)
        told |= {need.key for need in needs}
        stages.append(Stage(window.title, window, needs))
    return Board(tuple(stages), tuple(steps(facts)))


def steps(facts: Facts) -> Iterator[Need]:
    """Each step as its most urgent need, under the step's name; the page is its last need's."""
    needs = (
        *first(facts), *platform_needs(facts), *candidacy_needs(facts), *account_needs(facts),
    )  # fmt: skip
    found = {need.key: need for need in needs}
    for title, keys in STEPS:
        worst = min((found[key] for key in keys), key=lambda need: URGENCY.index(need.state))
        page = found[keys[-1]]
        yield replace(worst, title=title, place=page.place, layout=page.layout)


def first(facts: Facts) -> Iterator[Need]:
    """What any phase needs."""
    process = facts.process
    yield Need(
        "process",
        "Proceso electoral",
        State.DONE if process else State.MISSING,
        process.name if process else "Falta el nombre del proceso y el día de la elección.",
        Who.ADMINISTRATION,
        Place.PROCESS,
    )
    yield Need(
        "calendar",
        "Calendario",
        State.DONE if facts.windows else State.MISSING,
        f"{len(facts.windows)} etapas." if facts.windows else "Faltan las fechas de las etapas.",
        Who.ADMINISTRATION,
        Place.CALENDAR if facts.windows else Place.PROCESS,
    )
    territory = facts.municipalities and facts.districts and facts.sections
    yield Need(
        "territory",
        "Territorio",
        State.DONE if territory else State.MISSING,
        f"{facts.municipalities:,} municipios, {facts.districts:,} distritos "
        f"y {facts.sections:,} secciones.",
        Who.ADMINISTRATION,
        Place.PROCESS,
    )
    yield cartography(facts)
    yield Need(
        "contests",
        "Elecciones",
        State.DONE if facts.contests else State.MISSING,
        f"{facts.contests:,} elecciones: una por distrito, una por municipio y la lista.",
        Who.ADMINISTRATION,
        Place.PROCESS,
    )
    yield texts(facts)
    yield Need(
        "two_people",
        "Dos personas de administración",
        State.DONE if facts.administrators > 1 else State.PARTLY,
        "Los cambios delicados los propone una persona y los aprueba otra. "
        f"Hay {facts.administrators}.",
        Who.ADMINISTRATION,
        Place.ACCESS,
    )


def cartography(facts: Facts) -> Need:
    """Official maps. Without one the pages draw equal tiles, so it stops nothing."""
    without = [
        name
        for has, name in ((facts.municipal_map, "municipios"), (facts.district_map, "distritos"))
        if not has
    ]
    return Need(
        "cartography",
        "Cartografía",
        State.PARTLY if without else State.DONE,
        f"Falta el mapa oficial de {' y de '.join(without)}. Mientras, se ven hexágonos iguales."
        if without
        else "Los mapas oficiales de municipios y de distritos están en uso.",
        Who.IMPORT,
        Place.SHAPES,
    )


def texts(facts: Facts) -> Need:
    """What the site explains. The product brings all of it; what staff began is to be published."""
    waiting = facts.text_drafts
    return Need(
        "texts",
        "Textos del sitio",
        State.PARTLY if waiting else State.DONE,
        f"{'Un texto tiene' if waiting == 1 else f'{waiting:,} textos tienen'} un borrador "
        "sin publicar."
        if waiting
        else "Ningún borrador está sin publicar. El sitio trae textos de origen: revíselos.",
        Who.WRITING,
        Place.TEXTS,
    )


def needs_of(window: Window, facts: Facts) -> Iterator[Need]:
    """What one phase needs for what it shows and opens."""
    if Area.PLATFORM in window.visible:
        yield from platform_needs(facts)
    if window.takes_part:
        yield sealing(facts)
    if Area.CANDIDACY in window.visible:
        yield from candidacy_needs(facts)
    if Area.PROPOSAL in window.editable:
        yield from account_needs(facts)
    if Area.RESULT in window.visible:
        results = lacking(
            "results",
            "Resultados oficiales",
            facts.without_result,
            facts.contests - 1,
            "Faltan resultados",
            layout="resultados-ayuntamientos",
        )
        yield replace(results, not_before=facts.process.election_day if facts.process else None)


def platform_needs(facts: Facts) -> Iterator[Need]:
    """Actors and what they registered."""
    yield Need(
        "actors",
        "Actores políticos",
        State.DONE if facts.parties else State.MISSING,
        f"{facts.parties} partidos registrados.",
        Who.IMPORT,
        Place.IMPORTS,
        "actores",
    )
    yield lacking(
        "platforms", "Plataformas electorales", facts.without_platform, facts.parties,
        "Faltan plataformas", layout="plataformas",
    )  # fmt: skip
    yield platform_files(facts)
    yield lacking(
        "blocks", "Bloques de competitividad", facts.without_blocks, facts.parties,
        "Faltan bloques", layout="bloques-ayuntamientos", may_wait=True,
    )  # fmt: skip


def platform_files(facts: Facts) -> Need:
    """The registered documents beside their text; citizens can read the text without them."""
    told = []
    if facts.without_file:
        told.append(lacking("", "", facts.without_file, 1, "Falta el PDF de").text)
    if facts.platform_drafts:
        count = facts.platform_drafts
        what = "un borrador" if count == 1 else f"{count:,} borradores"
        told.append(f"Hay {what} por corregir y registrar.")
    if not facts.platforms:
        told.append("Todavía no hay plataformas. Puede sacarlas de su PDF o importar la lista.")
    return Need(
        "platform_files",
        "Plataformas en PDF",
        State.PARTLY if told else State.DONE,
        " ".join(told) or "Cada plataforma registrada tiene su PDF.",
        Who.IMPORT,
        Place.PLATFORMS,
    )


def candidacy_needs(facts: Facts) -> Iterator[Need]:
    """Seats, alliances, and who stands."""
    yield lacking(
        "seats", "Integración de los ayuntamientos", facts.without_seats, facts.municipalities,
        "Falta la integración", layout="integracion",
    )  # fmt: skip
    yield Need(
        "alliances",
        "Coaliciones y candidaturas comunes",
        State.DONE if facts.alliances else State.PARTLY,
        f"{facts.alliances:,} alianzas registradas, contando cada elección."
        if facts.alliances
        else "No hay alianzas registradas. Si no las hubo, no haga nada.",
        Who.IMPORT,
        Place.IMPORTS,
        "alianzas-ayuntamientos",
    )
    yield lacking(
        "candidacies", "Candidaturas", facts.empty_contests, facts.contests - 1,
        "Faltan candidaturas", layout="candidaturas",
    )  # fmt: skip


def account_needs(facts: Facts) -> Iterator[Need]:
    """Those who may publish must be able to log in."""
    yield lacking(
        "accounts", "Accesos de los actores políticos", facts.without_account, facts.publishers,
        "Falta dar acceso", who=Who.ADMINISTRATION, place=Place.ACCESS,
    )  # fmt: skip
    yield Need(
        "letters",
        "Cartas entregadas",
        State.PARTLY if facts.not_handed else State.DONE,
        f"Hay {facts.not_handed} cartas vigentes sin anotar su entrega."
        if facts.not_handed
        else "Ninguna carta vigente está sin entregar.",
        Who.ADMINISTRATION,
        Place.ACCESS,
    )
    yield activated(facts)


def activated(facts: Facts) -> Need:
    """Whether they can log in by now: their own task, which stops nothing."""
    waiting = (*facts.without_account, *facts.not_activated)
    ready = facts.publishers - len(waiting)
    return Need(
        "activated",
        "Accesos activados",
        State.PARTLY if waiting or not facts.publishers else State.DONE,
        f"{ready} de {facts.publishers} actores políticos ya pueden entrar.",
        Who.ACTORS,
        Place.ACCESS,
    )


def sealing(facts: Facts) -> Need:
    """The key that signs the daily heads; the program makes one at the first seal."""
    return Need(
        "seal_key",
        "Clave de los sellos",
        State.DONE if facts.seal_keys else State.PARTLY,
        "Hay una clave que firma cada sello."
        if facts.seal_keys
        else "Se crea sola con el primer sello. También puede crearla informática.",
        Who.SYSTEMS,
        Place.COMMAND,
    )


def lacking(
    key: str,
    title: str,
    without: Sequence[str],
    of: int,
    sentence: str,
    *,
    layout: str = "",
    who: Who = Who.IMPORT,
    place: Place = Place.IMPORTS,
    may_wait: bool = False,
) -> Need:
    """A need that names who or what is still without it; all of them without means MISSING."""
    if of <= 0:
        return Need(key, title, State.MISSING, "Todavía no hay nada.", who, place, layout)
    if not without:
        return Need(key, title, State.DONE, "Completo.", who, place, layout)
    shown = ", ".join(without[:NAMED])
    more = len(without) - NAMED
    text = f"{sentence}: {shown}{f' y {more:,} más' if more > 0 else ''}."
    nothing = len(without) >= of and not may_wait
    return Need(key, title, State.MISSING if nothing else State.PARTLY, text, who, place, layout)
