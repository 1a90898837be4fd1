"""Every Spanish message of the citizens' pages, gathered from the code for those who translate.

`flask decide words` brings all catalogues of `translations/` up to date with it.
"""

from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from decide.calendar.commitment import PROCESS_2021, commitment_windows
from decide.catalog.texts import GOALS, SCHOOLING_STATUS
from decide.catalog.topics import TOPICS
from decide.editorial.reading import library
from decide.web.shared.languages import FOLDER, OTHERS

Keywords = dict[str, tuple[int, int] | None]
ROOT = FOLDER.parent
# What a citizen may come to see. Portals of actors and staff speak Spanish only.
PAGES = ("templates/public", "templates/components", "templates/layouts", "templates/errors")
CODE = ("decide/web/public", "decide/web/shared")
ROOMS = (
    "decide/participation",
    "decide/catalog",
    "decide/geography",
    "decide/results",
    "decide/seals",
    "decide/listening",
    "decide/newsroom",
)
SPOKEN: Keywords = dict.fromkeys(("_", "gettext", "lazy_gettext"))
COUNTED: Keywords = {"ngettext": (1, 2)}
# The one file of the outreach that citizens read; what it refuses, it refuses staff.
POSTERS = ROOT / "decide/outreach/sheets.py"
# Refusals of the domain are sentences for the user; pages translate them when they show them.
REFUSALS: Keywords = dict.fromkeys(
    (
        "Sentence", "NotFound", "NotOpenYet", "Refused", "Unavailable", "Closed", "TooMany",
        "TooSoon", "NoScore", "NoWords", "WrongFolio", "AddressRefused", "MistypedSection",
    )
)  # fmt: skip
TEMPLATES = {"trimmed": "", "silent": "false"}


def messages() -> Catalog:
    """All of them with the files that say them, in a fixed order."""
    found = Catalog(project="Decide", locale=None, fuzzy=False)
    for path, message in sorted(told(), key=lambda each: (each[0], str(each[1]))):
        found.add(message, locations=[(path, 0)])
    return found


def told() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """(file, message): words of templates and views, refusals, topics, phases."""
    for path in files(PAGES, "*.html"):
        yield from within(path, "jinja2", SPOKEN | COUNTED)
    for path in files(CODE, "*.py"):
        yield from within(path, "python", SPOKEN | COUNTED | REFUSALS)
    for path in files(ROOMS, "*.py"):
        yield from within(path, "python", REFUSALS)
    yield from within(POSTERS, "python", REFUSALS)
    for table in (TOPICS, GOALS, SCHOOLING_STATUS):
        yield from (("decide/catalog", words) for words in table.values() if words)
    for home in library().homes.values():
        words = [home.title, home.lead, home.heading]
        words += [part for step in home.steps for part in step.pair]
        yield from (("decide/editorial/content/home.toml", each) for each in words)
    for window in commitment_windows(PROCESS_2021, ZoneInfo("UTC")):
        yield "decide/calendar/commitment.py", window.title
        yield "decide/calendar/commitment.py", window.text


def files(folders: Collection[str], kind: str) -> Iterator[Path]:
    """The files below some folders, in a fixed order."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob(kind))


def within(
    path: Path, method: str, keywords: Keywords
) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """The messages of one file."""
    name = path.relative_to(ROOT).as_posix()
    options = TEMPLATES if method == "jinja2" else {}
    with path.open("rb") as source:
        for _line, message, _notes, _context in extract(
            method, source, keywords=keywords, options=options
        ):
            if message:
                yield name, message


def bring_up_to_date(begun: Collection[str] = ()) -> list[Path]:
    """Add new messages to every catalogue and drop those that nobody says; gives the files.

    `begun` are codes of languages that have no catalogue yet and get an empty one.
    """
    template = messages()
    written = []
    for language in OTHERS:
        path = FOLDER / f"{language.code}.po"
        if not path.exists() and language.code not in begun:
            continue
        known = Catalog(locale=None)
        if path.exists():
            with path.open("rb") as source:
                known = read_po(source)
        known.update(template, no_fuzzy_matching=True)
        known.obsolete.clear()
        fresh = BytesIO()
        write_po(fresh, known, width=100, omit_header=True, no_location=False, sort_output=False)
        path.write_bytes(header(language.code, language.name) + fresh.getvalue())
        written.append(path)
    return written


def header(code: str, name: str) -> bytes:
    """The head of a catalogue, without a date: the same messages give the same file."""
    lines = (
        f"# {name}: the citizens' pages of Decide. See docs/decisions/0047.",
        'msgid ""',
        'msgstr ""',
        '"Project-Id-Version: Decide\\n"',
        f'"Language: {code}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"',
    )
    return ("\n".join(lines) + "\n\n").encode()
