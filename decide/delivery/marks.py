"""What is marked in a delivery: the tables that say so, and their filling. Counts stay whole."""

import sqlite3

from sqlalchemy.orm import Session

from decide.abuse import queries as abuse
from decide.catalog.models import Subject
from decide.delivery.contents import Scope
from decide.delivery.shape import Column, Shape, View

TESTS = {"window": "ventana", "kind": "grupo", "night": "noche", "rhythm": "ritmo"}
CHOICES = {1: "me_gusta", 2: "no_me_gusta"}

MARKS = (
    Shape(
        "marca",
        "Respuestas marcadas: por la regla publicada o por acuerdo de dos personas. Nada se borra.",
        (
            Column("marca", "INTEGER PRIMARY KEY", "Número dentro de esta entrega."),
            Column("motivo", "TEXT NOT NULL", "regla o personal."),
            Column(
                "prueba",
                "TEXT",
                "Qué pregunta de la regla la encontró: ventana, grupo, noche o ritmo.",
            ),
            Column(
                "asunto", "INTEGER REFERENCES asunto (asunto)", "Asunto; vacío si alcanza a todos."
            ),
            Column("desde", "TEXT NOT NULL", "Primer instante, en hora del centro de México."),
            Column("hasta", "TEXT NOT NULL", "Primer instante que ya no pertenece."),
            Column("respuesta", "TEXT", "me_gusta o no_me_gusta; vacío si son ambas."),
            Column("solo_nuevos", "INTEGER NOT NULL", "1 si alcanza solo a dispositivos nuevos."),
            Column(
                "solo_redes", "INTEGER NOT NULL", "1 si alcanza solo a redes que enviaron mucho."
            ),
            Column("probabilidad", "REAL", "De ver algo así por azar, según la regla."),
            Column("de_mas", "INTEGER", "Respuestas que llegaron de más, según la regla."),
            Column("explicacion", "TEXT NOT NULL", "El motivo del personal; vacío si es regla."),
        ),
    ),
    Shape(
        "conteo_marcado",
        "De conteo_diario, cuántas respuestas están marcadas. Solo días con marcas.",
        (
            Column("asunto", "INTEGER NOT NULL", "Asunto."),
            Column("version", "INTEGER NOT NULL", "Versión que se leyó."),
            Column("dia", "TEXT NOT NULL", "Día, en hora del centro de México."),
            Column("me_gusta", "INTEGER NOT NULL", "Cuántos «Me gusta» marcados."),
            Column("no_me_gusta", "INTEGER NOT NULL", "Cuántos «No me gusta» marcados."),
        ),
        (
            "PRIMARY KEY (asunto, version, dia)",
            "FOREIGN KEY (asunto, version, dia) REFERENCES conteo_diario (asunto, version, dia)",
        ),
    ),
)
MARKED_IDEAS = Shape(
    "idea_marcada",
    "Ideas que casi repiten a muchas otras del mismo día y asunto. Vienen completas en «idea».",
    (
        Column("idea", "INTEGER PRIMARY KEY REFERENCES idea (idea)", "Idea."),
        Column("copias", "INTEGER NOT NULL", "Cuántas casi iguales llegaron, con ella."),
    ),
)
REVIEWED = View(
    "resumen_revisado",
    "Un renglón por asunto con los dos totales: con todo, y sin las respuestas marcadas.",
    """\
SELECT r.asunto, r.actor, r.titulo, r.me_gusta, r.no_me_gusta, r.ideas,
   r.me_gusta - coalesce(m.me_gusta, 0) AS me_gusta_sin_marcadas,
   r.no_me_gusta - coalesce(m.no_me_gusta, 0) AS no_me_gusta_sin_marcadas,
   r.ideas - (SELECT count(*) FROM idea_marcada x JOIN idea i ON i.idea = x.idea
              WHERE i.asunto = r.asunto AND NOT i.retirada) AS ideas_sin_marcadas
FROM resumen_por_asunto r LEFT JOIN (
  SELECT asunto, sum(me_gusta) AS me_gusta, sum(no_me_gusta) AS no_me_gusta
  FROM conteo_marcado GROUP BY asunto
) m ON m.asunto = r.asunto
ORDER BY r.asunto""",
)


def write(base: sqlite3.Connection, session: Session, scope: Scope) -> None:
    """Fill `marca` and `conteo_marcado`; subjects and daily counts stand already."""
    numbers = list(session.scalars(scope.subjects.order_by(Subject.id)))
    decided = scope.decided or scope.cutoff
    known = {number for (number,) in base.execute("SELECT asunto FROM asunto")}
    told = abuse.markings_of(
        session, numbers, cutoff=scope.cutoff, decided=decided, last_day=scope.last_day
    )
    insertion = {shape.name: shape.insertion() for shape in MARKS}
    for number, each in enumerate(told, start=1):
        base.execute(
            insertion["marca"],
            (
                number,
                "personal" if each.day is None else "regla",
                TESTS.get(each.test or ""),
                each.subject if each.subject in known else None,
                each.since.astimezone(scope.zone).isoformat(),
                each.until.astimezone(scope.zone).isoformat(),
                CHOICES.get(each.choice or 0),
                int(each.new_only),
                int(each.crowded_only),
                each.p,
                each.added,
                each.reason,
            ),
        )
    for held in abuse.marked_counts(
        session,
        numbers,
        cutoff=scope.cutoff,
        decided=decided,
        last_day=scope.last_day,
        zone=scope.zone.key,
    ):
        row = (held.subject, held.version, held.day.isoformat(), held.likes, held.dislikes)
        base.execute(insertion["conteo_marcado"], row)
