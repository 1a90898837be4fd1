"""Platforms from a PDF: upload, correct the sections that the program guessed, register."""

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from decide.catalog.topics import TOPICS
from decide.errors import Conflict, Refused
from decide.platforms import actions, queries
from decide.platforms.actions import NotYet, Wording
from decide.platforms.editing import DEEDS, Section
from decide.platforms.headings import sections as guessed
from decide.platforms.queries import SCOPES, Draft
from decide.platforms.reading import lines as lines_of
from decide.platforms.shelf import LARGEST, PlatformShelf
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.handover import size_words
from decide.web.shared.login import visitor
from decide.web.staff.paging import leaf_of


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    one = "/plataformas/borradores/<int:draft_id>"
    door.add_url_rule("/plataformas", view_func=platforms)
    door.add_url_rule("/plataformas", view_func=read_platform, methods=["POST"])
    door.add_url_rule(one, view_func=platform_draft)
    door.add_url_rule(one, view_func=save_draft, methods=["POST"])
    door.add_url_rule(f"{one}/documento", view_func=draft_file)
    door.add_url_rule(f"{one}/borrar", view_func=drop_draft, methods=["POST"])


def platforms() -> ResponseReturnValue:
    """Which platforms are registered, which have their PDF, which wait as drafts."""
    return list_page()


def list_page(errors: dict[str, str] | None = None) -> str:
    """The list and the form to upload."""
    with reading() as session:
        lines = queries.lines(session)
    leaf = leaf_of(len(lines), "staff.platforms")
    return render_template(
        "staff/platforms.html",
        lines=lines[leaf.part],
        leaf=leaf,
        actors=list({line.actor_id: line.actor for line in lines}.items()),
        errors=errors or {},
        typed=request.form,
        size_of=size_words,
        largest=LARGEST >> 20,
    )


def read_platform() -> ResponseReturnValue:
    """Keep a PDF, take its sections out, and go on to the draft."""
    sent = request.files.get("document")
    actor, scope = request.form.get("actor", ""), request.form.get("scope", "")
    errors = {}
    if not (actor.isascii() and actor.isdigit()):
        errors["actor"] = _("Elija de quién es la plataforma.")
    if scope not in SCOPES:
        errors["scope"] = _("Elija para qué es.")
    if sent is None or not sent.filename:
        errors["document"] = _("Elija el PDF.")
    if errors or sent is None:
        return list_page(errors), 422
    try:
        with sent.stream as stream:
            kept = PlatformShelf(resources().settings.files_folder).keep(stream)
        proposed = guessed(lines_of(kept.path))
        with transaction() as (session, now):
            number = actions.begin(
                session, kept, proposed, actor_id=int(actor[:18]), scope=SCOPES[scope],
                file_name=sent.filename or "", at=now, by=visitor().id,
            )  # fmt: skip
    except Refused as refusal:
        return list_page({"document": str(refusal)}), 422
    return redirect(url_for("staff.platform_draft", draft_id=number), 303)


def platform_draft(draft_id: int) -> ResponseReturnValue:
    """The sections to correct."""
    with reading() as session:
        return draft_page(queries.draft(session, draft_id), ())


def draft_page(draft: Draft, problems: tuple[tuple[str, str], ...], *, stale: bool = False) -> str:
    """The page of a draft with what is wrong."""
    return render_template(
        "staff/platform_draft.html",
        draft=draft,
        problems=problems,
        errors=dict(problems),
        topics=list(TOPICS.items()),
        stale=stale,
        size=size_words(draft.size),
    )


def save_draft(draft_id: int) -> ResponseReturnValue:
    """Keep what was written; then join, cut, leave out, raise or register, as the button says."""
    wording = wording_in_form()
    deed, _dash, place = request.form.get("do", "").partition("-")
    if deed in DEEDS and place.isascii() and place.isdigit():
        changed = DEEDS[deed](wording.sections, int(place[:4]) - 1)
        wording = Wording(wording.title, wording.summary, tuple(changed))
    revision = request.form.get("revision", "")
    try:
        with transaction() as (session, now):
            actions.save(
                session, draft_id, wording, at=now, by=visitor().id,
                revision=int(revision[:9]) if revision.isascii() and revision.isdigit() else -1,
            )  # fmt: skip
    except Conflict:
        with reading() as session:
            standing = queries.draft(session, draft_id)
        return draft_page(typed_into(standing, wording), (), stale=True), 409
    if deed == "register":
        return registered(draft_id)
    flash(_("Guardamos el borrador."), "success")
    anchor = f"tema-{max(1, int(place[:4]) - (deed != 'cut'))}" if place.isdigit() else None
    return redirect(url_for("staff.platform_draft", draft_id=draft_id, _anchor=anchor), 303)


def registered(draft_id: int) -> ResponseReturnValue:
    """Put the platform, or show what keeps it from that."""
    try:
        with transaction() as (session, now):
            actions.register(session, draft_id, at=now, by=visitor().id)
    except NotYet as refusal:
        with reading() as session:
            return draft_page(queries.draft(session, draft_id), refusal.problems), 422
    flash(_("Registramos la plataforma con su PDF."), "success")
    return redirect(url_for("staff.platforms"), 303)


def typed_into(standing: Draft, wording: Wording) -> Draft:
    """What somebody typed on a stale page, over the newest draft: saving again keeps theirs."""
    return replace(
        standing, title=wording.title, summary=wording.summary, sections=wording.sections
    )


def wording_in_form() -> Wording:
    """What the page sent: boxes numbered from 1."""
    form = request.form
    sections = []
    number = 1
    while f"title-{number}" in form:
        page = form.get(f"page-{number}", "")
        sections.append(
            Section(
                form[f"title-{number}"].strip(),
                form.get(f"topic-{number}", ""),
                form.get(f"text-{number}", "").replace("\r\n", "\n").strip(),
                int(page[:5]) if page.isascii() and page.isdigit() else 0,
            )
        )
        number += 1
    return Wording(
        form.get("title", "").strip(),
        form.get("summary", "").replace("\r\n", "\n").strip(),
        tuple(sections),
    )


def draft_file(draft_id: int) -> ResponseReturnValue:
    """The PDF of a draft, as a download."""
    with reading() as session:
        draft = queries.draft(session, draft_id)
    return send_file(
        PlatformShelf(resources().settings.files_folder).find(draft.sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"plataforma-{draft_id}.pdf",
        max_age=0,
    )


def drop_draft(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away, after a question on its page."""
    if request.form.get("sure") != "1":
        abort(422)
    with transaction() as (session, now):
        actions.discard(session, draft_id, at=now, by=visitor().id)
    flash(_("Borramos el borrador. Lo registrado no cambió."), "success")
    return redirect(url_for("staff.platforms"), 303)
