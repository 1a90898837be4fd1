"""What the first page of the office says of the machine and of what waits, in words."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from decide.watch.due import Due, Duty
from decide.watch.machine import Part, Reading, State
from decide.web.shared.handover import size_words
from decide.web.staff.permissions import may


@dataclass(frozen=True)
class PartLine:
    """A part as the page shows it: name, state, one big figure, a sentence, where to act."""

    key: str
    name: str
    state: str
    figure: str
    sentence: str
    url: str


@dataclass(frozen=True)
class DutyLine:
    """Something that waits, and the page where it is done."""

    sentence: str
    late: bool
    when: str
    url: str


def parts(readings: tuple[Reading, ...]) -> list[PartLine]:
    """Every part in words."""
    return [part_line(each) for each in readings]


def part_line(reading: Reading) -> PartLine:
    """One part in words."""
    figure, sentence = ("–", _("No responde. Avise a informática."))
    if reading.state is not State.AWAY:
        figure, sentence = SAYING[reading.part](reading)
    return PartLine(
        reading.part.value,
        part_words(reading.part),
        reading.state.value,
        figure,
        sentence,
        place_of({Part.PRESSURE: "pressure", Part.MAIL: "mails"}.get(reading.part, "")),
    )


def part_words(part: Part) -> str:
    """The name of a part."""
    words: dict[Part, str] = {
        Part.DRAIN: _("Copia de opiniones"),
        Part.QUEUE: _("Cola de trabajos"),
        Part.PRESSURE: _("Presión"),
        Part.SEALS: _("Sellos"),
        Part.MAIL: _("Correo"),
        Part.DISK: _("Disco"),
        Part.DATABASE: _("Base de datos"),
        Part.LEDGER: _("Registro de opiniones"),
    }
    return words[part]


def of_drain(reading: Reading) -> tuple[str, str]:
    """What waits to be copied."""
    (waiting,) = reading.figures
    return f"{waiting:,}", _("opiniones por copiar")


def of_queue(reading: Reading) -> tuple[str, str]:
    """What waits, and what failed."""
    waiting, failed = reading.figures
    told = ngettext("%(num)s trabajo falló hoy", "%(num)s trabajos fallaron hoy", failed)
    return f"{waiting:,}", _("en cola; %(failed)s", failed=told if failed else _("ninguno falló"))


def of_pressure(reading: Reading) -> tuple[str, str]:
    """The level and since when."""
    level = (_("Normal"), _("Alerta"), _("Asedio"))[reading.figures[0]]
    if reading.since is None:
        return level, _("sin cambios")
    return level, _("desde el %(moment)s", moment=format_datetime(reading.since, "d MMM, HH:mm"))


def of_seals(reading: Reading) -> tuple[str, str]:
    """Missed ones, and the newest."""
    (missed,) = reading.figures
    if missed:
        return f"{missed:,}", ngettext("sello atrasado", "sellos atrasados", missed)
    if reading.since is None:
        return _("Ninguno"), _("el primero se hace al terminar el primer día")
    until = format_datetime(reading.since, "d MMM, HH:mm")
    return _("Al día"), _("todo sellado hasta el %(moment)s", moment=until)


def of_mail(reading: Reading) -> tuple[str, str]:
    """What waits, and what failed."""
    waiting, failed = reading.figures
    told = ngettext("%(num)s no salió", "%(num)s no salieron", failed)
    return f"{waiting:,}", _(
        "por enviar; %(failed)s", failed=told if failed else _("ninguno falló")
    )


def of_disk(reading: Reading) -> tuple[str, str]:
    """Room that is left."""
    free, total = reading.figures
    share = free * 100 // total
    return f"{share} %", _(
        "libre: %(free)s de %(total)s", free=size_words(free), total=size_words(total)
    )


def of_size(reading: Reading) -> tuple[str, str]:
    """A size."""
    return size_words(reading.figures[0]), _("ocupa")


def of_ledger(reading: Reading) -> tuple[str, str]:
    """Memory, and whether it still reaches the disk."""
    size = size_words(reading.figures[0])
    if reading.state is State.BAD:
        return size, _("en memoria. No pudo escribir en disco: avise a informática.")
    return size, _("en memoria; escribe en disco")


SAYING = {
    Part.DRAIN: of_drain,
    Part.QUEUE: of_queue,
    Part.PRESSURE: of_pressure,
    Part.SEALS: of_seals,
    Part.MAIL: of_mail,
    Part.DISK: of_disk,
    Part.DATABASE: of_size,
    Part.LEDGER: of_ledger,
}


def duties(found: tuple[Due, ...]) -> list[DutyLine]:
    """What waits, of what whoever looks may open."""
    lines = []
    for each in found:
        view, state = PLACES[each.duty]
        if may(view):
            when = format_datetime(each.on, "d 'de' MMMM", rebase=False) if each.on else ""
            lines.append(
                DutyLine(
                    duty_words(each),
                    each.late,
                    when,
                    url_for(f"staff.{view}", estado=state or None),
                )
            )
    return lines


PLACES: dict[Duty, tuple[str, str]] = {
    Duty.PHASES: ("readiness", ""),
    Duty.CHANGES: ("changes", ""),
    Duty.MARKINGS: ("invalidations", ""),
    Duty.REQUESTS: ("requests", ""),
    Duty.SUGGESTIONS: ("suggestions", ""),
    Duty.NO_LETTER: ("access", "sin-carta"),
    Duty.EXPIRED: ("access", "sin-carta"),
    Duty.NOT_HANDED: ("access", ""),
    Duty.NOT_ACTIVATED: ("access", ""),
    Duty.LETTER_RECEIPTS: ("access", ""),
    Duty.RECEIPTS: ("deliveries", ""),
}


def duty_words(each: Due) -> str:
    """“3 cartas vencieron sin usarse”."""
    told: dict[Duty, tuple[str, str]] = {
        Duty.PHASES: (
            _("Falta una cosa para abrir la próxima etapa"),
            _("Faltan %(n)s cosas para abrir las próximas etapas"),
        ),
        Duty.CHANGES: (
            _("Un cambio espera que usted lo confirme"),
            _("%(n)s cambios esperan que usted los confirme"),
        ),
        Duty.MARKINGS: (
            _("Una anulación espera otra persona"),
            _("%(n)s anulaciones esperan otra persona"),
        ),
        Duty.REQUESTS: (
            _("Una solicitud ARCO espera respuesta"),
            _("%(n)s solicitudes ARCO esperan respuesta"),
        ),
        Duty.SUGGESTIONS: (_("Una duda nueva sin revisar"), _("%(n)s dudas nuevas sin revisar")),
        Duty.NO_LETTER: (_("Una persona espera su carta"), _("%(n)s personas esperan su carta")),
        Duty.EXPIRED: (
            _("Una carta venció sin usarse"),
            _("%(n)s cartas vencieron sin usarse"),
        ),
        Duty.NOT_HANDED: (
            _("Una carta vigente sigue sin entregarse"),
            _("%(n)s cartas vigentes siguen sin entregarse"),
        ),
        Duty.NOT_ACTIVATED: (
            _("Una carta entregada sigue sin usarse"),
            _("%(n)s cartas entregadas siguen sin usarse"),
        ),
        Duty.LETTER_RECEIPTS: (
            _("Falta el acuse firmado de una carta"),
            _("Falta el acuse firmado de %(n)s cartas"),
        ),
        Duty.RECEIPTS: (
            _("Falta el acuse de una entrega"),
            _("Falta el acuse de %(n)s entregas"),
        ),
    }
    one, many = told[each.duty]
    return one if each.count == 1 else many.replace("%(n)s", f"{each.count:,}")


def place_of(view: str) -> str:
    """The page of a view; "" for none, or none that whoever looks may open."""
    return url_for(f"staff.{view}") if may(view) else ""
