"""The authority's door and its table of contents: every view module mounts its own addresses."""

from flask import Blueprint

from decide.web.staff import login

staff = Blueprint("staff", __name__)
for views in (login,):
    views.mount(staff)
