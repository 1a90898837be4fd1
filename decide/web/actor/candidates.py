"""One head of ticket or slate: the overview, and the form for its trajectory."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.catalog import own
from decide.catalog.actions_profiles import (
    StaleProfile,
    publish_profile,
    save_profile,
    withdraw_profile,
)
from decide.catalog.texts import LIGHT, PROFILE_PARTS, SCHOOLING_STATUS
from decide.errors import Refused
from decide.web.actor.desk import owner_of
from decide.web.actor.forms import errors_of, kept_as, revision_sent, saves_itself
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor

WRITTEN = tuple(part for part in PROFILE_PARTS if not part.startswith("photo"))
STATUSES = list(SCHOOLING_STATUS.items())
LIMITS = {part: PROFILE_PARTS[part].limit for part in WRITTEN}


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    head = "/candidaturas/<int:candidacy_id>"
    both = ["GET", "POST"]
    door.add_url_rule(head, view_func=candidate)
    door.add_url_rule(f"{head}/trayectoria", view_func=trajectory, methods=both)
    door.add_url_rule(f"{head}/trayectoria/vista-previa", view_func=preview_trajectory)
    door.add_url_rule(
        f"{head}/trayectoria/publicar", view_func=publish_trajectory, methods=["POST"]
    )
    door.add_url_rule(f"{head}/trayectoria/retirar", view_func=withdraw_trajectory, methods=both)


def candidate(candidacy_id: int) -> ResponseReturnValue:
    """What is published, what waits and what is missing."""
    with reading() as session:
        head = own.own_head(session, owner_of(), candidacy_id)
        profile = own.own_profile(session, owner_of(), candidacy_id)
        proposals = own.own_proposals(session, owner_of(), candidacy_id)
        editing = own.editing(session, resources().clock.now(session))
    return render_template(
        "actor/candidate.html", head=head, profile=profile, proposals=proposals, editing=editing
    )


def trajectory(candidacy_id: int) -> ResponseReturnValue:
    """Write the trajectory; the working copy is kept, and citizens see it after publishing."""
    with reading() as session:
        head = own.own_head(session, owner_of(), candidacy_id)
        profile = own.own_profile(session, owner_of(), candidacy_id)
        editing = own.editing(session, resources().clock.now(session))
    if request.method == "GET":
        return render_template(
            "actor/trajectory.html", head=head, text=profile.text, revision=profile.revision,
            errors={}, editing=editing, limits=LIMITS, statuses=STATUSES,
        )  # fmt: skip
    # The photograph has its own page and stays as it is.
    written = {part: request.form.get(part, "") for part in WRITTEN}
    typed = replace(profile.text, **written, markup=LIGHT)
    revision = revision_sent()
    try:
        with transaction() as (session, now):
            save_profile(
                session, owner_of(), candidacy_id, typed,
                revision=revision, at=now, by=visitor().id,
            )  # fmt: skip
    except Refused as refusal:
        page = render_template(
            "actor/trajectory.html", head=head, text=typed, revision=revision,
            errors=errors_of(refusal), editing=editing, limits=LIMITS, statuses=STATUSES,
        )  # fmt: skip
        return page, 422
    except StaleProfile as conflict:
        page = render_template(
            "actor/trajectory_conflict.html", head=head, conflict=conflict, limits=LIMITS
        )
        return page, 409
    if saves_itself():
        with reading() as session:
            profile = own.own_profile(session, owner_of(), candidacy_id)
        return kept_as(profile.revision, "actor.trajectory", candidacy_id=candidacy_id)
    if request.form.get("then") == "preview":
        return redirect(url_for("actor.preview_trajectory", candidacy_id=candidacy_id))
    flash(_("Guardamos la trayectoria como borrador."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=candidacy_id))


def preview_trajectory(candidacy_id: int) -> ResponseReturnValue:
    """The working copy as citizens would see it."""
    with reading() as session:
        head = own.own_head(session, owner_of(), candidacy_id)
        profile = own.own_profile(session, owner_of(), candidacy_id)
    return render_template("actor/trajectory_preview.html", head=head, profile=profile)


def publish_trajectory(candidacy_id: int) -> ResponseReturnValue:
    """Show to citizens what the preview showed."""
    try:
        with transaction() as (session, now):
            publish_profile(
                session, owner_of(), candidacy_id,
                revision=revision_sent(), at=now, by=visitor().id,
            )  # fmt: skip
    except StaleProfile:
        flash(_("Otra persona cambió la trayectoria. Léala otra vez y publíquela."), "warning")
        return redirect(url_for("actor.preview_trajectory", candidacy_id=candidacy_id))
    flash(_("La trayectoria ya está publicada."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=candidacy_id))


def withdraw_trajectory(candidacy_id: int) -> ResponseReturnValue:
    """Ask, then take the trajectory off the public pages."""
    if request.method == "GET":
        with reading() as session:
            head = own.own_head(session, owner_of(), candidacy_id)
        return render_template("actor/trajectory_withdraw.html", head=head)
    with transaction() as (session, now):
        withdraw_profile(session, owner_of(), candidacy_id, at=now, by=visitor().id)
    flash(_("La trayectoria ya no se ve en el sitio. Puede publicarla otra vez."), "success")
    return redirect(url_for("actor.candidate", candidacy_id=candidacy_id))
