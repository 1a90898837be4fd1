"""Everything that waits, on one page, and publishing what was marked at once."""

import re
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from decide.catalog import own
from decide.catalog.actions import StaleProposal, publish_proposal
from decide.catalog.actions_profiles import StaleProfile, publish_profile
from decide.catalog.own import OwnHead, OwnProfile, OwnProposal
from decide.errors import NotFound, Refused
from decide.web.actor.desk import owner_of
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor

MARK = re.compile(r"(trayectoria|propuesta)-([0-9]{1,18})-([0-9]{1,9})")


@dataclass(frozen=True)
class Waiting:
    """What waits about one head."""

    head: OwnHead
    profile: OwnProfile | None
    proposals: tuple[OwnProposal, ...]


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/publicar", view_func=waiting, methods=["GET", "POST"])


def waiting() -> ResponseReturnValue:
    """Read all that waits; publish what is marked. Each mark carries the revision that was read."""
    if request.method == "GET":
        return waiting_page()
    refusals = [refusal_of(mark) for mark in request.form.getlist("mark")]
    done = refusals.count("")
    if done:
        words = ngettext("Publicamos %(num)s texto.", "Publicamos %(num)s textos.", done)
        flash(words, "success")
    for sentence in dict.fromkeys(filter(None, refusals)):
        flash(sentence, "warning")
    if not refusals:
        flash(_("Marque al menos un texto."), "warning")
    return redirect(url_for("actor.waiting"), 303)


def refusal_of(mark: str) -> str:
    """Publish what a mark names; why not, or nothing when it is done."""
    read = MARK.fullmatch(mark)
    if read is None:
        return str(_("Un texto no se reconoce. Abra la página otra vez."))
    try:
        publish_one(read[1], int(read[2]), int(read[3]))
    except (StaleProposal, StaleProfile):
        return str(_("Un texto cambió mientras lo leía. Léalo otra vez."))
    except (NotFound, Refused) as refusal:
        return str(refusal)
    return ""


def publish_one(kind: str, key: int, revision: int) -> None:
    """Publish one text in its own transaction: one that is refused does not hold up the others."""
    with transaction() as (session, now):
        act = publish_profile if kind == "trayectoria" else publish_proposal
        act(session, owner_of(), key, revision=revision, at=now, by=visitor().id)


def waiting_page() -> str:
    """The page."""
    with reading() as session:
        heads = own.own_heads(session, owner_of())
        profiles = own.all_profiles(session, owner_of())
        proposals = own.all_proposals(session, owner_of())
        editing = own.editing(session, resources().clock.now(session))
    lines = [
        Waiting(
            head,
            profiles[head.id] if profiles[head.id].waits else None,
            tuple(
                each
                for each in proposals.get(head.id, ())
                if each.state == "draft" or (each.state == "published" and each.waits)
            ),
        )
        for head in heads
    ]
    shown = [line for line in lines if line.profile or line.proposals]
    return render_template("actor/waiting.html", lines=shown, editing=editing)
