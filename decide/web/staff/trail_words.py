"""What a deed of the trail was about, told so that no key of the program is left on the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask_babel import get_locale
from flask_babel import gettext as _

from decide.audit.queries import Deed
from decide.editorial.kinds import SPANISH
from decide.editorial.kinds import Kind as TextKind
from decide.imports.layouts import BY_KEY, OF_THE_PAST
from decide.outreach.batches import FORMS
from decide.outreach.sheets import About
from decide.web.staff.posters import about_words, form_words
from decide.web.staff.text_words import text_kind_words
from decide.web.staff.words import kinds_in_words, role_words

DIGEST = re.compile(r"[0-9a-f]{64}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TEXT = re.compile(r"(?P<language>[a-z]{2,3})/(?P<kind>[a-z]+)/(?P<slug>[^/]+)")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([+-]\d{2}:?\d{2}|Z)")
SHOWN_OF_A_DIGEST = 16


@dataclass(frozen=True)
class Fact:
    """One line of a deed: what it is called, and what it was and is. None where it was not told."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Names:
    """What numbers of a deed stand for."""

    people: Mapping[int, str]
    actors: Mapping[int, str]
    zone: ZoneInfo
    keys: Mapping[str, str] = field(default_factory=dict)  # of phases and elections


def facts_of(deed: Deed, names: Names) -> list[Fact]:
    """The lines of a deed; what did not change has no before."""
    found = []
    for key in (*deed.after, *(each for each in deed.before if each not in deed.after)):
        told = [
            value_words(key, side[key], names) if key in side else None
            for side in (deed.before, deed.after)
        ]
        if key in deed.before and key not in deed.after and deed.after:
            told[1] = _("nada")
        before, after = told
        found.append(Fact(label_words(key), None if before == after else before, after))
    return found


