"""Ideas, proposals and comments: the form, the question about personal data, the folio."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from decide.catalog import touched
from decide.catalog.topics import TOPICS
from decide.errors import NotFound, Refused, Unavailable
from decide.geography import queries as geography
from decide.kernel.notes import ANY, note
from decide.participation.actions import IdeaReceipt, send_idea
from decide.participation.choices import IdeaKind
from decide.participation.device import Device
from decide.participation.door import Door
from decide.participation.personal import PersonalDatum, personal_data
from decide.participation.proof import UNKNOWN, Came
from decide.participation.refusals import Closed, TooMany
from decide.participation.wording import LONGEST, NoWords, TooLong
from decide.web.public import phases, proving
from decide.web.public.citizen import with_device
from decide.web.public.press import title_of
from decide.web.shared.context import door, snapshot
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext, refusal
from decide.web.shared.wording import gettext as _

KINDS = frozenset(IdeaKind)
MUNICIPALITY = re.compile(r"(?:[0-9]{1,3})?\Z")


@dataclass(frozen=True)
class Typed:
    """What came with the form, as it came."""

    version: int
    kind: str = "idea"
    text: str = ""
    topic: str = ""
    municipality: str = ""
    confirmed: bool = False

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Typed":
        """From the fields of a form; what is missing stays empty, the actions judge it."""
        version = form.get("version", "")
        return cls(
            version=int(version) if version.isdecimal() else 0,
            kind=form.get("kind", "idea"),
            text=form.get("text", ""),
            topic=form.get("topic", ""),
            municipality=form.get("municipality", ""),
            confirmed=form.get("confirm") == "1",
        )


@dataclass(frozen=True)
class Answer:
    """What the page says about the form that came back."""

    status: int = 200
    errors: dict[str, str] = field(default_factory=dict)
    warning: str = ""
    notice: str = ""
    closed: bool = False
    retry_after: int | None = None


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/ideas/<int:subject_id>", view_func=idea)
    door.add_url_rule("/ideas/<int:subject_id>", view_func=send, methods=["POST"])


@cacheable
def idea(subject_id: int) -> ResponseReturnValue:
    """The empty form; the same for everybody."""
    note(touched.subject(subject_id))
    facts = snapshot().picture().subjects.get(subject_id)
    if facts is None or not facts.open or not phases.shown(facts.kind):
        raise NotFound(_("No encontramos eso sobre lo que quiere escribir. Vuelva a la página."))
    closed = not phases.answered(facts.kind)
    return form_page(subject_id, Typed(version=facts.version), Answer(closed=closed))


@with_device
def send(device: Device, subject_id: int) -> ResponseReturnValue:
    """Keep an idea and show its folio; whatever goes wrong, the text comes back."""
    typed = Typed.of(request.form)
    found = personal_data(typed.text)
    if found and not typed.confirmed:
        return form_page(subject_id, typed, Answer(status=422, warning=seen(found)))
    if typed.kind not in KINDS:
        sentence = _("Elija si envía una idea, una propuesta o un comentario.")
        return form_page(subject_id, typed, Answer(status=422, errors={"kind": sentence}))
    if not MUNICIPALITY.match(typed.municipality):
        sentence = _("Elija un municipio de la lista.")
        return form_page(subject_id, typed, Answer(status=422, errors={"municipality": sentence}))
    try:
        way = proving.way_of(device)
        receipt = keep(door(), device, subject_id, typed, way.came)
    except proving.REASONS as error:
        return proving.asked(device, error, request.root_path + request.path)
    except (Refused, Unavailable) as error:
        return form_page(subject_id, typed, said(error))
    address = request.root_path + address_of(receipt, subject_id)
    kept = Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
    return proving.with_pass(kept, way)


def may_be_kept(typed: Typed) -> bool:
    """Whether nothing has to be asked or explained before an idea is kept (`swift` needs this)."""
    return (
        typed.kind in KINDS
        and MUNICIPALITY.match(typed.municipality) is not None
        and (typed.confirmed or not personal_data(typed.text))
    )


def keep(
    door: Door, device: Device, subject_id: int, typed: Typed, came: Came = UNKNOWN
) -> IdeaReceipt:
    """Hand what was typed to the action."""
    return send_idea(
        door,
        device,
        subject_id,
        typed.version,
        kind=IdeaKind(typed.kind),
        text=typed.text,
        topic=typed.topic,
        municipality_number=int(typed.municipality or 0),
        came=came,
    )


def address_of(receipt: IdeaReceipt, subject_id: int) -> str:
    """The folio's page; the subject lets it tell the browser which draft has arrived."""
    return f"/folios/{receipt.folio}?asunto={subject_id}"


def said(error: Refused | Unavailable) -> Answer:
    """Where on the page a refusal belongs."""
    if isinstance(error, NoWords | TooLong):
        return Answer(status=422, errors={"text": refusal(error)})
    if isinstance(error, Closed):
        return Answer(status=422, notice=refusal(error), closed=True)
    if isinstance(error, TooMany):
        return Answer(status=429, notice=refusal(error), retry_after=error.retry_after)
    if isinstance(error, Unavailable):
        return Answer(status=503, notice=refusal(error), retry_after=error.retry_after)
    return Answer(status=422, notice=refusal(error))


def seen(found: list[PersonalDatum]) -> str:
    """What looks like personal data, in a sentence."""
    words = {
        PersonalDatum.PHONE: _("un teléfono"),
        PersonalDatum.EMAIL: _("un correo electrónico"),
        PersonalDatum.CURP: _("una CURP"),
        PersonalDatum.RFC: _("un RFC"),
        PersonalDatum.VOTER_KEY: _("una clave de elector"),
        PersonalDatum.ADDRESS: _("un domicilio"),
    }
    listed = ", ".join(words[kind] for kind in found)
    return str(
        _(
            "Parece que su texto lleva %(listed)s. "
            "Lo recibirá completo quien hizo la propuesta. Bórrelo o confirme que quiere enviarlo.",
            listed=listed,
        )
    )


def form_page(subject_id: int, typed: Typed, answer: Answer) -> ResponseReturnValue:
    """The form with what was typed, and what there is to say about it."""
    response = make_response(
        render_template(
            "public/idea.html",
            subject_id=subject_id,
            title=title_of(subject_id),
            typed=typed,
            answer=answer,
            limit=LONGEST,
            topics=[(key, gettext(words)) for key, words in TOPICS.items()],
            municipalities=municipalities(),
        ),
        answer.status,
    )
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response


def municipalities() -> list[tuple[int, str]]:
    """(number, name) to choose from; none while SQL is away, for the choice is optional."""
    try:
        return [(each.number, each.name) for each in _municipalities()]
    except Unavailable:
        note(ANY)  # not for long
        return []


def _municipalities() -> Any:
    return door().patience.transaction(geography.municipalities)
