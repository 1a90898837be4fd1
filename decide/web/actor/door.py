"""The actors' door and its table of contents: every view module mounts its own addresses."""

from flask import Blueprint

from decide.web.actor import (
    account,
    candidates,
    dashboard,
    deliveries,
    files,
    frame,
    ideas,
    login,
    manual,
    photo,
    proposals,
    publishing,
    team,
    versions,
    witness,
)

actor = Blueprint("actor", __name__)
for views in (
    frame,
    login,
    dashboard,
    candidates,
    photo,
    proposals,
    versions,
    publishing,
    files,
    deliveries,
    ideas,
    team,
    account,
    witness,
    manual,
):
    views.mount(actor)
