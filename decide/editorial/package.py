"""All texts as one ZIP, `textos.json` and the pictures: another institution starts from them.

A package is taken whole or not at all. Every text of it that is new or different becomes a draft,
or, when the operator says so, is shown at once: that is a deed of the operator's, and the trail
says it.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from decide.catalog.photos import PhotoRefused
from decide.desk.fields import FieldRefused
from decide.desk.pictures import KINDS, Drawer, described
from decide.editorial import actions, desk, rules
from decide.editorial.entries import Library
from decide.editorial.kinds import (
    FIELDS,
    LONGEST_SLUG,
    MOST_IMAGES,
    SPANISH,
    TAKES_NEW,
    WITH_IMAGES,
    Key,
    Kind,
)
from decide.editorial.links import form_of
from decide.editorial.models import EditorialText
from decide.editorial.published import Over, laid_over, overs
from decide.editorial.reading import library
from decide.editorial.shape import fields_of, tidied
from decide.errors import Refused
from decide.kernel.files import write_aside
from decide.kernel.zips import BROKEN

FORMAT = 1
NAME = "textos.json"
FOLDER = "imagenes"
MOST_TEXTS = 5_000
LARGEST = 20 * 2**20  # bytes of the texts, and of one picture
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}")
PICTURE = re.compile(r"[0-9a-f]{32}")
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the only date that a ZIP tells: the same texts, the same bytes


@dataclass(frozen=True)
class Problem:
    """What is wrong with one text of a package; `row` counts from 1, 0 is the whole package."""

    row: int
    box: str
    what: str


@dataclass(frozen=True)
class Parcel:
    """One text of a package."""

    row: int
    key: Key
    fields: Mapping[str, str]
    images: tuple[Mapping[str, Any], ...]

    @property
    def words_of_images(self) -> list[tuple[str, str]]:
        """Pictures as two installations can compare them: each encodes them anew."""
        return [(str(each.get("alt", "")), str(each.get("caption", ""))) for each in self.images]


@dataclass
class Report:
    """What a package would do, or did."""

    create: list[Key] = field(default_factory=list)
    change: list[Key] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


class PackageRefused(Refused):
    """The file is no package of texts."""


def export(session: Session, files_folder: Path, target: Path) -> int:
    """Write every text that is shown; gives how many. The same texts give the same bytes."""
    own = {each.key: each for each in overs(session)}
    told = [entry for key in desk.shipped_keys() if (entry := shipped_entry(key, own))]
    told += [entry_of_over(each) for each in own.values()]
    told.sort(key=lambda each: (each["idioma"], each["tipo"], each["clave"]))
    drawer = Drawer(files_folder, "texts")
    body = json.dumps({"formato": FORMAT, "textos": told}, ensure_ascii=False, indent=1) + "\n"
    names = sorted({each["name"] for entry in told for each in entry["imagenes"]})
    with write_aside(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as out:
        put(out, NAME, body.encode())
        for name in names:
            for ending in KINDS:
                put(out, f"{FOLDER}/{name}.{ending}", drawer.find(name, ending).read_bytes())
    return len(told)


def shipped_entry(key: Key, own: Mapping[Key, Over]) -> dict[str, Any] | None:
    """A shipped text, as long as staff have not published another in its place."""
    entry = library().entry(key)
    if key in own or entry is None:
        return None
    return entry_told(key, fields_of(key.kind, entry), ())


def entry_of_over(over: Over) -> dict[str, Any]:
    """A text of staff's."""
    return entry_told(over.key, over.fields, over.images)


def entry_told(
    key: Key, fields: Mapping[str, str], images: tuple[Mapping[str, Any], ...]
) -> dict[str, Any]:
    """A text as the file has it; boxes that hold nothing are left out."""
    kept = {box: value for box, value in fields.items() if value and box != "easy_checked"}
    return {
        "idioma": key.language, "tipo": key.kind.value, "clave": key.slug,
        "campos": kept, "imagenes": [dict(each) for each in images],
    }  # fmt: skip


def put(out: zipfile.ZipFile, name: str, body: bytes) -> None:
    """One file of the package."""
    entry = zipfile.ZipInfo(name, BEGINNING)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    out.writestr(entry, body)


