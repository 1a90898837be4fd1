"""Campaign proposals: write, preview, publish, correct, withdraw."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.catalog import own
from decide.catalog.actions import (
    StaleProposal,
    create_proposal,
    discard_draft,
    publish_proposal,
    save_proposal,
    withdraw_proposal,
)
from decide.catalog.own import OwnProposal
from decide.catalog.texts import GOALS, HOW, LIGHT, PROPOSAL, TITLE, ProposalText, TextRefused
from decide.catalog.topics import TOPICS
from decide.errors import Refused
from decide.web.actor.desk import owner_of
from decide.web.actor.forms import errors_of, kept_as, revision_sent, saves_itself
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor

LIMITS = {"title": TITLE, "text": PROPOSAL, "how": HOW}
GOAL_OPTIONS = [(key, f"{key}. {name}") for key, name in GOALS.items()]
PARTS = ("topic", "title", "text", "how", "place", "goal", "gender")
NEW = ProposalText("", "", "")


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/propuestas/<int:proposal_id>"
    both = ["GET", "POST"]
    door.add_url_rule(
        "/candidaturas/<int:candidacy_id>/propuestas/nueva", view_func=new_proposal, methods=both
    )
    door.add_url_rule(one, view_func=proposal, methods=both)
    door.add_url_rule(f"{one}/vista-previa", view_func=preview_proposal)
    door.add_url_rule(f"{one}/publicar", view_func=publish, methods=["POST"])
    door.add_url_rule(f"{one}/retirar", view_func=withdraw, methods=both)
    door.add_url_rule(f"{one}/borrar", view_func=discard, methods=both)


def new_proposal(candidacy_id: int) -> ResponseReturnValue:
    """An empty form; the first sending makes the draft."""
    with reading() as session:
        head = own.own_head(session, owner_of(), candidacy_id)
        editing = own.editing(session, resources().clock.now(session))
    frame = {"head": head, "candidacy_id": candidacy_id, "editing": editing}
    if request.method == "GET":
        return form_page(NEW, {}, revision=0, **frame)
    typed = text_sent()
    try:
        with transaction() as (session, now):
            proposal_id = create_proposal(
                session, owner_of(), candidacy_id, typed, at=now, by=visitor().id
            )
    except Refused as refusal:
        return form_page(typed, errors_of(refusal), revision=0, **frame), 422
    return after_saving(proposal_id, candidacy_id)


def proposal(proposal_id: int) -> ResponseReturnValue:
    """The form of one proposal, and saving it."""
    with reading() as session:
        kept = own.own_proposal(session, owner_of(), proposal_id)
        head = own.own_head(session, owner_of(), kept.candidacy_id)
        editing = own.editing(session, resources().clock.now(session))
    frame = {"head": head, "kept": kept, "candidacy_id": kept.candidacy_id, "editing": editing}
    if request.method == "GET":
        return form_page(kept.text, {}, revision=kept.revision, **frame)
    typed, revision = text_sent(), revision_sent()
    try:
        with transaction() as (session, now):
            save_proposal(
                session, owner_of(), proposal_id, typed,
                revision=revision, at=now, by=visitor().id,
            )  # fmt: skip
    except Refused as refusal:
        return form_page(typed, errors_of(refusal), revision=revision, **frame), 422
    except StaleProposal as conflict:
        return conflict_page(kept, conflict), 409
    return after_saving(proposal_id, kept.candidacy_id)


def preview_proposal(proposal_id: int) -> ResponseReturnValue:
    """The working copy as citizens would see it, with the button that publishes it."""
    with reading() as session:
        kept = own.own_proposal(session, owner_of(), proposal_id)
        editing = own.editing(session, resources().clock.now(session))
    return render_template("actor/proposal_preview.html", kept=kept, editing=editing)


def publish(proposal_id: int) -> ResponseReturnValue:
    """Show to citizens what the preview showed."""
    try:
        with transaction() as (session, now):
            publish_proposal(
                session, owner_of(), proposal_id,
                revision=revision_sent(), at=now, by=visitor().id,
            )  # fmt: skip
    except StaleProposal:
        flash(_("Otra persona cambió la propuesta. Léala otra vez y publíquela."), "warning")
        return redirect(url_for("actor.preview_proposal", proposal_id=proposal_id))
    except TextRefused as refusal:
        with reading() as session:
            kept = own.own_proposal(session, owner_of(), proposal_id)
            head = own.own_head(session, owner_of(), kept.candidacy_id)
            editing = own.editing(session, resources().clock.now(session))
        page = form_page(
            kept.text, errors_of(refusal), revision=kept.revision, kept=kept,
            head=head, candidacy_id=kept.candidacy_id, editing=editing,
        )  # fmt: skip
        return page, 422
    with reading() as session:
        kept = own.own_proposal(session, owner_of(), proposal_id)
    flash(_("La propuesta ya está publicada."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=kept.candidacy_id))


def withdraw(proposal_id: int) -> ResponseReturnValue:
    """Ask, then take a proposal off the public pages."""
    with reading() as session:
        kept = own.own_proposal(session, owner_of(), proposal_id)
    if request.method == "GET":
        return render_template("actor/proposal_withdraw.html", kept=kept)
    with transaction() as (session, now):
        withdraw_proposal(session, owner_of(), proposal_id, at=now, by=visitor().id)
    flash(_("La propuesta ya no se ve en el sitio. Puede publicarla otra vez."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=kept.candidacy_id))


def discard(proposal_id: int) -> ResponseReturnValue:
    """Ask, then delete a draft."""
    with reading() as session:
        kept = own.own_proposal(session, owner_of(), proposal_id)
    if request.method == "GET":
        return render_template("actor/proposal_discard.html", kept=kept)
    with transaction() as (session, now):
        discard_draft(session, owner_of(), proposal_id, at=now, by=visitor().id)
    flash(_("Borramos el borrador."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=kept.candidacy_id))


def text_sent() -> ProposalText:
    """What was typed, as it came; the action checks it."""
    return ProposalText(**{part: request.form.get(part, "") for part in PARTS}, markup=LIGHT)


def after_saving(proposal_id: int, candidacy_id: int) -> ResponseReturnValue:
    """On to the preview, or back to the candidacy."""
    if saves_itself():
        with reading() as session:
            kept = own.own_proposal(session, owner_of(), proposal_id)
        return kept_as(kept.revision, "actor.proposal", proposal_id=proposal_id)
    if request.form.get("then") == "preview":
        return redirect(url_for("actor.preview_proposal", proposal_id=proposal_id))
    flash(_("Guardamos la propuesta como borrador."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=candidacy_id))


def form_page(text: ProposalText, errors: dict[str, str], **more: object) -> str:
    """The form with what was typed and what is wrong with it."""
    options = list(TOPICS.items())
    return render_template(
        "actor/proposal.html", text=text, errors=errors, topics=options, limits=LIMITS,
        goals=GOAL_OPTIONS, **({"kept": None} | more),
    )  # fmt: skip


def conflict_page(kept: OwnProposal, conflict: StaleProposal) -> str:
    """Both texts side by side; the person decides."""
    return render_template(
        "actor/proposal_conflict.html",
        kept=kept,
        conflict=conflict,
        topics=list(TOPICS.items()),
        limits=LIMITS,
        goals=GOAL_OPTIONS,
    )
