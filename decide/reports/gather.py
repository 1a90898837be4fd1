"""The facts of a report, as tables. Nothing here counts reactions per actor."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from decide.audit.models import AuditEntry
from decide.calendar import queries as calendar
from decide.calendar.models import CalendarNotice
from decide.catalog.models import (
    Candidacy,
    Platform,
    PoliticalActor,
    Profile,
    Subject,
    SubjectKind,
    SubjectVersion,
)
from decide.commitments import queries as commitments
from decide.commitments.entries import Progress
from decide.newsroom import queries as newsroom
from decide.outreach import plan
from decide.outreach.kinds import ActivityKind
from decide.reports import visits
from decide.reports.shape import Cell, Period, Sheet, cell
from decide.statistics import efforts
from decide.statistics.disclosure import disclosed

KINDS = {
    SubjectKind.PLATFORM: "Plataformas",
    SubjectKind.SECTION: "Temas de plataforma",
    SubjectKind.BLOCK: "Bloques de competitividad",
    SubjectKind.PROPOSAL: "Propuestas de campaña",
}
INCIDENTS = {
    "pressure.set": "Cambió el nivel de presión",
    "marking.applied": "Se anularon respuestas",
    "marking.reverted": "Se revirtió una anulación",
    "delivery.retried": "Se reintentó una entrega",
}
ACTIVITIES = {
    ActivityKind.CONFERENCE: "Conferencia de prensa",
    ActivityKind.BULLETIN: "Boletín",
    ActivityKind.PRINT: "Inserción en prensa",
    ActivityKind.INTERVIEW: "Entrevista",
    ActivityKind.PROGRAMME: "Programa institucional",
    ActivityKind.NETWORK: "Redes sociales",
    ActivityKind.DISPLAY: "Anuncio en línea",
    ActivityKind.BANNER: "Anuncio en medios",
}
PROGRESS = {
    Progress.PLANNED: "Por iniciar",
    Progress.STARTED: "En marcha",
    Progress.DONE: "Cumplida",
}


def facts(session: Session, period: Period, *, authority: str, at: datetime) -> dict[str, Any]:
    """Everything that both papers say. `at` is when the report was ordered."""
    sheets = (
        published(session, period),
        moved(session, period),
        bulletins(session, period),
        spreading(session, period),
        completeness(session),
        visits.by_day(session, period),
        visits.funnel_sheet(session, period),
        visits.by_term(session, period),
        visits.by_place(session, period),
        visits.by_source(session, period),
        incidents(session, period),
        progress(session, period),
    )
    return {
        "authority": authority,
        "process": calendar.process(session).name,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "made": period.day_of(at),
        "sheets": [asdict(each) for each in sheets],
    }


def published(session: Session, period: Period) -> Sheet:
    """How many texts were published or corrected each day, by kind."""
    day = func.date(func.timezone(period.zone.key, SubjectVersion.published_at))
    rows = session.execute(
        select(day, Subject.kind, func.count())
        .join(Subject, Subject.id == SubjectVersion.subject_id)
        .join(PoliticalActor, PoliticalActor.id == Subject.actor_id)
        .where(period.holds(SubjectVersion.published_at), ~PoliticalActor.is_test)
        .group_by(day, Subject.kind)
        .order_by(day, Subject.kind)
    )
    told = tuple((each.isoformat(), KINDS[kind], count) for each, kind, count in rows)
    return Sheet(
        "Qué se publicó", "Textos nuevos o corregidos por día.", ("Día", "Tipo", "Textos"), told
    )


def moved(session: Session, period: Period) -> Sheet:
    """Changes of dates that were announced."""
    found = session.scalars(
        select(CalendarNotice)
        .where(period.holds(CalendarNotice.announced_at))
        .order_by(CalendarNotice.id)
    )
    rows = tuple((period.day_of(each.announced_at), each.title, each.reason) for each in found)
    return Sheet(
        "Cambios del calendario",
        "Como se anunciaron en el sitio.",
        ("Día", "Etapa", "Motivo"),
        rows,
    )


def bulletins(session: Session, period: Period) -> Sheet:
    """What the newsroom published."""
    days = {each: period.day_of(each.published_at) for each in newsroom.published(session)}
    first, last = period.since.isoformat(), period.until.isoformat()
    rows = sorted((day, each.title) for each, day in days.items() if first <= day <= last)
    return Sheet("Boletines", "Publicados en la sala de prensa.", ("Día", "Título"), tuple(rows))


def spreading(session: Session, period: Period) -> Sheet:
    """The dissemination plan: what was planned for these days or done on them, and its visits.

    Everything as it stood when the last day ended; what was done later is still to come here.
    """
    brought_by = efforts.visits(session)
    rows = []
    for each in plan.lines(session, today=period.until):
        done = each.done_on if each.done_on and each.done_on <= period.until else None
        if not any(day and period.since <= day <= period.until for day in (each.planned_on, done)):
            continue
        brought = sum(
            count
            for day, count in brought_by.get(each.id, {}).items()
            if period.since <= day <= period.until
        )
        rows.append(
            (
                each.title,
                ACTIVITIES[ActivityKind(each.kind)],
                each.planned_on.isoformat(),
                f"Hecha el {done.isoformat()}" if done else "Atrasada",
                " ".join(filter(None, (each.evidence, each.evidence_link))) if done else "",
                cell(disclosed(brought)),
            )
        )
    return Sheet(
        "Plan de difusión",
        "Lo planeado o hecho en estos días. Visitas: las que llegaron por sus enlaces, en decenas.",
        ("Actividad", "Tipo", "Planeada", "Avance", "Evidencia", "Visitas"),
        tuple(rows),
    )


def completeness(session: Session) -> Sheet:
    """Of each actor's heads, how many have a trajectory, and what it published: all public."""
    by_actor = select(Candidacy.actor_id, func.count()).group_by(Candidacy.actor_id)
    heads = by_actor.where(Candidacy.is_head)
    told = by_actor.join(Profile, Profile.candidacy_id == Candidacy.id).where(
        Candidacy.is_head, Profile.published_at.is_not(None)
    )
    texts = select(Subject.actor_id, func.count()).where(Subject.open)
    proposals = texts.where(Subject.kind == SubjectKind.PROPOSAL).group_by(Subject.actor_id)
    platforms = select(Platform.actor_id, func.count()).group_by(Platform.actor_id)
    tables: list[dict[int, int]] = [
        dict(session.execute(each).all()) for each in (heads, told, proposals, platforms)
    ]
    actors = session.execute(
        select(PoliticalActor.id, PoliticalActor.name)
        .where(~PoliticalActor.is_test)
        .order_by(PoliticalActor.registration_order, PoliticalActor.id)
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(name), *(table.get(number, 0) for table in tables)) for number, name in actors
    )
    return Sheet(
        "Avance de los actores",
        "Lo publicado hasta el día del informe, en el orden del registro.",
        ("Actor", "Encabezan", "Con trayectoria", "Propuestas", "Plataformas"),
        rows,
    )


def incidents(session: Session, period: Period) -> Sheet:
    """What the trail has of trouble."""
    found = session.scalars(
        select(AuditEntry)
        .where(period.holds(AuditEntry.at), AuditEntry.deed.in_(INCIDENTS))
        .order_by(AuditEntry.id)
    )
    rows = tuple(
        (period.day_of(each.at), INCIDENTS[each.deed], each.reason or "") for each in found
    )
    return Sheet("Incidentes", "Como constan en la bitácora.", ("Día", "Qué pasó", "Motivo"), rows)


def progress(session: Session, period: Period) -> Sheet:
    """How far the commitment is at the end of the period's last day."""
    rows = tuple(
        (
            f"{each.told.code} {each.told.title}",
            each.told.area,
            each.told.planned_end.isoformat(),
            "Atrasada" if each.is_late(period.until) else PROGRESS[each.progress],
            len(each.evidence),
        )
        for line in commitments.lines(session)
        for each in line.activities
    )
    return Sheet(
        "Avance del compromiso",
        "Comparado con las fechas previstas.",
        ("Actividad", "Área", "Termina", "Avance", "Evidencias"),
        rows,
    )
