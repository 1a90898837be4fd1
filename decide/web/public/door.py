"""The citizens' door and its table of contents: every view module mounts its own addresses."""

from flask import Blueprint

from decide.web.public import press

public = Blueprint("public", __name__)
for views in (press,):
    views.mount(public)
