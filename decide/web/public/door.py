"""The citizens' door and its table of contents: every view module mounts its own addresses."""

from flask import Blueprint

from decide.web.public import (
    about,
    actors,
    candidacies,
    comparison,
    feeds,
    finding,
    folios,
    frame,
    geography,
    home,
    ideas,
    machine,
    mine,
    opendata,
    photos,
    platforms,
    press,
    quitadudas,
    results,
    statistics,
    where,
    words,
)

public = Blueprint("public", __name__)
for views in (
    words,
    frame,
    home,
    where,
    geography,
    actors,
    platforms,
    candidacies,
    photos,
    comparison,
    finding,
    quitadudas,
    press,
    ideas,
    folios,
    mine,
    results,
    statistics,
    opendata,
    feeds,
    about,
    machine,
):
    views.mount(public)
