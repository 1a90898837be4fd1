"""The map of equal tiles as the templates draw it: tiles with their words, places and addresses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from decide.geography.cartogram import DISTRICT, MUNICIPALITY, Tile, cartogram


@dataclass(frozen=True)
class TileDrawn:
    """One tile: `here` marks what the page is about; an empty address is no link."""

    tile: Tile
    name: str
    url: str
    here: bool


@dataclass(frozen=True)
class MapDrawn:
    """A whole map in the drawing's units."""

    width: float
    height: float
    tiles: tuple[TileDrawn, ...]
    hole: tuple[float, float]


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


def where(municipalities: Iterable[int]) -> MapDrawn:
    """Where some municipalities are; no links."""
    marked = frozenset(municipalities)
    tiles = cartogram(MUNICIPALITY).tiles
    return drawn(MUNICIPALITY, [TileDrawn(each, "", "", each.number in marked) for each in tiles])


def links(kind: str, names: Mapping[int, str], address: Callable[[int], str]) -> MapDrawn:
    """The tiles that have a name, with their addresses."""
    tiles = [each for each in cartogram(kind).tiles if each.number in names]
    return drawn(
        kind, [TileDrawn(each, names[each.number], address(each.number), False) for each in tiles]
    )


def drawn(kind: str, tiles: Iterable[TileDrawn]) -> MapDrawn:
    """These tiles on the ground of their kind."""
    laid = cartogram(kind)
    return MapDrawn(laid.width, laid.height, tuple(tiles), laid.hole)
