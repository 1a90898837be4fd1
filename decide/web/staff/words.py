"""The office's codes as words on a page."""

from flask import Blueprint
from flask_babel import gettext as _

from decide.accounts.roles import Role


def mount(door: Blueprint) -> None:
    """Give the templates these words as filters."""
    for each in (area_words, deed_words, kind_words):
        door.add_app_template_filter(each)


def role_words(role: str) -> str:
    """“Administración”."""
    words: dict[str, str] = {
        Role.ADMINISTRATOR: _("Administración"),
        Role.WRITER: _("Edición"),
        Role.IMPORTER: _("Importación"),
        Role.CREDENTIALS: _("Credenciales"),
        Role.OBSERVER: _("Observación"),
        Role.AUDITOR: _("Auditoría"),
    }
    return words.get(role, role)


def area_words(area: str) -> str:
    """What a phase opens, in a word."""
    words: dict[str, str] = {
        "guide": _("guías y geografía"),
        "platform": _("plataformas"),
        "section": _("temas de plataforma"),
        "block": _("bloques de competitividad"),
        "candidacy": _("candidaturas"),
        "proposal": _("trayectorias y propuestas"),
        "result": _("resultados"),
        "statistic": _("estadísticas"),
        "delivery": _("entregas"),
    }
    return words.get(area, area)


def kind_words(kind: str) -> str:
    """What a deed of the trail was about."""
    return kinds_in_words().get(kind, kind)


def kinds_of_the_trail() -> list[str]:
    """Everything that a deed can be about, in the alphabet of its words."""
    words = kinds_in_words()
    return sorted(words, key=lambda kind: words[kind])


def kinds_in_words() -> dict[str, str]:
    """Kind of subject → word."""
    return {
        "account": _("Cuenta"),
        "activity": _("Actividad de difusión"),
        "actor": _("Actor político"),
        "alliance": _("Alianza"),
        "arco_request": _("Solicitud ARCO"),
        "benchmark": _("Evaluación del portal"),
        "block": _("Bloque de competitividad"),
        "bulletin": _("Boletín"),
        "text": _("Texto del sitio"),
        "candidacy": _("Candidatura"),
        "catalog": _("Catálogo"),
        "change": _("Cambio de dos personas"),
        "commitment": _("Compromiso"),
        "contest": _("Elección"),
        "delivery": _("Entrega"),
        "elected": _("Persona electa"),
        "import_run": _("Importación"),
        "import_mapping": _("Columnas de una lista"),
        "marking": _("Anulación"),
        "phase": _("Etapa"),
        "earlier_process": _("Proceso anterior"),
        "platform": _("Plataforma"),
        "platform_draft": _("Borrador de plataforma"),
        "pressure": _("Presión"),
        "process": _("Proceso"),
        "proposal": _("Propuesta"),
        "report": _("Informe"),
        "poster_batch": _("Carteles"),
        "result": _("Resultado"),
        "retention": _("Destrucción de datos"),
        "review": _("Revisión"),
        "seal": _("Sello"),
        "seal_key": _("Clave de los sellos"),
        "shapes": _("Mapa"),
        "suggestion": _("Duda"),
        "territory": _("Territorio"),
        "trail": _("Bitácora"),
    }