def bring(
    session: Session, path: Path, files_folder: Path, *, dry_run: bool, publish: bool,
    at: datetime, by: int | None = None,
) -> Report:  # fmt: skip
    """Take a package; with problems or `dry_run` nothing is written. PackageRefused for none."""
    report = Report()
    with opened(path) as package:
        parcels = tuple(read(package, report))
        known = expected(session, parcels)
        todo = [each for each in parcels if judged(session, each, known, report, publish=publish)]
        if dry_run or report.problems:
            return report
        drawer = Drawer(files_folder, "texts")
        # Spanish first: a translation notes which Spanish version it says the same as.
        for each in sorted(todo, key=lambda one: one.key.language != SPANISH):
            write(session, package, drawer, each, publish=publish, at=at, by=by)
    return report


def opened(path: Path) -> zipfile.ZipFile:
    """The package; PackageRefused."""
    try:
        return zipfile.ZipFile(path)
    except BROKEN as error:
        raise PackageRefused("El archivo no es un paquete de textos (ZIP).") from error


def read(package: zipfile.ZipFile, report: Report) -> Iterator[Parcel]:
    """The texts of a package that can be understood; the others become problems."""
    try:
        told = json.loads(member(package, NAME))
        entries = told["textos"]
        good = told["formato"] == FORMAT and isinstance(entries, list)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise PackageRefused(f"El paquete no tiene un «{NAME}» que se entienda.") from error
    if not good or len(entries) > MOST_TEXTS:
        raise PackageRefused("El paquete es de otro programa o tiene demasiados textos.")
    seen: set[Key] = set()
    for row, entry in enumerate(entries, 1):
        parcel = parcel_of(row, entry, report)
        if parcel is not None and parcel.key in seen:
            report.problems.append(Problem(row, "clave", "El texto viene dos veces. Deje uno."))
        elif parcel is not None:
            seen.add(parcel.key)
            yield parcel


def member(package: zipfile.ZipFile, name: str) -> bytes:
    """One file of a package, not larger than it may be. KeyError or PackageRefused."""
    try:
        with package.open(name) as stream:
            body = stream.read(LARGEST + 1)
    except (*BROKEN, RuntimeError) as error:
        raise PackageRefused(f"No se puede leer «{name}» del paquete.") from error
    if len(body) > LARGEST:
        raise PackageRefused(f"«{name}» pesa demasiado.")
    return body


def parcel_of(row: int, entry: Any, report: Report) -> Parcel | None:
    """One text; None, and a problem, for what is none."""
    wrong = next(unlike_a_text(entry), None)
    if wrong is not None:
        report.problems.append(Problem(row, *wrong))
        return None
    key = Key(Kind(entry["tipo"]), entry["clave"], entry["idioma"])
    images = tuple(entry.get("imagenes", []))
    return Parcel(row, key, tidied(key.kind, entry["campos"]), images)


def unlike_a_text(entry: Any) -> Iterator[tuple[str, str]]:
    """What keeps an entry from being understood: (box, what to do), the first thing first."""
    if not isinstance(entry, dict):
        yield "", "No es un texto. Quite la fila."
        return
    kind, slug, language = (entry.get(each) for each in ("tipo", "clave", "idioma"))
    if kind not in {each.value for each in Kind}:
        yield "tipo", f"No hay textos de ese tipo. Use: {', '.join(Kind)}."
        return
    if not (isinstance(slug, str) and SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG):
        yield "clave", "Use minúsculas, números y guiones, sin acentos."
    if not (isinstance(language, str) and LANGUAGE.fullmatch(language)):
        yield "idioma", "Use la clave del idioma: es, en."
    yield from unlike_boxes(Kind(kind), entry.get("campos"))
    if not pictures_only(Kind(kind), entry.get("imagenes", [])):
        yield "imagenes", "Cada imagen necesita nombre y descripción."


def unlike_boxes(kind: Kind, fields: Any) -> Iterator[tuple[str, str]]:
    """The same for the boxes."""
    if not isinstance(fields, dict) or not all(isinstance(one, str) for one in fields.values()):
        yield "campos", "Los campos deben ser nombres con texto."
        return
    yield from (
        (box[:40], "Este tipo no tiene ese campo. Quítelo.")
        for box in fields
        if form_of(kind, box) is None
    )


