"""Reading a file of shapes: GeoJSON, TopoJSON, or a Shapefile in a ZIP; degrees come out."""

import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from decide.errors import Refused
from decide.geography.shapes import esri
from decide.geography.shapes.projection import (
    degrees,
    guessed_zone,
    in_the_state,
    zone_of_epsg,
)
from decide.kernel.zips import BROKEN

LARGEST = 64 * 2**20  # bytes, also of what a ZIP holds
MOST_POINTS = 3_000_000
Point = tuple[float, float]
Ring = list[Point]


class Unreadable(Refused):
    """The file is no cartography that we know."""


@dataclass(frozen=True)
class Drawn:
    """One shape of a file: what it says of itself, and its rings in the file's coordinates."""

    told: Mapping[str, object]
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Cartography:
    """A whole file, in degrees. `remarks` are Spanish sentences on how it was read."""

    shapes: tuple[Drawn, ...]
    points: int
    remarks: tuple[str, ...]


def read(stream: BinaryIO) -> Cartography:
    """What a file holds; Unreadable or UnknownProjection with what to do."""
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unreadable("El archivo es demasiado grande. Simplifíquelo antes de subirlo.")
    if content.startswith(b"PK"):
        return from_zip(content)
    return from_json(content)


def from_zip(content: bytes) -> Cartography:
    """A Shapefile, or one JSON file, in a ZIP."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as folder:
            entries = {each.filename.lower(): each for each in folder.infolist()}
            if sum(each.file_size for each in entries.values()) > LARGEST:
                raise Unreadable("El contenido del ZIP es demasiado grande.")
            shapes = [name for name in entries if name.endswith(".shp")]
            texts = [name for name in entries if name.endswith((".geojson", ".topojson", ".json"))]
            if len(shapes) == 1:
                stem = shapes[0].removesuffix(".shp")
                parts = {
                    end: folder.read(entries[stem + end])
                    for end in (".shp", ".dbf", ".prj", ".cpg")
                    if stem + end in entries
                }
            elif not shapes and len(texts) == 1:
                return from_json(folder.read(entries[texts[0]]))
            else:
                raise Unreadable("El ZIP debe traer un solo mapa: un .shp con su .dbf y su .prj.")
    except (*BROKEN, RuntimeError) as error:
        raise Unreadable("El ZIP está dañado. Vuelva a crearlo.") from error
    if ".dbf" not in parts:
        raise Unreadable("Al ZIP le falta el archivo .dbf, que trae los nombres.")
    try:
        found, zone = esri.shapefile(parts)
    except esri.Broken as error:
        raise Unreadable(f"El Shapefile está dañado: {error}.") from error
    return in_degrees([Drawn(told, rings) for told, rings in found], zone)


def from_json(content: bytes) -> Cartography:
    """GeoJSON or TopoJSON."""
    try:
        found = json.loads(content)
        if isinstance(found, dict) and found.get("type") == "FeatureCollection":
            shapes = [feature(each, coordinates) for each in found["features"]]
            return in_degrees(shapes, told_zone(found))
        if isinstance(found, dict) and found.get("type") == "Topology":
            arcs = arcs_of(found)
            names = list(found["objects"])
            if len(names) != 1:
                raise Unreadable("El TopoJSON debe traer un solo mapa.")
            members = found["objects"][names[0]]["geometries"]
            return in_degrees(
                [feature(each, lambda geometry: joined(geometry, arcs)) for each in members],
                told_zone(found),
            )
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise Unreadable("El archivo no es un GeoJSON ni un TopoJSON correcto.") from error
    raise Unreadable("Suba un GeoJSON, un TopoJSON o un Shapefile en un ZIP.")


def feature(each: Any, rings_of: Any) -> Drawn:
    """One feature of a GeoJSON, or one geometry of a TopoJSON."""
    geometry = each.get("geometry", each)
    polygons = rings_of(geometry)
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    elif geometry["type"] != "MultiPolygon":
        raise Unreadable("El mapa trae puntos o líneas. Aquí van sólo polígonos.")
    told = each.get("properties") or {}
    return Drawn(dict(told), tuple(ring for polygon in polygons for ring in polygon))


def coordinates(geometry: Any) -> Any:
    """A GeoJSON's rings as pairs; heights are left out."""
    if geometry["type"] == "Polygon":
        return [pairs(ring) for ring in geometry["coordinates"]]
    return [[pairs(ring) for ring in polygon] for polygon in geometry["coordinates"]]


def pairs(ring: Sequence[Sequence[float]]) -> Ring:
    """A ring's points."""
    return [(float(point[0]), float(point[1])) for point in ring]


def arcs_of(topology: Any) -> list[Ring]:
    """The arcs of a TopoJSON, unpacked."""
    transform = topology.get("transform")
    if not transform:
        return [pairs(arc) for arc in topology["arcs"]]
    (wide, high), (left, top) = transform["scale"], transform["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * wide + left, y * high + top))
        arcs.append(points)
    return arcs


def joined(geometry: Any, arcs: list[Ring]) -> Any:
    """A TopoJSON geometry's rings, put together from its arcs."""

    def ring(numbers: Sequence[int]) -> Ring:
        points: Ring = []
        for number in numbers:
            piece = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += piece[1:] if points else piece
        return points

    if geometry["type"] == "Polygon":
        return [ring(each) for each in geometry["arcs"]]
    return [[ring(each) for each in polygon] for polygon in geometry["arcs"]]


def told_zone(found: Mapping[str, Any]) -> int | None:
    """The zone that an old GeoJSON's `crs` names; None when it names none."""
    name = str(((found.get("crs") or {}).get("properties") or {}).get("name", ""))
    code = re.search(r"EPSG:+(\d+)$", name)
    return zone_of_epsg(int(code[1])) if code else None


def in_degrees(shapes: Sequence[Drawn], zone: int | None) -> Cartography:
    """The file with every point in degrees; Unreadable when it is empty, too fine or elsewhere."""
    points = sum(len(ring) for each in shapes for ring in each.rings)
    if not points:
        raise Unreadable("El mapa no trae ningún polígono.")
    if points > MOST_POINTS:
        raise Unreadable("El mapa es demasiado fino. Simplifíquelo antes de subirlo.")
    remarks = []
    if zone is None:
        zone = guessed_zone(*next(ring[0] for each in shapes for ring in each.rings if ring))
        how = f"UTM, zona {zone}" if zone else "grados (WGS84)"
        remarks.append(f"El archivo no dice su proyección. Se leyó como {how}.")
    turned = tuple(
        Drawn(each.told, tuple([degrees(x, y, zone) for x, y in ring] for ring in each.rings))
        for each in shapes
    )
    if not all(in_the_state(*point) for each in turned for ring in each.rings for point in ring):
        raise Unreadable("El mapa tiene puntos fuera del estado. Revise su proyección.")
    return Cartography(turned, points, tuple(remarks))