def value_words(key: str, value: Any, names: Names) -> str:
    """A value as people say it."""
    if value in (None, "", "None", []):
        return str(_("nada"))
    if isinstance(value, bool):
        return str(_("sí") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(value_words(key, each, names) for each in value)
    if isinstance(value, int):
        known = {"confirmed_by": names.people, "actor_id": names.actors}.get(key, {})
        return known.get(value) or (str(value) if "year" in key else f"{value:,}")
    if key in NAMING and (words := named(str(value), names)):
        return words
    return written(key, str(value), names.zone)


def named(key: str, names: Names) -> str | None:
    """What a key of the program stands for: a phase, an election, a text of the site."""
    if key in names.keys:
        return names.keys[key]
    if (text := TEXT.fullmatch(key)) and text["kind"] in set(TextKind):
        words = f"{text_kind_words(text['kind'])}: {text['slug']}"
        return words if text["language"] == SPANISH else f"{words} ({text['language']})"
    return None


def written(key: str, value: str, zone: ZoneInfo) -> str:
    """A text: a choice of the program's in words, an instant as a date, else as it stands."""
    if key in CHOSEN and (words := choices().get(key, {}).get(value) or states().get(value)):
        return words
    if key == "layout" and (layout := BY_KEY.get(value) or OF_THE_PAST.get(value)):
        return layout.title
    if DIGEST.fullmatch(value):
        return f"{value[:SHOWN_OF_A_DIGEST]}…"
    if INSTANT.fullmatch(value):
        at = datetime.fromisoformat(value).astimezone(zone)
        return str(format_datetime(at, _("d 'de' MMMM 'de' y, HH:mm 'h'"), locale=get_locale()))
    if DAY.fullmatch(value):
        day = date.fromisoformat(value)
        return str(format_date(day, _("d 'de' MMMM 'de' y"), locale=get_locale()))
    return value


def label_words(key: str) -> str:
    """What a line is called. A key that is no word of ours is a key of the file it came from."""
    return labels().get(key, key)


def labels() -> dict[str, str]:
    """Key of the trail's documents → label."""
    return {
        "about": _("Sobre qué"),
        "action": _("Acción"),
        "actor": _("Actor político"),
        "actor_id": _("Actor político"),
        "actual_end": _("Término real"),
        "actual_start": _("Inicio real"),
        "address": _("Dirección del enlace"),
        "answers": _("Respuestas"),
        "area": _("Área"),
        "attempt": _("Intento"),
        "automatic": _("Lo hizo el programa"),
        "by_mail": _("Respuesta por correo"),
        "candidacy_id": _("Número de la candidatura"),
        "changed": _("Renglones cambiados"),
        "closes_at": _("Cierra"),
        "code_id": _("Número de la carta"),
        "confirmed_by": _("Confirmó"),
        "contest": _("Elección"),
        "contests": _("Elecciones, por número"),
        "count": _("Cuántas"),
        "created": _("Renglones nuevos"),
        "cutoff": _("Datos hasta"),
        "day": _("Día"),
        "document": _("Oficio"),
        "done_on": _("Se hizo"),
        "due_at": _("Fecha y hora programadas"),
        "due_on": _("Para cuándo"),
        "election_day": _("Día de la elección"),
        "expires_at": _("Vence"),
        "folio": _("Folio"),
        "form": _("Formato"),
        "handed_on": _("Día de la entrega"),
        "ideas": _("Ideas"),
        "image": _("Archivo de la imagen"),
        "key": _("Clave"),
        "kind": _("Tipo"),
        "layout": _("Lista"),
        "level": _("Nivel"),
        "map_year": _("Año del mapa"),
        "markings": _("Campañas marcadas"),
        "medium": _("Medio"),
        "name": _("Nombre"),
        "number": _("Número del oficio"),
        "of": _("Versión que se trajo de vuelta"),
        "opens_at": _("Abre"),
        "passkey_id": _("Número de la llave"),
        "places": _("Lugares"),
        "planned_on": _("Día planeado"),
        "portal": _("Portal"),
        "receipt": _("Huella del acuse"),
        "revision": _("Número de cambio"),
        "role": _("Función"),
        "rows": _("Renglones"),
        "rule": _("Versión de la regla"),
        "scope": _("Para qué elección"),
        "sections": _("Temas"),
        "sections_year": _("Año de las secciones"),
        "sessions_ended": _("Sesiones cerradas"),
        "sha256": _("Huella del archivo o texto"),
        "since": _("Desde"),
        "size": _("Tamaño"),
        "state": _("Estado"),
        "status": _("Estado del resultado"),
        "through": _("Hasta"),
        "title": _("Título"),
        "total": _("Votos"),
        "unchanged": _("Renglones iguales"),
        "until": _("Hasta"),
        "unwanted": _("Avisos que no quiere"),
        "version": _("Versión"),
        "wanted": _("Quiere avisos"),
        "year": _("Año"),
        **searched(),
        **tables(),
    }


def searched() -> dict[str, str]:
    """Boxes of a search in the trail, which a download writes down."""
    return {
        "asunto": _("Sobre qué"),
        "numero": _("Número del asunto"),
        "persona": _("Número de la cuenta"),
        "desde": _("Desde"),
        "hasta": _("Hasta"),
        "texto": _("Palabras"),
    }


def tables() -> dict[str, str]:
    """Tables whose rows a deed counts: what the territory has, what was destroyed for good."""
    return {
        "municipality": _("Municipios"),
        "district": _("Distritos"),
        "district_part": _("Partes de distritos"),
        "section": _("Secciones"),
        "account_session": _("Sesiones vencidas"),
        "login_allowance": _("Intentos de entrar"),
        "mail": _("Avisos enviados"),
        "letter_to_list": _("Envíos a la lista de correo"),
        "subscriber": _("Correos sin confirmar"),
        "visit_batch": _("Lotes de visitas"),
        "arco_request": _("Solicitudes ARCO cerradas"),
    }


# Data that are keys of something which has a name, and data that are one of a few choices.
NAMING = frozenset({"about", "contest", "key"})
CHOSEN = frozenset(
    {"about", "asunto", "form", "kind", "level", "role", "scope", "state", "status", "unwanted"}
)


def choices() -> dict[str, dict[str, str]]:
    """Key → its values that say something else elsewhere."""
    roles = ("administrator", "writer", "importer", "credentials", "observer", "auditor")
    return {
        "about": {each.value: about_words(each) for each in About},
        "asunto": kinds_in_words(),
        "form": {each: form_words(each) for each in FORMS},
        "level": {"normal": _("Normal"), "alert": _("Alerta"), "siege": _("Asedio")},
        "role": {
            "coordinator": _("Coordinación"),
            "editor": _("Edición de un actor"),
            **{each: role_words(each) for each in roles},
        },
        "scope": {"legislative": _("diputaciones"), "municipal": _("ayuntamientos")},
        "status": {
            "preliminary": _("Preliminar"),
            "count": _("Cómputo"),
            "final": _("Definitivo"),
            "annulled": _("Anulada"),
            "extraordinary": _("Extraordinaria"),
        },
        "unwanted": {
            "invitation": _("Cuando abre el plazo para publicar"),
            "missing": _("Lo que falta, 7, 3 y 1 días antes del cierre"),
            "closed": _("Cuando cierra el plazo"),
            "delivery": _("Cuando su base de datos está lista"),
        },
    }


def states() -> dict[str, str]:
    """States and kinds, which mean the same wherever they stand."""
    return {
        "adopted": _("Adoptada"),
        "answered": _("Respondida"),
        "applied": _("En vigor"),
        "approved": _("Aprobada"),
        "confirmed": _("Confirmado"),
        "declined": _("No se adopta"),
        "discarded": _("Descartado"),
        "done": _("Hecho"),
        "draft": _("Borrador"),
        "dropped": _("Ya no se hará"),
        "in_progress": _("En atención"),
        "new": _("Nueva"),
        "planned": _("Planeado"),
        "proposed": _("Por confirmar"),
        "published": _("Publicado"),
        "read": _("Leída"),
        "received": _("Recibida"),
        "reverted": _("Revertida"),
        "set_aside": _("No procede"),
        "started": _("Empezado"),
        "studied": _("En estudio"),
        "withdrawn": _("Retirado"),
        "coalition": _("Coalición"),
        "common_candidacy": _("Candidatura común"),
        "independent": _("Candidatura independiente"),
        "party": _("Partido"),
        "move_phase": _("Mover una etapa"),
        "publish_benchmark": _("Publicar una evaluación"),
        "publish_text": _("Publicar un texto"),
        "reopen_benchmark": _("Reabrir una evaluación"),
        "show_statistics": _("Mostrar u ocultar las estadísticas"),
        "banner": _("Anuncio en medios"),
        "bulletin": _("Boletín"),
        "conference": _("Conferencia de prensa"),
        "display": _("Anuncio en línea"),
        "interview": _("Entrevista"),
        "network": _("Redes sociales"),
        "print": _("Inserción en prensa"),
        "programme": _("Programa institucional"),
        "municipality": _("Municipios"),
        "district": _("Distritos"),
    }
