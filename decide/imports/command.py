"""What `flask decide import` does; the command itself only prints."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from decide.calendar import queries as calendar
from decide.calendar.actions import set_phases, set_process
from decide.calendar.commitment import PROCESS_2021, commitment_windows
from decide.catalog import registry
from decide.errors import NotFound, Refused
from decide.geography.actions import load_territory
from decide.geography.facts import shipped
from decide.imports import actions
from decide.imports.plan import Plan, Report
from decide.kernel.resources import Resources

# The files of the real process, in the order in which they build on one another.
FILES_2021 = (
    ("municipios_125.csv", "municipios"),
    ("distritos_locales_45_2021.csv", "distritos"),
    ("distritos_composicion_2021.csv", "composicion"),
    ("secciones_2021.csv", "secciones"),
    ("integracion_ayuntamientos_2022_2024.csv", "integracion"),
    ("actores_2021.csv", "actores"),
    ("alianzas_ayuntamientos_2021.csv", "alianzas-ayuntamientos"),
    ("alianzas_diputaciones_2021.csv", "alianzas-diputaciones"),
    ("ieem_candidaturas_ayuntamientos_2021_municipios_1_a_8.csv", "candidaturas"),
    ("resultados_ayuntamientos_2021.csv", "resultados-ayuntamientos"),
    ("legislatura_LXI_2021.csv", "legislatura"),
    ("presidencias_municipales_electas_2021.csv", "presidencias"),
)
NAME_2021 = "Proceso Electoral 2021 del Estado de México"


class FilesRefused(Refused):
    """A file of a whole process has problems; nothing was written. `reports` says which."""

    def __init__(self, reports: tuple[Report, ...]) -> None:
        """The last report is that of the file with problems."""
        plan = reports[-1].plan
        super().__init__(f"El archivo {plan.file_name} tiene errores. No se importó nada.")
        self.reports = reports


@dataclass(frozen=True)
class ProcessReport:
    """What became of a whole process."""

    territory_written: bool
    contests_created: int
    files: tuple[Report, ...]


def import_file(
    resources: Resources, layout: str | None, path: Path, *, dry_run: bool, by: int | None = None
) -> Report:
    """Check one file and, unless `dry_run`, write it when it has no problem.

    A file that was imported before and changes nothing is not written again. Raises NotFound for an
    unknown file or layout.
    """
    with resources.database.transaction() as session:
        plan = planned(session, layout, path)
        if dry_run or not plan.good or plan.repeated:
            return Report(plan, None)
        at = resources.clock.now(session)
        return Report(plan, actions.commit(session, plan, at=at, by=by))


def planned(session: Session, layout: str | None, path: Path) -> Plan:
    """The dry run of a file on disk."""
    try:
        with path.open("rb") as stream:
            return actions.dry_run(session, layout, stream, path.name)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(f"No encontramos el archivo {path.name}. Revise la ruta.") from error


def prepare(resources: Resources, *, by: int | None = None) -> tuple[bool, int]:
    """Load the territory and create its contests; gives what was written. Repeating is harmless."""
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        written = load_territory(session, shipped(), at=at, by=by)
        return written, registry.create_contests(session, at=at, by=by)


def import_process_2021(
    resources: Resources, folder: Path, *, by: int | None = None
) -> ProcessReport:
    """Load the real process of 2021 from a folder of official files, in one transaction.

    Territory, contests, actors, alliances, candidacies, results, process and calendar. Repeating
    changes nothing. Raises FilesRefused when a file has problems, NotFound when one is missing.
    """
    zone = ZoneInfo(resources.settings.time_zone)
    reports: list[Report] = []
    with resources.database.transaction() as session:
        at = resources.clock.now(session)
        written = load_territory(session, shipped(), at=at, by=by)
        contests = registry.create_contests(session, at=at, by=by)
        for name, layout in FILES_2021:
            plan = planned(session, layout, folder / name)
            if not plan.good:
                raise FilesRefused((*reports, Report(plan, None)))
            run = None if plan.repeated else actions.commit(session, plan, at=at, by=by)
            reports.append(Report(plan, run))
        set_calendar(session, zone, at=at, by=by)
    return ProcessReport(written, contests, tuple(reports))


def set_calendar(session: Session, zone: ZoneInfo, *, at: datetime, by: int | None) -> None:
    """Process and phases of 2021, unless a process is there: its dates may have been moved."""
    try:
        calendar.process(session)
    except NotFound:
        set_process(
            session,
            key="em.2021",
            name=NAME_2021,
            election_day=PROCESS_2021.election_day,
            at=at,
            by=by,
        )
        set_phases(session, commitment_windows(PROCESS_2021, zone), at=at, by=by)