def deed_words(deed: str) -> str:
    """A deed of the trail, as a sentence without its subject."""
    words: dict[str, str] = {
        "account.activated": _("Activó una cuenta"),
        "account.contests_set": _("Cambió las elecciones de una persona"),
        "account.created": _("Creó una cuenta"),
        "account.deactivated": _("Desactivó una cuenta"),
        "account.mail_set": _("Cambió a dónde van sus avisos"),
        "passkey.added": _("Agregó una llave de acceso"),
        "passkey.removed": _("Quitó una llave de acceso"),
        "account.passphrase_set": _("Cambió una contraseña"),
        "activity.saved": _("Guardó una actividad de difusión"),
        "actor.changed": _("Corrigió un actor político"),
        "actor.registered": _("Registró un actor político"),
        "actors.removed": _("Quitó actores políticos"),
        "alliances.registered": _("Registró alianzas"),
        "alliances.removed": _("Quitó alianzas"),
        "arco.answered": _("Respondió una solicitud ARCO"),
        "arco.taken_up": _("Empezó a atender una solicitud ARCO"),
        "benchmark.answered": _("Respondió preguntas de la evaluación"),
        "benchmark.answers_registered": _("Cargó respuestas de la evaluación"),
        "benchmark.answers_removed": _("Quitó respuestas de la evaluación"),
        "benchmark.plan_changed": _("Cambió el plan de mejora"),
        "benchmark.portal_put": _("Guardó un portal de la evaluación"),
        "benchmark.portal_removed": _("Quitó un portal de la evaluación"),
        "benchmark.published": _("Publicó una evaluación del portal"),
        "benchmark.questions_registered": _("Cargó preguntas de la evaluación"),
        "benchmark.questions_removed": _("Quitó preguntas de la evaluación"),
        "benchmark.reopened": _("Reabrió una evaluación del portal"),
        "benchmark.started": _("Empezó una evaluación del portal"),
        "blocks.registered": _("Cargó bloques de competitividad"),
        "blocks.removed": _("Quitó bloques de competitividad"),
        "bulletin.written": _("Escribió un boletín"),
        "bulletin.image_added": _("Agregó una imagen a un boletín"),
        "bulletin.image_removed": _("Quitó una imagen de un boletín"),
        "bulletin.scheduled": _("Programó un boletín"),
        "bulletin.unscheduled": _("Quitó la hora de un boletín"),
        "bulletin.published": _("Publicó un boletín"),
        "bulletin.withdrawn": _("Retiró un boletín"),
        "text.written": _("Escribió un texto del sitio"),
        "text.image_added": _("Agregó una imagen a un texto"),
        "text.image_removed": _("Quitó una imagen de un texto"),
        "text.restored": _("Volvió a una versión de un texto"),
        "text.discarded": _("Dejó un borrador de un texto"),
        "text.scheduled": _("Programó un texto del sitio"),
        "text.unscheduled": _("Quitó la hora de un texto"),
        "text.published": _("Publicó un texto del sitio"),
        "text.withdrawn": _("Retiró un texto del sitio"),
        "text.link_reviewed": _("Revisó un enlace de un texto"),
        "text.imported": _("Trajo un texto de un archivo"),
        "candidacies.registered": _("Registró candidaturas"),
        "candidacies.removed": _("Quitó candidaturas"),
        "change.proposed": _("Propuso un cambio"),
        "change.confirmed": _("Confirmó un cambio"),
        "change.discarded": _("Descartó un cambio"),
        "commitment.dated": _("Cambió las fechas de una actividad"),
        "commitment.proven": _("Agregó una evidencia"),
        "commitment.registered": _("Cargó actividades del compromiso"),
        "commitment.removed": _("Quitó actividades del compromiso"),
        "contests.created": _("Creó elecciones"),
        "delivery.acknowledged": _("Firmó el acuse de una entrega"),
        "delivery.downloaded": _("Descargó una entrega"),
        "delivery.handed_over": _("Anotó una entrega en mano"),
        "delivery.letter_printed": _("Imprimió un oficio de remisión"),
        "delivery.phrase_printed": _("Imprimió una carta con frase"),
        "delivery.ordered": _("Pidió una entrega"),
        "delivery.retried": _("Reintentó una entrega"),
        "earlier_process.saved": _("Guardó un proceso anterior"),
        "earlier_process.removed": _("Quitó un proceso anterior"),
        "earlier_results.recorded": _("Cargó resultados de un proceso anterior"),
        "earlier_results.withdrawn": _("Quitó resultados de un proceso anterior"),
        "elected.recorded": _("Registró personas electas"),
        "idea.answered": _("Respondió ideas"),
        "import.committed": _("Importó una lista"),
        "import.undone": _("Deshizo una importación"),
        "import_mapping.kept": _("Guardó las columnas de una lista"),
        "letter.handed_over": _("Anotó la entrega de una carta"),
        "letter.receipt_kept": _("Guardó el acuse de una carta"),
        "letter.receipt_read": _("Descargó el acuse de una carta"),
        "letter.revoked": _("Anuló una carta de acceso"),
        "letter.issued": _("Imprimió una carta de acceso"),
        "marking.proposed": _("Propuso una anulación"),
        "marking.approved": _("Aprobó una anulación"),
        "marking.discarded": _("Descartó una anulación"),
        "marking.applied": _("Puso en vigor una anulación"),
        "marking.reverted": _("Revirtió una anulación"),
        "phase.moved": _("Movió una etapa"),
        "statistics.shown": _("Mostró las estadísticas antes de los resultados"),
        "statistics.hidden": _("Ocultó las estadísticas hasta los resultados"),
        "phase.set": _("Definió una etapa"),
        "platform.put": _("Cargó una plataforma"),
        "platform.drafted": _("Sacó los temas de un PDF"),
        "platform.draft_dropped": _("Borró un borrador de plataforma"),
        "platform.file_put": _("Registró el PDF de una plataforma"),
        "pressure.set": _("Cambió el nivel de presión"),
        "process.set": _("Definió el proceso"),
        "profile.published": _("Publicó una trayectoria"),
        "profile.saved": _("Guardó una trayectoria"),
        "profile.withdrawn": _("Retiró una trayectoria"),
        "profiles.put": _("Cargó trayectorias"),
        "proposal.created": _("Creó una propuesta"),
        "proposal.discarded": _("Borró un borrador"),
        "proposal.published": _("Publicó una propuesta"),
        "proposal.saved": _("Guardó una propuesta"),
        "proposal.withdrawn": _("Retiró una propuesta"),
        "proposals.put": _("Cargó propuestas"),
        "recovery_code.used": _("Entró con un código de recuperación"),
        "recovery_codes.renewed": _("Hizo códigos de recuperación nuevos"),
        "report.ordered": _("Pidió un informe"),
        "posters.ordered": _("Pidió carteles"),
        "result.recorded": _("Registró resultados"),
        "results.withdrawn": _("Quitó resultados"),
        "retention.destroyed": _("Destruyó datos que ya no se guardan"),
        "seal.countersigned": _("Confirmó un sello"),
        "seal.made": _("Hizo un sello"),
        "seal_key.created": _("Creó una clave de los sellos"),
        "seal_key.retired": _("Retiró una clave de los sellos"),
        "review.made": _("Revisó las respuestas de un día"),
        "second_factor.confirmed": _("Puso el segundo paso a su cuenta"),
        "session.ended": _("Cerró una sesión"),
        "session.opened": _("Entró"),
        "shapes.put": _("Cargó un mapa"),
        "shapes.removed": _("Quitó un mapa"),
        "suggestion.moved": _("Cambió el estado de una duda"),
        "territory.loaded": _("Cargó el territorio"),
        "trail.exported": _("Descargó la bitácora"),
    }
    return words.get(deed, deed)
