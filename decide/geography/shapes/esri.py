"""The two files of a Shapefile that matter: .shp (polygons) and .dbf (what they are called)."""

import math
import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise

from decide.geography.shapes.projection import zone_of_text

POLYGONS = frozenset({5, 15, 25})  # plain, with heights, with measures: x and y come first in all
Rings = tuple[list[tuple[float, float]], ...]


class Broken(Exception):
    """What is wrong, as the end of a Spanish sentence."""


def shapefile(
    parts: Mapping[str, bytes],
) -> tuple[list[tuple[dict[str, object], Rings]], int | None]:
    """Each shape with its row, and the zone that the .prj tells (None without one)."""
    encoding = encoding_of(parts.get(".cpg", b""))
    try:
        rings = list(polygons(parts[".shp"]))
        rows = list(table(parts[".dbf"], encoding))
    except (struct.error, IndexError) as error:
        raise Broken("está cortado") from error
    if len(rings) != len(rows):
        raise Broken("el .shp y el .dbf no tienen las mismas filas")
    zone = zone_of_text(parts[".prj"].decode("latin-1")) if ".prj" in parts else None
    return list(zip(rows, rings, strict=True)), zone


def encoding_of(told: bytes) -> str:
    """How the table's words are written."""
    return "utf-8" if b"8" in told and b"UTF" in told.upper() else "latin-1"


def polygons(content: bytes) -> Iterator[Rings]:
    """The rings of each record."""
    if struct.unpack_from(">i", content, 0)[0] != 9994:
        raise Broken("no es un .shp")
    place = 100
    while place < len(content):
        (words,) = struct.unpack_from(">i", content, place + 4)
        (kind,) = struct.unpack_from("<i", content, place + 8)
        if words < 2:
            raise Broken("tiene un registro vacío")
        if kind == 0:
            yield ()
        elif kind in POLYGONS:
            yield rings_at(content, place + 8)
        else:
            raise Broken("trae puntos o líneas, no polígonos")
        place += 8 + 2 * words


def rings_at(content: bytes, place: int) -> Rings:
    """The rings of the polygon whose record begins at `place`."""
    parts, points = struct.unpack_from("<2i", content, place + 36)
    if not (0 < parts <= points <= len(content) // 16):
        raise Broken("dice más puntos de los que trae")
    starts = [*struct.unpack_from(f"<{parts}i", content, place + 44), points]
    flat = struct.unpack_from(f"<{2 * points}d", content, place + 44 + 4 * parts)
    if not all(map(math.isfinite, flat)):
        raise Broken("trae coordenadas que no son números")
    whole = list(zip(flat[::2], flat[1::2], strict=True))
    return tuple(whole[first:last] for first, last in pairwise(starts))


def table(content: bytes, encoding: str) -> Iterator[dict[str, object]]:
    """The rows of a .dbf, deleted ones too: they stand for shapes."""
    count, head, width = struct.unpack_from("<iHH", content, 4)
    if not (0 <= count * max(width, 1) <= len(content)):
        raise Broken("el .dbf dice más filas de las que trae")
    columns = []
    at = 32
    while content[at] != 0x0D:
        name = content[at : at + 11].split(b"\0")[0].decode("latin-1")
        columns.append((name, content[at + 16]))
        at += 32
    for number in range(count):
        place = head + number * width + 1
        row: dict[str, object] = {}
        for name, length in columns:
            row[name] = content[place : place + length].decode(encoding, "replace").strip()
            place += length
        yield row
