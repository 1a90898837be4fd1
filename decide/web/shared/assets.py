"""Static files: read once at start, bundled, named by their content, kept compressed in memory.

A name such as `css/site.css` becomes `/static/css/site.4f0c9be21a37.css`. Its bytes can never
change, so browsers and proxies keep it for a year; a new release has new names. There is no build
step: the bundles are listed in `static/css/bundles.toml` and put together here.
"""

import gzip
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

YEAR = 365 * 24 * 3600
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}
ALREADY_SMALL = {".png", ".jpg", ".webp", ".avif", ".ico"}
STAMPED = re.compile(r"^(?P<stem>.+)\.[0-9a-f]{12}(?P<suffix>\.[a-z]+)$")
# A string is matched first, so that a comment mark inside it survives.
STRING_OR_COMMENT = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/|(\s+)""", re.DOTALL
)


class AssetError(Exception):
    """The static folder is not as `bundles.toml` or a template says; the message names the file."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file as it is sent: `body` as is, `packed` with gzip (none where that gains nothing)."""

    url: str
    content_type: str
    digest: str
    body: bytes
    packed: bytes | None


class Assets:
    """All static files of one release. Build it once at start; it never changes."""

    def __init__(self, folder: Path, *, prefix: str = "/static/") -> None:
        """Read `folder`. Raise AssetError when a bundle names a file that is not there."""
        self._by_name = {
            name: _asset(prefix, name, body) for name, body in (*_bundles(folder), *_files(folder))
        }
        self._by_url = {asset.url.removeprefix(prefix): asset for asset in self._by_name.values()}

    def names(self) -> list[str]:
        """All names that `url` understands, sorted."""
        return sorted(self._by_name)

    def url(self, name: str) -> str:
        """Address of an asset (`css/site.css`); AssetError for a name nobody wrote."""
        try:
            return self._by_name[name].url
        except KeyError:
            raise AssetError(f"No static file is called {name!r}.") from None

    def serve(self, name: str) -> BaseResponse:
        """View for `/static/<path:name>`.

        A plain name, or one of an older release, leads to the current file: a page that a cache
        kept over a deployment must not lose its looks.
        """
        asset = self._by_url.get(name)
        if asset is None:
            current = self._by_name.get(_plain(name)) or abort(404)
            answer = redirect(current.url, 302)
            answer.headers["Cache-Control"] = "no-cache"
            return answer
        packed = asset.packed if request.accept_encodings.quality("gzip") > 0 else None
        response = Response(packed or asset.body, content_type=asset.content_type)
        if packed:
            response.content_encoding = "gzip"
        if asset.packed:
            response.vary.add("Accept-Encoding")
        response.set_etag(asset.digest + ("-gz" if packed else ""))
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response.make_conditional(request)


def shrink_css(text: str) -> str:
    """Take out comments and idle white space; strings stay as they are."""

    def shorter(found: re.Match[str]) -> str:
        string, space = found.groups()
        return string or (" " if space else "")

    text = STRING_OR_COMMENT.sub(shorter, text)
    parts = re.split(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""", text)
    # Only marks around which a space never means anything: `a :hover` and `1px + 2px` keep theirs.
    parts[::2] = [re.sub(r" ?([{};,]) ?", r"\1", re.sub(r" +", " ", part)) for part in parts[::2]]
    # No selector begins with a word, a colon and a space: this is a declaration.
    parts[::2] = [re.sub(r"([{;][a-z0-9-]+): ", r"\1:", part) for part in parts[::2]]
    return "".join(parts).replace(";}", "}").strip()


def _plain(name: str) -> str:
    found = STAMPED.match(name)
    return found["stem"] + found["suffix"] if found else name


def _bundles(folder: Path) -> Iterator[tuple[str, bytes]]:
    css = folder / "css"
    listed = tomllib.loads((css / "bundles.toml").read_text(encoding="utf-8"))
    for bundle, content in listed.items():
        missing = [file for file in content["files"] if not (css / file).is_file()]
        if missing:
            raise AssetError(
                f"bundles.toml names {missing[0]!r} in {bundle!r}; there is no such file."
            )
        text = "\n".join((css / file).read_text(encoding="utf-8") for file in content["files"])
        if "url(" in text:
            raise AssetError(f"{bundle!r} has a url(): its target would not carry a content hash.")
        yield f"css/{bundle}.css", shrink_css(text).encode()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix in TYPES and path.suffix != ".css":
            yield name, path.read_bytes()


def _asset(prefix: str, name: str, body: bytes) -> Asset:
    path = PurePosixPath(name)
    digest = hashlib.sha256(body).hexdigest()[:12]
    packed = None if path.suffix in ALREADY_SMALL else gzip.compress(body, 9, mtime=0)
    return Asset(
        url=f"{prefix}{path.with_suffix('')}.{digest}{path.suffix}",
        content_type=TYPES[path.suffix],
        digest=digest,
        body=body,
        packed=packed if packed and len(packed) < len(body) else None,
    )
