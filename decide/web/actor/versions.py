"""The versions of a proposal and of a trajectory: what changed each time, and the hash."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from decide.catalog import own, own_versions
from decide.web.actor.desk import owner_of
from decide.web.shared.context import reading


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/propuestas/<int:proposal_id>/versiones", view_func=proposal_versions)
    door.add_url_rule(
        "/candidaturas/<int:candidacy_id>/trayectoria/versiones", view_func=trajectory_versions
    )


def proposal_versions(proposal_id: int) -> ResponseReturnValue:
    """Every publication of a proposal."""
    with reading() as session:
        versions = own_versions.versions_of_proposal(session, owner_of(), proposal_id)
        kept = own.own_proposal(session, owner_of(), proposal_id)
        head = own.own_head(session, owner_of(), kept.candidacy_id)
    return render_template(
        "actor/versions.html", head=head, title=kept.text.title, versions=versions
    )


def trajectory_versions(candidacy_id: int) -> ResponseReturnValue:
    """Every publication of a trajectory."""
    with reading() as session:
        versions = own_versions.versions_of_profile(session, owner_of(), candidacy_id)
        head = own.own_head(session, owner_of(), candidacy_id)
    return render_template("actor/versions.html", head=head, title="", versions=versions)
