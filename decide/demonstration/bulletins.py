"""Two invented bulletins for the newsroom: one as it was written, one corrected in the open."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from decide.newsroom import actions
from decide.newsroom.actions import Writing

OPENED = Writing(
    title="Ya puede leer las plataformas y decir qué opina",
    summary="La herramienta está abierta para toda la ciudadanía. No hace falta una cuenta.",
    text=(
        "Desde hoy cualquier persona puede leer las **plataformas electorales** y opinar.\n\n"
        "## Qué puede hacer\n\n"
        "- Buscar su sección y saber por qué cargos vota.\n"
        "- Decir *Me gusta* o *No me gusta*.\n"
        "- Enviar una idea y guardar su folio.\n\n"
        "Vea [cómo funciona](/como-funciona) y [las fechas](/calendario)."
    ),
)
DATES = Writing(
    title="Fechas de trayectorias y propuestas",
    summary="Partidos, coaliciones y candidaturas independientes publican desde el primer día.",
    text="Las trayectorias y las propuestas se publican mientras duran las campañas.\n\n"
    "> Publicar es voluntario. Una candidatura sin propuestas también aparece en la lista.",
)
CORRECTED = Writing(
    title=DATES.title,
    summary=DATES.summary,
    text=DATES.text + "\n\nDespués de las campañas ya no se reciben opiniones.",
    note="Se agregó hasta cuándo se reciben opiniones.",
)


def bulletins(session: Session, *, at: datetime) -> None:
    """Write and publish them, a few days ago."""
    publish(session, None, OPENED, at=at - timedelta(days=8))
    number = publish(session, None, DATES, at=at - timedelta(days=5))
    publish(session, number, CORRECTED, at=at - timedelta(days=4))


def publish(session: Session, number: int | None, told: Writing, *, at: datetime) -> int:
    """Write a version and show it; gives the bulletin's number."""
    revision = 0 if number is None else 1
    found = actions.write(session, number, told, revision=revision, at=at, by=None)
    actions.publish(session, found, at=at, by=None)
    return found
