"""The actors' door and its table of contents: every view module mounts its own addresses."""

from flask import Blueprint

from decide.web.actor import login

actor = Blueprint("actor", __name__)
for views in (login,):
    views.mount(actor)