def pictures_only(kind: Kind, images: Any) -> bool:
    """Whether pictures are such, and the kind takes them."""
    most = MOST_IMAGES if kind in WITH_IMAGES else 0
    if not isinstance(images, list) or len(images) > most:
        return False
    return all(
        isinstance(each, dict)
        and PICTURE.fullmatch(str(each.get("name", ""))) is not None
        and isinstance(each.get("alt"), str)
        and isinstance(each.get("caption", ""), str)
        for each in images
    )


def expected(session: Session, parcels: tuple[Parcel, ...]) -> Library:
    """The texts as they would be shown with the package."""
    own = {each.key: each for each in overs(session)}
    own |= {each.key: Over(each.key, 1, each.fields, (), 0, False) for each in parcels}
    return laid_over(library(), own.values())


def judged(
    session: Session, parcel: Parcel, known: Library, report: Report, *, publish: bool
) -> bool:
    """Whether there is something to do for a text; into the report either way."""
    key = parcel.key
    there = actions.is_known(session, key)
    if not there and (key.kind not in TAKES_NEW or known.entry(Key(key.kind, key.slug)) is None):
        report.problems.append(
            Problem(parcel.row, "clave", "El sitio no tiene ese texto y no se puede agregar.")
        )
        return False
    try:
        rules.check_kept(key.kind, parcel.fields)
    except FieldRefused as refusal:
        report.problems.append(Problem(parcel.row, refusal.field, str(refusal)))
        return False
    faults = rules.unfit(key.kind, key.slug, parcel.fields, known) if publish else {}
    report.problems += [Problem(parcel.row, box, what) for box, what in faults.items()]
    row = desk.row_called(session, key)
    if same(session, row, parcel, publish=publish):
        report.unchanged += 1
        return False
    (report.change if there and stands(session, row, key) else report.create).append(key)
    return not faults


def stands(session: Session, row: EditorialText | None, key: Key) -> bool:
    """Whether there is already a text in this very language."""
    if row is not None:
        return bool(actions.base_of(session, row, key).fields)
    return actions.shipped_base(key) is not None


def same(
    session: Session, row: EditorialText | None, parcel: Parcel, *, publish: bool
) -> bool:  # fmt: skip
    """Whether the text says already what the package says: as a draft, or, to publish, shown."""
    if row is None:
        base = actions.shipped_base(parcel.key)
    else:
        of = actions.shown_base if publish else actions.base_of
        base = of(session, row, parcel.key)
    if base is None or not base.fields:
        return False
    images = [(each["alt"], each["caption"]) for each in base.images]
    names = {each.name for each in FIELDS[parcel.key.kind]} | set(base.fields) | set(parcel.fields)
    return images == parcel.words_of_images and all(
        base.fields.get(name, "") == parcel.fields.get(name, "")
        for name in names - {"easy_checked"}
    )


def write(
    session: Session, package: zipfile.ZipFile, drawer: Drawer, parcel: Parcel, *,
    publish: bool, at: datetime, by: int | None,
) -> None:  # fmt: skip
    """Make a draft of one text and, if wanted, show it."""
    key = parcel.key
    if desk.row_called(session, key) is None:
        session.add(actions.row_of(key, at))
        session.flush()
    row = actions.locked(session, key, at=at)
    version = actions.working(session, row, key, at=at, by=by)
    version.fields = dict(parcel.fields)
    version.images = [received(package, drawer, parcel, each) for each in parcel.images]
    version.note = "Viene de un paquete de textos."
    if key.language != SPANISH:
        version.translates = actions.shown_in_spanish(session, key)
    actions.moved(session, row, "text.imported", key, at=at, by=by, version=version.number)
    if publish:
        actions.approve(
            session, key, revision=row.revision, due_at=None, at=at, by=by, second=None,
            reason="Paquete de textos",
        )  # fmt: skip


def received(
    package: zipfile.ZipFile, drawer: Drawer, parcel: Parcel, told: Mapping[str, Any]
) -> dict[str, Any]:
    """A picture of the package, encoded anew like every upload; Refused, and all is undone."""
    try:
        body = member(package, f"{FOLDER}/{told['name']}.jpg")
        picture = drawer.receive(io.BytesIO(body))
        return described(picture, alt=str(told["alt"]), caption=str(told.get("caption", "")))
    except KeyError as error:
        raise PackageRefused(f"Falta una imagen del texto {parcel.key}.") from error
    except (PhotoRefused, FieldRefused) as error:
        raise PackageRefused(f"Una imagen del texto {parcel.key} no sirve. {error}") from error
