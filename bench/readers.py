"""What `make fuzz` puts bytes into: each reader of foreign bytes, and what may come out of it.

A reader may refuse in its own words, or give a value that is what it should be; anything else that
is raised is a crash. Nothing here knows the fuzzer: the unit tests run the same functions.
"""

import base64
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from altcha import Payload
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from decide.catalog import search as catalog_search
from decide.catalog.queries import ActorRef
from decide.catalog.sound import sounded
from decide.delivery import verificar
from decide.geography import search as places
from decide.geography.facts import shipped
from decide.geography.sections import MistypedSection, typed_section
from decide.imports import spreadsheet, tables
from decide.imports.cells import clean
from decide.imports.limits import Limits, Unreadable
from decide.participation import folio as folios
from decide.participation import proof as proofs
from decide.participation.device import Device
from decide.participation.keys import keys_of
from decide.seals import merkle, notes

SMALL = Limits(
    size=8_192, unpacked=65_536, rows=60, columns=20, cells=600, record=2_000, cell=500,
    memory=200_000, parts=20, elements=2_000, styles=50,
)  # fmt: skip
KNOWN = ("ord", "identificador_municipio", "mun", "part", "candidatura_propietaria")
LIST = (
    "ord;IDENTIFICADOR_MUNICIPIO;mun;part;CANDIDATURA_PROPIETARIA\r\n"
    "1;1;ACAMBAY DE RUÍZ CASTAÑEDA;pan;ELVIA NAVA ORDÓÑEZ\r\n"
    '2;2;ACOLMAN;pt-morena-pna;"ROSAURA\nZÁRATE"\r\n'
)


# --- Tables and workbooks, as an office uploads them


def table(data: bytes) -> None:
    """A file as it was uploaded, text or workbook."""
    try:
        found = tables.read(io.BytesIO(data), known=KNOWN if len(data) % 2 else (), limits=SMALL)
    except Unreadable as refusal:
        assert refusal.what and refusal.remedy
        return
    assert found.header and all(found.header)
    assert len(found.rows) <= SMALL.rows + tables.LOOKED_AT
    last = found.header_row
    for row in sorted((*found.rows, *found.asides)):
        assert row.number > last
        assert len(row.cells) >= len(found.header)
        assert all(clean(cell) == cell and cell.encode() for cell in row.cells if cell)
        last = row.number
    if not len(data) % 8:
        read_back([row.cells for row in sorted((*found.rows, *found.asides))])


def read_back(rows: list[tuple[str, ...]]) -> None:
    """What was read, saved again under an honest header, is read the same."""
    width = max(len(KNOWN), *map(len, rows), 0)
    header = [*KNOWN, *(f"otra {n}" for n in range(width - len(KNOWN)))]
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    again = tables.read(io.BytesIO(text.getvalue().encode("utf-8-sig")), known=KNOWN)
    assert sorted((*again.rows, *again.asides)) == [
        (at, cells + ("",) * (width - len(cells))) for at, cells in enumerate(rows, start=2)
    ]


