"""The public site as plain files that any web server can keep for decades.

Every page that can be reached from the site's map is asked for like a reader would, and its links
are written anew, relative, so that the folder works anywhere. What only a living site can do
(opinions, searches, portals) leads to a page that says so. Scripts are left out: no page needs one.
"""

import hashlib
import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path, PurePosixPath
from posixpath import relpath
from urllib.parse import parse_qsl, unquote, urlsplit

from decide.errors import Refused

OUTSIDE = "fuera-del-archivo/index.html"
MANIFEST = "archivo.json"
# Where the walk begins; the map of the site adds every page that citizens may read.
SEEDS = ("/", "/sitemap.xml", "/calendario.ics", "/datos/catalog.jsonld", "/sellos")
# What lives only while the site lives, and papers that can be made again.
LIVING = (
    "/partido", "/oficina", "/ideas/", "/folios", "/opiniones", "/reacciones/", "/buscar", "/api/",
    "/embed/", "/encuesta", "/sugerencias", "/estado", "/difusion/carteles/", "/tarjetas/",
    "/aplicacion", "/comparar",
)  # fmt: skip
PAGE = "pagina"  # the only question that is kept: the next sheet of a list
LINK = re.compile(r'(?<=\s)(href|src|action|srcset)="(/[^"]*)"')
SCRIPT = re.compile(
    r'<script\b[^>]*\bsrc="[^"]*"[^>]*></script>|<link rel="(?:manifest|canonical)"[^>]*>'
)
PLACE = re.compile(r"<loc>([^<]+)</loc>")


@dataclass(frozen=True)
class Answer:
    """What the site says to a question: `path` after all redirects."""

    status: int
    media_type: str
    body: bytes
    path: str


@dataclass
class Frozen:
    """What was kept: file by address; and addresses that a page names and nobody knows."""

    files: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)


def freeze(fetch: Callable[[str], Answer], folder: Path, *, taken: str, site: str) -> Frozen:
    """Write the site that `fetch` reads into `folder`, which must be empty or new.

    `taken` is said on the page about the archive; `site` is the public address, without slash.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused("La carpeta no está vacía. Elija una carpeta nueva.")
    answers, found = walk(fetch, site)
    for address, answer in answers.items():
        body = answer.body
        if answer.media_type == "text/html":
            text = pages_text(answer.body.decode(), found.files[address], found.files)
            body = text.encode()
        keep(folder, found, found.files[address], body)
    keep(folder, found, OUTSIDE, outside(taken, site).encode())
    manifest = {"tomado": taken, "sitio": site, "archivos": dict(sorted(found.digests.items()))}
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return found


def walk(fetch: Callable[[str], Answer], site: str) -> tuple[dict[str, Answer], Frozen]:
    """Every answer by its address, from the seeds on, and the file that each will be."""
    answers: dict[str, Answer] = {}
    found = Frozen()
    waiting = deque(SEEDS)
    seen = set(SEEDS)
    while waiting:
        address = waiting.popleft()
        answer = fetch(address)
        if answer.status != 200:
            if address not in SEEDS:
                found.dead.append(address)
            continue
        answers[address] = answer
        found.files[address] = file_of(address, answer.media_type)
        for link in links(answer, site):
            if link not in seen and is_kept(link):
                seen.add(link)
                waiting.append(link)
    return answers, found


def links(answer: Answer, site: str) -> Iterable[str]:
    """Addresses of ours that an answer names, without their fragments."""
    if answer.path.endswith("sitemap.xml"):
        for place in PLACE.findall(answer.body.decode()):
            yield unescape(place).removeprefix(site) or "/"
    if answer.media_type == "text/html":
        for name, told in LINK.findall(SCRIPT.sub("", answer.body.decode())):
            if name != "action":
                yield unescape(told).partition("#")[0]


def is_kept(address: str) -> bool:
    """Whether an address belongs into the archive."""
    parts = urlsplit(address)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    plain = all(name == PAGE and value.isdecimal() for name, value in asked)
    return plain and not address.startswith(("//", *LIVING))


def file_of(address: str, media_type: str) -> str:
    """The file of an address: pages are folders with an index, other files keep their names."""
    parts = urlsplit(address)
    path = PurePosixPath(unquote(parts.path).strip("/"))
    if ".." in path.parts:
        raise Refused("Una dirección del sitio sale de la carpeta del archivo.")
    if media_type != "text/html":
        return str(path)
    sheets = [f"{PAGE}-{value}" for name, value in parse_qsl(parts.query) if name == PAGE]
    return str(path.joinpath(*sheets, "index.html"))


def pages_text(html: str, own: str, files: dict[str, str]) -> str:
    """A page whose links lead to files, seen from its own; forms and the rest lead outside."""
    start = str(PurePosixPath(own).parent)

    def anew(match: re.Match[str]) -> str:
        name, told = match[1], unescape(match[2])
        address, _mark, fragment = told.partition("#")
        file = OUTSIDE if name == "action" else files.get(address, OUTSIDE)
        target = relpath(file, start)
        if fragment and file != OUTSIDE:
            target += f"#{fragment}"
        return f'{name}="{escape(target)}"'

    without = SCRIPT.sub("", html).replace('method="post"', 'method="get"')
    return LINK.sub(anew, without)


def keep(folder: Path, found: Frozen, name: str, body: bytes) -> None:
    """Write one file and remember its digest."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    found.digests[name] = hashlib.sha256(body).hexdigest()


def outside(taken: str, site: str) -> str:
    """The page for everything that only the living site can do."""
    return f"""<!doctype html>
<html lang="es-MX">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Esto no está en el archivo</title></head>
<body><main>
<h1>Esto no está en el archivo</h1>
<p>Esta es una copia del sitio {escape(site)}, tomada el {escape(taken)}.</p>
<p>Aquí se lee todo, pero ya no se opina, no se busca y no se entra a cuentas.</p>
<p><a href="../index.html">Ir al inicio del archivo</a></p>
</main></body>
</html>
"""
