"""All texts of the public site: which there are, where each stands, and new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.changes import queries as changing
from decide.changes.states import Kind as ChangeKind
from decide.desk.fields import FieldRefused
from decide.editorial import actions, desk
from decide.editorial.desk import Line
from decide.editorial.kinds import NAMED_BY, TAKES_NEW, Kind
from decide.geography.search import plain
from decide.web.shared.context import reading, transaction
from decide.web.shared.login import visitor
from decide.web.staff.text_words import PLACE_OF, PLACES, languages, text_kind_words, text_url

LONGEST = 60  # characters of a search
PER_PAGE = 25  # a phone shows each text as a block
STATES = ("publicado", "borrador", "por-confirmar", "programado", "cambiado", "gemelo", "retirado")


@dataclass(frozen=True)
class Filters:
    """What narrows the list; empty for everything."""

    kind: str
    state: str
    typed: str

    def query(self) -> str:
        """What stands in the address for them, to be followed by the number of a page."""
        named = {"tipo": self.kind, "estado": self.state, "q": self.typed}
        return urlencode({name: value for name, value in named.items() if value})


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/textos", view_func=texts)
    door.add_url_rule("/textos/nuevo", view_func=new_text, methods=["GET", "POST"])


def texts() -> ResponseReturnValue:
    """Every text by kind, with its states; narrowed by kind, state and words."""
    chosen = Filters(
        kind=request.args.get("tipo", ""),
        state=request.args.get("estado", ""),
        typed=request.args.get("q", "").strip()[:LONGEST],
    )
    with reading() as session:
        lines = desk.lines(session, languages())
        waiting = changing.open_ones(session, ChangeKind.PUBLISH_TEXT)
    shown = [each for each in lines if fits(each, chosen, waiting)]
    pages = max(1, -(-len(shown) // PER_PAGE))
    page = min(max(1, request.args.get("pagina", 1, type=int)), pages)
    return render_template(
        "staff/texts.html",
        lines=shown[(page - 1) * PER_PAGE : page * PER_PAGE],
        page=page,
        pages=pages,
        found=len(shown),
        total=len(lines),
        waiting=waiting,
        chosen=chosen,
        kinds=[(place, text_kind_words(kind)) for place, kind in PLACES.items()],
        states=state_options(),
        old=sum(each.old_easy or bool(each.old_twins) for each in lines),
    )


def fits(line: Line, chosen: Filters, waiting: Mapping[str, int]) -> bool:
    """Whether a text belongs into the narrowed list."""
    if chosen.kind in PLACES and line.key.kind is not PLACES[chosen.kind]:
        return False
    states = {
        "publicado": line.shown and not line.withdrawn,
        "borrador": line.draft,
        "por-confirmar": str(line.key) in waiting,
        "programado": line.due_at is not None,
        "cambiado": line.changed,
        "gemelo": line.old_easy or bool(line.old_twins),
        "retirado": line.withdrawn,
    }
    if not states.get(chosen.state, True):
        return False
    words = plain(chosen.typed).split()
    return all(word in plain(f"{line.name} {line.key.slug}") for word in words)


def state_options() -> list[tuple[str, str]]:
    """States by which the list can be narrowed."""
    words = (
        _("Publicados"),
        _("Con borrador"),
        _("Por confirmar"),
        _("Programados"),
        _("Distintos del texto original"),
        _("Con traducción o lectura fácil atrasada"),
        _("Retirados"),
    )
    return list(zip(STATES, words, strict=True))


def new_text() -> ResponseReturnValue:
    """Which kind, and what it is called; the rest is written at its desk."""
    typed = {
        "kind": request.values.get("kind", request.args.get("tipo", "palabra")),
        "name": request.form.get("name", ""),
    }
    kinds = [(PLACE_OF[kind], text_kind_words(kind)) for kind in Kind if kind in TAKES_NEW]
    if request.method == "GET":
        return render_template("staff/text_new.html", typed=typed, errors={}, kinds=kinds)
    errors: dict[str, str] = {}
    kind = PLACES.get(typed["kind"])
    if kind is None or kind not in TAKES_NEW:
        errors["kind"] = _("Elija qué quiere agregar.")
    else:
        try:
            with transaction() as (session, now):
                key = actions.create(
                    session, kind, {NAMED_BY[kind]: typed["name"]}, at=now, by=visitor().id
                )
        except FieldRefused as refusal:
            errors["name"] = str(refusal)
        else:
            flash(_("Empezamos el borrador. Todavía no se ve en el sitio."), "success")
            return redirect(text_url(key), 303)
    page = render_template("staff/text_new.html", typed=typed, errors=errors, kinds=kinds)
    return make_response(page, 422)