BOOK = (
    '<workbook xmlns:r="r"><workbookPr date1904="0"/><sheets>'
    '<sheet name="Hoja" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
    '<Relationship Id="rId3" Type="x/styles" Target="styles.xml"/></Relationships>'
)
SHEET = (
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is>'
    '<t>mun</t></is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>44321.5</v></c>'
    '<c t="b"><v>1</v></c><c t="str"><v>a_x000D_b</v></c></row></sheetData></worksheet>'
)
STRINGS = "<sst><si><t>ord</t><rPh><t>x</t></rPh></si><si><r><t>a</t></r></si></sst>"
STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm"/></numFmts><cellXfs>'
    '<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def book(sheet: bytes, strings: bytes = b"", styles: bytes = b"", names: bytes = b"") -> bytes:
    """A workbook whose parts say what they say here."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.xml", names or BOOK)
        archive.writestr(spreadsheet.LINKS, LINKS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr("xl/sharedStrings.xml", strings or STRINGS)
        archive.writestr("xl/styles.xml", styles or STYLES)
    return made.getvalue()


def workbook(data: bytes) -> None:
    """What stands inside a workbook: up to four parts with a NUL between them."""
    table(book(*data.split(b"\0", 3)))


# --- Folios


def folio(data: bytes) -> None:
    """A folio as a citizen types it; and the same bytes as a folio that we made."""
    if len(data) == 16:
        made = folios.Folio(data)
        assert folios.parse(folios.written(made)) == made
    typed = data.decode("utf-8", "replace")
    try:
        found = folios.parse(typed)
    except folios.WrongFolio as refusal:
        assert str(refusal)
        return
    shown = folios.written(found)
    assert len(found) == 16
    assert folios.parse(shown) == folios.parse(shown.lower()) == found
    told = [each for each in typed.upper() if each in folios._VALUES]
    assert [folios._VALUES[each] for each in told] == [
        folios._VALUES[each] for each in shown.replace("-", "")
    ]


# --- Signed notes, checkpoints and keys, read by us and by the verifier that goes out alone


def signer(seed: int) -> notes.Signer:
    """A key that is always the same."""
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return notes.Signer("decide.test/em.2021", private)


SIGNERS = (signer(1), signer(2))
VERIFIERS = [each.verifier for each in SIGNERS]
CLAVES = [verificar.leer_clave(each.text()) for each in VERIFIERS]
HEAD = notes.Checkpoint(
    "decide.test/em.2021", 7, bytes(range(32)), (("conteos", "AAAA"), ("bitacora", "9 BBBB"))
).text()
PACKAGE = f"decide-entrega\n{'0f' * 32}\n"
SIGNED = {HEAD, PACKAGE}


def seal(data: bytes) -> None:
    """Text that may be a note, a checkpoint or a key."""
    text = data.decode("utf-8", "replace")
    with suppress(notes.BrokenNote):
        told, names = notes.opened(text, VERIFIERS)
        assert told in SIGNED and names
    with refused():
        lines = verificar.abrir_nota(data, CLAVES, "nota")
        assert "\n".join([*lines, ""]) in SIGNED
    with suppress(notes.BrokenNote):
        head = notes.Checkpoint.parse(text)
        assert head.text() == text and head.size >= 0 and len(head.root) == 32
    ours = theirs = None
    with suppress(notes.BrokenNote):
        ours = notes.Verifier.parse(text)
        assert notes.Verifier.parse(ours.text()) == ours
    with refused():
        theirs = verificar.leer_clave(text)
    assert (ours and (ours.name, ours.key_id, ours.public)) == theirs


@contextmanager
def refused() -> Iterator[None]:
    """The verifier takes any exception for a package that is damaged; only a wrong yes is wrong."""
    try:
        yield
    except AssertionError:
        raise
    except Exception:
        pass


# --- Proofs that a leaf is in a tree, and that a tree is the beginning of another

MOST = 24
LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(MOST)]
TREES = [merkle.Tree(b"".join(LEAVES[:size])) for size in range(1, MOST + 1)]
NODES = list(dict.fromkeys(
    tree.node(level, place)
    for tree in TREES
    for level, nodes in enumerate(tree._levels)
    for place in range(len(nodes) // merkle.SIZE)
))  # fmt: skip


def proof(data: bytes) -> None:
    """A claim and its nodes, each byte naming a true node or, beyond them, a made-up one.

    Accepted is what the tree itself proves, and nothing else.
    """
    if len(data) < 3:
        return
    tree = TREES[data[0] % MOST]
    leaf, rest = data[1], [named(each) for each in data[3:]]
    if merkle.included(tree.root(), tree.size, leaf, named(data[2]), rest):
        assert tree.proof(leaf) == rest and tree.node(0, leaf) == named(data[2])
    elif leaf < tree.size and tree.node(0, leaf) == named(data[2]):
        assert tree.proof(leaf) != rest
    if merkle.consistent(named(data[2]), leaf, tree.root(), tree.size, rest):
        assert named(data[2]) == TREES[leaf - 1].root() and tree.consistency(leaf) == rest
    elif 0 < leaf <= tree.size and named(data[2]) == TREES[leaf - 1].root():
        assert tree.consistency(leaf) != rest
    with suppress(ValueError):
        grown = merkle.Frontier(leaf, b"".join(rest))
        grown.append(LEAVES[0])
        assert grown.size == leaf + 1 and len(grown.root()) == merkle.SIZE


def named(number: int) -> bytes:
    """A node by its number; what is beyond them is no node of any tree."""
    return NODES[number] if number < len(NODES) else bytes([number]) * merkle.SIZE


# --- The trouble that a device takes under pressure: solutions, waiting pages, passes


class Remembered(dict[bytes, bytes]):
    """The numbers that were used, as the queue's Redis is asked for them."""

    def set(self, name: bytes, value: bytes, *, nx: bool, ex: int) -> bool:
        """Whether the name is new."""
        return True


