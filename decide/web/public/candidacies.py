"""The complete list of candidacies, its download, and one candidacy's page."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    get_template_attribute,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from decide.catalog import queries_candidacies as queries
from decide.catalog.queries_candidacies import CandidacyLine
from decide.catalog.queries_platforms import SectionText, proposals_of
from decide.catalog.topics import TOPICS
from decide.errors import NotFound
from decide.opendata.formats import MEDIA_TYPES, Format, written
from decide.web.public import phases
from decide.web.public.candidacy_form import CandidacyForm, options
from decide.web.public.candidacy_table import TABLE, rows
from decide.web.public.register import directory, filter_words, people, register
from decide.web.shared.context import must_see, reading
from decide.web.shared.counting import nothing_found
from decide.web.shared.pages import cacheable
from decide.web.shared.wording import gettext as _

PAGE = 50


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    door.add_url_rule("/candidaturas", view_func=candidacies)
    door.add_url_rule("/candidaturas.<any(csv, json, xlsx):form>", view_func=candidacies_file)
    door.add_url_rule("/candidaturas/<int:candidacy_id>", view_func=candidacy)


@cacheable
def candidacies() -> ResponseReturnValue:
    """The list, narrowed by what the address says; no statement once the register is read."""
    must_see("candidacy")
    form = CandidacyForm.read(request.args)
    # Taken before the lines: what was read before a change is never kept with what came after it.
    kept = register().lines.now()
    # A line does not say whether somebody has published: only these filters look at it.
    known = directory() if form.filter.published or form.filter.schooling else people()
    found = known.page(form.filter, page=form.page, size=PAGE)
    pages = max(1, -(-found.total // PAGE))
    if form.page > pages:
        raise NotFound(_("La lista termina antes de esa página. Vuelva a la primera."))
    page = render_template(
        "public/candidacies.html",
        form=form,
        options=options(),
        found=found,
        lines=written_lines(found.lines, kept),
        words=filter_words(),
        pages=pages,
        size=PAGE,
    )
    return page if found.total else nothing_found(make_response(page))


@cacheable
def candidacies_file(form: str) -> ResponseReturnValue:
    """The same list as a file; no statement either."""
    must_see("candidacy")
    asked = CandidacyForm.read(request.args)
    file = written(TABLE, rows(directory().every(asked.filter)), Format(form))
    answer = Response(file, content_type=MEDIA_TYPES[Format(form)])
    answer.headers["Content-Disposition"] = f"attachment; filename=candidaturas.{form}"
    return answer


@cacheable
def candidacy(candidacy_id: int) -> ResponseReturnValue:
    """One candidacy: trajectory, proposals by topic, and who else is on the ticket or slate."""
    must_see("candidacy")
    with reading() as session:
        page = queries.candidacy_page(session, candidacy_id)
        proposals = proposals_of(session, candidacy_id) if phases.shown("proposal") else ()
        mates = queries.mates_of(session, page.line)
    return render_template(
        "public/candidacy.html",
        page=page,
        line=page.line,
        proposals=by_topic(proposals),
        mates=mates,
        closes=phases.closes_at("proposal"),
    )


def by_topic(proposals: tuple[SectionText, ...]) -> list[tuple[str, list[SectionText]]]:
    """Proposals grouped in the order of the topics, within each as first made."""
    spoken = {each.topic for each in proposals}
    topics = [topic for topic in TOPICS if topic in spoken] + sorted(spoken - set(TOPICS))
    return [(topic, [each for each in proposals if each.topic == topic]) for topic in topics]


def written_lines(
    lines: Sequence[CandidacyLine], kept: dict[tuple[str, int], Markup]
) -> list[Markup]:
    """Lines of the list as HTML, each written once into `kept` and shown by every page since."""
    root = request.root_path
    write = get_template_attribute("public/parts/candidacy_line.html", "candidacy_line")
    for each in lines:
        if (root, each.id) not in kept:
            kept[root, each.id] = write(each)
    return [kept[root, each.id] for each in lines]
