"""The map of equal tiles as the templates draw it: tiles with their words, places and addresses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from decide.geography.cartogram import DISTRICT, HEXAGON, MUNICIPALITY, Tile, cartogram
from decide.geography.queries_shapes import StateMap


@dataclass(frozen=True)
class TileDrawn:
    """One tile that leads somewhere."""

    tile: Tile
    name: str
    url: str


@dataclass(frozen=True)
class MapDrawn:
    """A map of links, in the drawing's units."""

    width: float
    height: float
    tiles: tuple[TileDrawn, ...]
    hole: tuple[float, float]


@dataclass(frozen=True)
class ShapeDrawn:
    """One real shape that leads somewhere."""

    path: str
    name: str
    url: str


@dataclass(frozen=True)
class StateDrawn:
    """The real map of links, in the drawing's units."""

    width: int
    height: int
    shapes: tuple[ShapeDrawn, ...]


@dataclass(frozen=True)
class PlaceDrawn:
    """A map that only shows where something is: two SVG paths, all tiles and the marked ones."""

    width: float
    height: float
    outline: str
    here: str


def municipality_address(number: int) -> str:
    """The page of a municipality."""
    return url_for("public.municipality", number=number)


def district_address(number: int) -> str:
    """The page of a district."""
    return url_for("public.district", number=number)


def municipal_map(names: Mapping[int, str], address: Callable[[int], str]) -> MapDrawn:
    """The municipalities that have a name, each a link."""
    return links(MUNICIPALITY, names, address)


def district_map(names: Mapping[int, str], address: Callable[[int], str]) -> MapDrawn:
    """The districts that have a name, each a link."""
    return links(DISTRICT, names, address)


def state(
    real: StateMap | None, names: Mapping[int, str], address: Callable[[int], str]
) -> StateDrawn | None:
    """The imported map with the names and addresses of its places; None while there is none."""
    if real is None:
        return None
    shapes = (
        ShapeDrawn(path, names[number], address(number))
        for number, path in real.paths.items()
        if number in names
    )
    return StateDrawn(real.width, real.height, tuple(shapes))


def where(municipalities: Iterable[int]) -> PlaceDrawn:
    """Where some municipalities are; no links."""
    laid, marked = cartogram(MUNICIPALITY), frozenset(municipalities)
    here = (f"M{tile.x:g} {tile.y:g}{HEXAGON}" for tile in laid.tiles if tile.number in marked)
    return PlaceDrawn(laid.width, laid.height, laid.outline, "".join(here))


def links(kind: str, names: Mapping[int, str], address: Callable[[int], str]) -> MapDrawn:
    """The tiles that have a name, with their addresses."""
    laid = cartogram(kind)
    tiles = tuple(
        TileDrawn(each, names[each.number], address(each.number))
        for each in laid.tiles
        if each.number in names
    )
    return MapDrawn(laid.width, laid.height, tiles, laid.hole)
