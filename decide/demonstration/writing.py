"""What the invented actors publish: platforms, and trajectories and proposals of some heads.

Six of ten heads have published, so that pages also show what "nothing yet" looks like.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from decide.catalog.actions_platforms import SectionEntry
from decide.catalog.models import ContestKind, Gender, PlatformScope
from decide.catalog.texts import ProfileText, ProposalText
from decide.demonstration import lots
from decide.demonstration.offer import DemoCandidacy
from decide.demonstration.reading import Table, content, platform_files

# Of a hundred heads: so many published both, then so many only one of the two.
BOTH, ONLY_PROFILE, ONLY_PROPOSALS = 55, 5, 5
FEWEST, MOST = 3, 6
CLOSINGS = 4
YEARS = range(4, 31)
CHOICE = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")


@dataclass(frozen=True)
class DemoPlatform:
    """An actor's platform for one organ."""

    actor: str
    scope: PlatformScope
    title: str
    summary: str
    sections: tuple[SectionEntry, ...]


@dataclass(frozen=True)
class DemoIdea:
    """What a citizen might write. `personal`: contains what looks like a phone, mail or CURP."""

    kind: str
    topic: str
    text: str
    personal: bool


def platforms() -> Iterator[DemoPlatform]:
    """All platforms; an actor whose file says `same_as` has another's texts under its own name."""
    files = platform_files()
    for told in files:
        if "same_as" in told:
            (source,) = (one for one in files if one.get("actor") == told["same_as"])
            for one in source["platform"]:
                yield platform(one, told["actor"])
        else:
            for one in told["platform"]:
                yield platform(one, one.get("actor") or told["actor"])


def platform(told: Table, actor: str) -> DemoPlatform:
    """A platform of a content file."""
    return DemoPlatform(
        actor=actor,
        scope=PlatformScope(told["kind"]),
        title=told["title"],
        summary=told["summary"],
        sections=tuple(
            SectionEntry(one["topic"], one["title"], one["text"]) for one in told["section"]
        ),
    )


def ideas() -> tuple[DemoIdea, ...]:
    """All citizen texts."""
    return tuple(
        DemoIdea(one["kind"], one["topic"], one["text"], one.get("personal", False))
        for one in content("ideas")["idea"]
    )


def profiles(candidacy: DemoCandidacy) -> ProfileText | None:
    """The head's trajectory, or None for who is no head or has not published."""
    if not candidacy.is_head or ticket_number(candidacy) >= BOTH + ONLY_PROFILE:
        return None
    told = content("trajectories")
    key = candidacy.key
    lives = [one for one in told["life"] if one.get("from_age", 0) <= candidacy.owner.age]
    life = lots.one_of(lives, key, "life")
    schooling = told["schooling"][lots.one_of(life["schooling"], key, "schooling")]
    work = lots.one_of(life["occupations"], key, "occupation")
    return ProfileText(
        schooling=spoken(schooling, candidacy),
        occupation=spoken(f"{work}. {life['story']}", candidacy),
        history=spoken(lots.one_of(told["path"], key, "path")["text"], candidacy),
        motive=spoken(lots.one_of(told["motive"], key, "motive")["text"], candidacy),
    )


def proposals(candidacy: DemoCandidacy) -> tuple[ProposalText, ...]:
    """The head's proposals on as many different topics, or none if there is nothing published.

    The templates of a contest lie in one drawn row; each actor takes those of its lane.
    """
    drawn = ticket_number(candidacy)
    silent = BOTH <= drawn < BOTH + ONLY_PROFILE or drawn >= BOTH + ONLY_PROFILE + ONLY_PROPOSALS
    if not candidacy.is_head or silent:
        return ()
    count = FEWEST + lots.number(MOST - FEWEST + 1, candidacy.key, "proposals")
    row = row_of(candidacy.contest, candidacy.kind)
    first = candidacy.lane * MOST
    return tuple(
        filled(topic, row_entry, candidacy)
        for topic, row_entry in (row[(first + step) % len(row)] for step in range(count))
    )


@cache
def row_of(contest: str, kind: ContestKind) -> tuple[tuple[str, Table], ...]:
    """A contest's templates with their topics: rounds through all topics, in a drawn order."""
    scope = "legislative" if kind is ContestKind.DISTRICT else "municipal"
    by_topic: dict[str, list[Table]] = {
        topic: lots.shuffled(told[scope], contest, topic)
        for topic, told in content("proposals").items()
        if topic != "closings"
    }
    topics = lots.shuffled(list(by_topic), contest, "topics")
    rounds = min(len(templates) for templates in by_topic.values())
    return tuple((topic, by_topic[topic][turn]) for turn in range(rounds) for topic in topics)


def filled(topic: str, template: dict[str, Any], candidacy: DemoCandidacy) -> ProposalText:
    """A template as this head's proposal; some end with how it starts, is paid or is checked."""
    key = (candidacy.key, template["title"])
    drawn = str(lots.one_of(template["n"], *key, "n")) if "n" in template else ""
    place = candidacy.place.name if candidacy.place else ""
    text = template["text"]
    closings = content("proposals")["closings"]
    for kind in lots.shuffled(list(closings), *key)[: lots.number(CLOSINGS, *key, "closings")]:
        text = f"{text} {lots.one_of(closings[kind], *key, kind)}"
    return ProposalText(
        topic=topic,
        title=template["title"].replace("{lugar}", place).replace("{n}", drawn),
        text=text.replace("{lugar}", place).replace("{n}", drawn),
    )


def spoken(template: str, candidacy: DemoCandidacy) -> str:
    """A sentence about the owner: gender, years and place filled in."""
    form = 1 if candidacy.owner.gender is Gender.WOMAN else 2
    years = min(lots.one_of(YEARS, candidacy.key, "years"), candidacy.owner.age - 18)
    place = candidacy.place.name if candidacy.place else ""
    told = CHOICE.sub(lambda found: found.group(form), template)
    return told.replace("{years}", str(years)).replace("{lugar}", place)


def ticket_number(candidacy: DemoCandidacy) -> int:
    """A number from 0 to 99 that decides what this head has published."""
    return lots.number(100, candidacy.key, "published")
