"""What pages tell search engines of themselves: schema.org as JSON-LD, only what they show."""

from typing import Any

from flask import Blueprint, url_for

from decide.catalog.queries_candidacies import CandidacyLine
from decide.editorial.entries import Term
from decide.web.public.words import contest_title
from decide.web.shared.context import resources

CONTEXT = "https://schema.org"
Told = dict[str, Any]


def mount(door: Blueprint) -> None:
    """Give the templates of this door these descriptions."""
    door.context_processor(
        lambda: {
            "told_of_site": told_of_site,
            "told_of_candidacy": told_of_candidacy,
            "told_of_term": told_of_term,
            "told_of_place": told_of_place,
        }
    )


def told_of_site() -> Told:
    """The site, whose it is, and how to search in it."""
    settings = resources().settings
    search = f"{settings.public_url}{url_for('public.search_everything')}?q={{words}}"
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": settings.site_name,
        "url": f"{settings.public_url}/",
        "inLanguage": "es-MX",
        "publisher": {"@type": "GovernmentOrganization", "name": settings.authority},
        "potentialAction": {
            "@type": "SearchAction",
            "target": search,
            "query-input": "required name=words",
        },
    }


def told_of_candidacy(line: CandidacyLine) -> Told:
    """A person who stands for election, without anything that the page does not show."""
    return {
        "@context": CONTEXT,
        "@type": "ProfilePage",
        "url": address("public.candidacy", candidacy_id=line.id),
        "mainEntity": {
            "@type": "Person",
            "name": line.owner,
            "memberOf": {"@type": "Organization", "name": line.actor.name},
            "description": contest_title(line.contest),
        },
    }


def told_of_term(term: Term) -> Told:
    """A word of the Quitadudas."""
    return {
        "@context": CONTEXT,
        "@type": "DefinedTerm",
        "name": term.term,
        "description": term.definition,
        "url": address("public.term", slug=term.slug),
        "inDefinedTermSet": address("public.glossary"),
    }


def told_of_place(name: str, view: str, number: int) -> Told:
    """A municipality or a district."""
    return {
        "@context": CONTEXT,
        "@type": "AdministrativeArea",
        "name": name,
        "url": address(view, number=number),
        "containedInPlace": {"@type": "State", "name": "Estado de México"},
    }


def address(view: str, **values: Any) -> str:
    """A whole address."""
    return f"{resources().settings.public_url}{url_for(view, **values)}"
