"""Seals: every signed head, leaf list and commitment, and how anybody checks them."""

from base64 import b64encode
from datetime import UTC

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from decide.delivery import queries as deliveries
from decide.delivery.evidence import VERIFIER
from decide.seals import keys, queries
from decide.seals.notes import BrokenNote, opened
from decide.web.shared.context import reading, resources
from decide.web.shared.crossing import open_to_all
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _

LONGEST_NOTE = 4_000


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/sellos", view_func=seals)
    door.add_url_rule("/sellos", view_func=compare_heads, methods=["POST"])
    door.add_url_rule("/sellos.atom", view_func=seals_feed)
    door.add_url_rule("/sellos/clave.txt", view_func=seal_keys)
    door.add_url_rule("/sellos/verificar.py", view_func=verifier)
    door.add_url_rule("/sellos/comprobar", view_func=check)
    one = "/sellos/<int:number>"
    door.add_url_rule(one, view_func=seal)
    door.add_url_rule(f"{one}/cabeza.txt", view_func=seal_head)
    door.add_url_rule(f"{one}/hojas.txt", view_func=seal_leaves)
    door.add_url_rule(f"{one}/registro.txt", view_func=seal_log)
    door.add_url_rule(f"{one}/compromisos.txt", view_func=seal_commitments)


@cacheable
def seals() -> ResponseReturnValue:
    """All heads, newest first, and what they are for."""
    return seals_page()


def seals_page(*, note: str = "", verdict: str = "", same: bool = False) -> str:
    """The page, with what was typed to be compared."""
    with reading() as session:
        lines = queries.seals(session)
        public = [key.text() for key in keys.verifiers(session)]
        closing = deliveries.closing(session, resources().clock.now(session))
        answered = deliveries.answered_ideas(session) if closing else None
    return render_template(
        "public/seals.html",
        seals=lines,
        keys=public,
        note=note,
        verdict=verdict,
        same=same,
        answered=answered,
    )


def compare_heads() -> ResponseReturnValue:
    """Whether a head that somebody else holds is one of these: the test against a second log."""
    typed = request.form.get("note", "")[:LONGEST_NOTE].replace("\r\n", "\n").strip() + "\n"
    with reading() as session:
        found = next((line for line in queries.seals(session) if line.note == typed), None)
        public = keys.verifiers(session)
    if found:
        verdict = _("Es igual a la del sello %(n)s de este sitio.", n=found.number)
    else:
        try:
            opened(typed, public)
        except BrokenNote:
            verdict = _("No es una cabeza firmada con la clave de la autoridad. Cópiela completa.")
        else:
            verdict = _(
                "La firmó la autoridad, pero este sitio no la publica. "
                "Guárdela y avise: puede haber dos registros."
            )
    page = make_response(
        seals_page(note=typed.strip(), verdict=verdict, same=found is not None),
        200 if found else 422,
    )
    page.headers["Cache-Control"] = "no-store"
    return page


@cacheable
def seal(number: int) -> ResponseReturnValue:
    """One head with its files."""
    with reading() as session:
        line = queries.seal(session, number)
    return render_template("public/seal.html", seal=line, told=queries.checkpoint(line).told())


@cacheable
def seals_feed() -> ResponseReturnValue:
    """The heads as an Atom feed."""
    with reading() as session:
        lines = queries.seals(session)[:60]
    root = resources().settings.public_url
    updated = (lines[0].sealed_at if lines else None) or None
    page = render_template(
        "public/seals_feed.xml",
        seals=lines,
        root=root,
        updated=updated.astimezone(UTC).isoformat() if updated else "1970-01-01T00:00:00+00:00",
        utc=UTC,
    )
    return Response(page, content_type="application/atom+xml; charset=utf-8")


@cacheable
def seal_keys() -> ResponseReturnValue:
    """The public keys, a line each; old ones too, for old heads."""
    with reading() as session:
        lines = [key.text() for key in keys.verifiers(session)]
    return as_text("".join(f"{line}\n" for line in lines))


@cacheable
def verifier() -> ResponseReturnValue:
    """The program that checks a package without connection."""
    return as_text(VERIFIER.read_text(encoding="utf-8"))


@cacheable
def check() -> ResponseReturnValue:
    """Checking a package or a folio in the browser; the page itself sends nothing."""
    with reading() as session:
        latest = next(iter(queries.seals(session)), None)
        public = "\n".join(key.text() for key in keys.verifiers(session))
    return render_template("public/check.html", latest=latest, keys=public)


@cacheable
def seal_head(number: int) -> ResponseReturnValue:
    """The signed head, byte for byte."""
    with reading() as session:
        return as_text(queries.seal(session, number).note)


@cacheable
def seal_leaves(number: int) -> ResponseReturnValue:
    """The leaves that a seal appended, a line each, in the log's order."""
    with reading() as session:
        queries.seal(session, number)
        lines = [b64encode(leaf).decode() for leaf in queries.leaves_of(session, number)]
    return as_text("".join(f"{line}\n" for line in lines))


@cacheable
def seal_log(number: int) -> ResponseReturnValue:
    """Every leaf up to a seal, a line each: the whole log whose root this seal signs."""
    with reading() as session:
        queries.seal(session, number)
        lines = [b64encode(leaf).decode() for leaf in queries.leaves_up_to(session, number)]
    return as_text("".join(f"{line}\n" for line in lines))


@cacheable
def seal_commitments(number: int) -> ResponseReturnValue:
    """Every actor's commitment: a name and 64 digits that say nothing by themselves."""
    with reading() as session:
        queries.seal(session, number)
        return as_text(queries.commitment_list(session, number).decode())


def as_text(content: str) -> Response:
    """A plain text that other sites' pages may read too."""
    return open_to_all(Response(content, content_type="text/plain; charset=utf-8"))
