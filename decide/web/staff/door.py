"""The authority's door and its table of contents: every view module mounts its own addresses."""

from flask import Blueprint

from decide.web.staff import (
    access,
    account,
    audit,
    bulletins,
    calendar,
    changes,
    dashboard,
    deliveries,
    frame,
    import_columns,
    import_runs,
    imports,
    invalidations,
    login,
    mails,
    papers,
    permissions,
    pressure,
    setup,
    shapes,
    simulation,
    spreading,
    voices,
    words,
)

staff = Blueprint("staff", __name__)
for views in (
    permissions,
    frame,
    words,
    login,
    dashboard,
    setup,
    calendar,
    changes,
    simulation,
    deliveries,
    papers,
    pressure,
    invalidations,
    imports,
    import_columns,
    import_runs,
    shapes,
    access,
    mails,
    audit,
    voices,
    bulletins,
    spreading,
    account,
):
    views.mount(staff)
