"""The portal's first page: what is missing, by election, and until when it can be written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.catalog import own
from decide.catalog.own import OwnHead
from decide.catalog.texts import COUNTED
from decide.seals import queries as seals
from decide.web.actor.desk import owner_of
from decide.web.shared.context import reading, resources

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A head in the list and what is missing about it, in words."""

    head: OwnHead
    missing: str


@dataclass(frozen=True)
class Progress:
    """How far an actor is: heads with something published, complete ones, and the next to do."""

    heads: int
    complete: int
    empty: int
    per_cent: int
    next: OwnHead | None


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("", view_func=dashboard)


def dashboard() -> ResponseReturnValue:
    """All heads in ballot order with what is missing."""
    with reading() as session:
        now = resources().clock.now(session)
        actor = own.own_actor(session, owner_of().actor_id)
        heads = own.own_heads(session, owner_of())
        editing = own.editing(session, now)
        new_seals = seals.unseen(session, owner_of().actor_id)
    return render_template(
        "actor/dashboard.html",
        actor=actor,
        lines=[Line(head, missing_words(head)) for head in heads],
        progress=progress_of(heads),
        editing=editing,
        days_left=days_left(editing.closes_at, now),
        new_seals=new_seals,
    )


def progress_of(heads: tuple[OwnHead, ...]) -> Progress:
    """Summed up; the next to do is the first in ballot order with the least."""
    return Progress(
        heads=len(heads),
        complete=sum(head.is_complete for head in heads),
        empty=sum(head.complete == 0 for head in heads),
        per_cent=round(sum(head.complete for head in heads) / len(heads)) if heads else 0,
        next=min(
            (head for head in heads if not head.is_complete), key=lambda h: h.complete, default=None
        ),
    )


def missing_words(head: OwnHead) -> str:
    """“Falta: trayectoria y propuestas.”; empty for a complete one."""
    missing = []
    if head.parts == 0:
        missing.append(_("trayectoria"))
    elif head.parts < len(COUNTED):
        missing.append(_("partes de la trayectoria o la fotografía"))
    if head.published == 0:
        missing.append(_("propuestas"))
    elif head.published < own.ENOUGH:
        missing.append(_("una propuesta más"))
    if not missing:
        return ""
    return str(_("Falta: %(what)s.", what=_(" y ").join(missing)))


def days_left(closes_at: datetime | None, now: datetime) -> int | None:
    """Whole days until the deadline; None without one."""
    return max(0, (closes_at - now) // DAY) if closes_at else None