KEYS = keys_of("a key of no process, for the fuzzer alone")
DEVICE = Device(bytes(16), 1_622_000_000)
AT = datetime(2021, 6, 1, tzinfo=UTC)
PROOFS = proofs.Proofs(KEYS, Remembered())
# A challenge of these keys with its solution, always the same: found inputs are kept between runs.
SOLVED = json.loads("""
{"challenge": {"parameters": {"algorithm": "PBKDF2/SHA-256", "cost": 1, "keyLength": 32,
"keyPrefix": "00", "nonce": "e7ac882a91fda76ddd022902f31a3bd0",
"salt": "ffd781d7d808adda163a5c3e9952f8c3",
"data": {"for": "c7a18b41eef38f2dceb8e86155d68ff7", "at": 1622505600}},
"signature": "edd53b680604b9a086307653f646f5ce3a6f6ae3f6948b096500afb70c71479b"},
"solution": {"counter": 195,
"derivedKey": "0021e7e07b4fae425b730f9b78a73f8e17960cd132c5822a59d8f10be8eb85db", "time": 1}}
""")
SOLUTION = json.dumps(SOLVED).encode()


def trouble(data: bytes) -> None:
    """A solution, as its JSON and as it is sent; the second page; the cookie of a pass."""
    if data.startswith(b"{"):
        data = base64.b64encode(data)
    sent = data.decode("utf-8", "replace")
    with suppress(proofs.WrongProof):
        PROOFS.solved(DEVICE, sent, AT)
        ours = Payload.from_base64(sent).challenge.parameters.to_dict()
        assert ours == SOLVED["challenge"]["parameters"]
    with suppress(proofs.WrongProof, proofs.TooSoon):
        PROOFS.waited(DEVICE, sent, AT)
        assert unpacked(sent) == unpacked(PAGE)
    if PROOFS.holds(DEVICE, proofs.Came("", sent), "p", AT):
        told = proofs.cookie_of(sent, "p")
        assert unpacked(told[1:]) == unpacked(PASS[1:])


def unpacked(stamped: str) -> bytes:
    """The bytes of a page or a pass; a sign between its letters that means nothing is no matter."""
    return base64.urlsafe_b64decode(stamped)


PAGE = PROOFS.page(DEVICE, datetime(2021, 5, 31, 23, 59, tzinfo=UTC))
PASS = PROOFS.give(DEVICE, AT, proofs.WORKED)


# --- What somebody types into the search

NAMES = tuple(each.name for each in shipped().municipalities)[::5]
SPOKEN_OF = """agua potable seguridad movilidad transporte educacion publica salud empleo mujeres
ninez medio ambiente residuos corrupcion transparencia vivienda cultura"""
TITLES = catalog_search.Titles(SPOKEN_OF.split())
ACTORS = [
    ActorRef(n, acronym, "party", acronym, name, acronym.lower(), None)
    for n, (acronym, name) in enumerate(
        [("PAN", "Partido Acción Nacional"), ("PT", "Partido del Trabajo"), ("MC", "Mov. C.")]
    )
]
WORDS = "(?:[a-z0-9]*ción|[a-z0-9]+)(?: \\| (?:[a-z0-9]*ción|[a-z0-9]+))*"
ASKED = re.compile(rf"\({WORDS}\)(?: [&|] \({WORDS}\))*|{WORDS}")


def search(data: bytes) -> None:
    """The words of the box, cleaned, and what the search asks of the database and of its lists."""
    typed = " ".join(data.decode("utf-8", "replace").split())[:80]
    heard = sounded(typed)
    assert re.fullmatch(r"[a-z0-9 ]*", heard)
    with suppress(MistypedSection):
        assert 0 <= typed_section(typed) <= 9999
    asked = catalog_search.asked(typed, TITLES)
    assert all(ASKED.fullmatch(each) for each in asked.values())
    if not heard or len(data) % 4:  # without a word the page asks nothing; and lists are slow
        return
    found = places.best(typed, NAMES)
    assert len(found) == len(set(found)) <= places.MOST
    assert set(catalog_search.actors_like(typed, ACTORS, most=2)) <= set(ACTORS)


# --- All of them, each with a defect that a run must find


@dataclass(frozen=True)
class Reader:
    """A target, real examples to begin with, and how a defect is put into what it reads with."""

    read: Callable[[bytes], None]
    seeds: Sequence[bytes]
    room: ModuleType
    name: str
    defect: Any
    longest: int  # bytes of an input

    @contextmanager
    def broken(self) -> Iterator[None]:
        """With the defect."""
        whole = getattr(self.room, self.name)
        setattr(self.room, self.name, self.defect)
        try:
            yield
        finally:
            setattr(self.room, self.name, whole)


def claims() -> list[bytes]:
    """True proofs of leaves and of beginnings, as `proof` reads them."""
    found = []
    for size, leaf in ((1, 0), (7, 3), (8, 7), (13, 12), (24, 9)):
        tree = TREES[size - 1]
        said = [tree.node(0, leaf), *tree.proof(leaf)]
        found.append(bytes([size - 1, leaf, *map(NODES.index, said)]))
        begun = [TREES[leaf].root(), *tree.consistency(leaf + 1)]
        found.append(bytes([size - 1, leaf + 1, *map(NODES.index, begun)]))
    return found


def any_included(root: bytes, size: int, leaf: int, node: bytes, rest: Sequence[bytes]) -> bool:
    """The defect of `proof`: nodes that are too many are passed over."""
    return any(merkle_included(root, size, leaf, node, rest[:n]) for n in range(len(rest) + 1))


merkle_included = merkle.included
folio_written = folios.written

READERS = {
    "folio": Reader(
        folio,
        [b"0" * 16, folios.written(folios.Folio(bytes(range(16)))).encode(), b" o1l-\xe2\x80\x93"],
        folios, "written", lambda folio: folio_written(folio).lstrip("0"), 64,
    ),
    "seal": Reader(
        seal,
        [
            *(notes.signed(text, SIGNERS).encode() for text in SIGNED),
            notes.signed(HEAD, SIGNERS[:1]).encode(),
            HEAD.encode(),
            VERIFIERS[0].text().encode(),
        ],
        notes, "_check", lambda *_: None, 600,
    ),
    "proof": Reader(proof, claims(), merkle, "included", any_included, 24),
    "trouble": Reader(
        trouble,
        [SOLUTION, base64.b64encode(SOLUTION), PAGE.encode(), b"p=" + PASS.encode()],
        proofs, "NotBase64", KeyError, 900,
    ),
    "search": Reader(
        search,
        ["educación pública".encode(), b"Neza", "Sección 0150".encode(), b"a|b&!c:*", b"'; --"],
        catalog_search, "plain", str.lower, 120,
    ),
    "table": Reader(
        table,
        [
            LIST.encode(),
            LIST.encode("utf-16"),
            b"sep=\t\r\n" + LIST.replace(";", "\t").encode("cp1252"),
            b"LISTA\n\na,b,c,d\n1,2,3,4\nFuente: IEEM\n",
            book(SHEET.encode()),
        ],
        tables, "fitted", lambda row, width: row, 1_500,
    ),
    "workbook": Reader(
        workbook,
        [
            SHEET.encode(),
            "\0".join((SHEET, STRINGS, STYLES, BOOK)).encode(),
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + SHEET.encode(),
        ],
        spreadsheet, "whole", int, 1_500,
    ),
}  # fmt: skip
