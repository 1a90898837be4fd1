"""The map of equal tiles: every place once, near where it really is, large enough to touch."""

import json
from itertools import permutations
from random import Random

import pytest

from decide.geography.cartogram import DISTRICT, MUNICIPALITY, STEP, WIDTH, cartogram
from decide.geography.cartogram_layout import assigned, layout, positions
from decide.geography.facts import FOLDER, rows, shipped

PHONE = 360 - 2 * 16  # pixels of a drawing on the narrowest phone that the goals name
COUNTS = {MUNICIPALITY: 125, DISTRICT: 45}


@pytest.mark.parametrize("kind", COUNTS)
def test_every_place_has_one_tile_of_its_own(kind):
    tiles = cartogram(kind).tiles
    assert [tile.number for tile in tiles] == list(range(1, COUNTS[kind] + 1))
    assert len({(tile.x, tile.y) for tile in tiles}) == COUNTS[kind]


@pytest.mark.parametrize("kind", COUNTS)
def test_the_shipped_map_is_the_one_that_the_positions_give(kind):
    told = {
        (row["kind"], int(row["number"])): (int(row["column"]), int(row["row"]))
        for row in rows(FOLDER / "cartogram.csv")
        if row["map"] == kind
    }
    assert layout(kind) == told


@pytest.mark.parametrize("kind", COUNTS)
def test_a_finger_finds_a_tile_on_a_phone(kind):
    drawing = cartogram(kind)
    scale = PHONE / drawing.width
    assert WIDTH * scale >= 24
    near = min(
        (one.x - other.x) ** 2 + (one.y - other.y) ** 2
        for one, other in permutations(drawing.tiles, 2)
    )
    assert near**0.5 >= min(WIDTH, STEP)


@pytest.mark.parametrize("kind", COUNTS)
def test_north_stays_north_and_west_stays_west(kind):
    """Of all pairs that lie clearly apart, the drawing keeps the order of nearly all."""
    real, drawn = positions(kind), {tile.number: tile for tile in cartogram(kind).tiles}
    kept = {"west": [], "north": []}
    for one, other in permutations(drawn, 2):
        (x, y), (other_x, other_y) = real[kind, one], real[kind, other]
        if other_x - x > 0.2:
            kept["west"].append(drawn[one].x < drawn[other].x)
        if other_y - y > 0.2:
            kept["north"].append(drawn[one].y < drawn[other].y)
    for direction, pairs in kept.items():
        assert sum(pairs) / len(pairs) > 0.95, direction


def test_places_of_one_district_lie_together():
    """A district of several whole municipalities is one patch, or nearly."""
    tiles = {tile.number: tile for tile in cartogram(MUNICIPALITY).tiles}
    for number in {part.district for part in shipped().parts}:
        inside = [part.municipality for part in shipped().parts if part.district == number]
        for one in inside:
            near = min(
                (
                    (tiles[one].x - tiles[other].x) ** 2 + (tiles[one].y - tiles[other].y) ** 2
                    for other in inside
                    if other != one
                ),
                default=0,
            )
            assert near**0.5 <= 3.2 * WIDTH, (number, one)


def test_the_assignment_is_the_cheapest():
    lot = Random(7)
    for _ in range(40):
        costs = [[lot.randint(0, 50) for _ in range(6)] for _ in range(5)]
        best = min(
            sum(costs[row][column] for row, column in enumerate(chosen))
            for chosen in permutations(range(6), 5)
        )
        found = assigned(costs)
        assert len(set(found)) == 5
        assert sum(costs[row][column] for row, column in enumerate(found)) == best


@pytest.mark.shared
@pytest.mark.parametrize(
    ("kind", "file", "number"),
    [
        (MUNICIPALITY, "edomex_municipios_ine2021_simpl.geojson", "clave_ine"),
        (DISTRICT, "edomex_distritos_locales_2017map_simpl.geojson", "distrito"),
    ],
)
def test_the_positions_lie_inside_the_official_shapes_box(shared_data, kind, file, number):
    told = {
        int(row["number"]): (float(row["lon"]), float(row["lat"]))
        for row in rows(FOLDER / "positions.csv")
        if row["kind"] == kind
    }
    shapes = json.loads((shared_data / "geo" / file).read_text(encoding="utf-8"))["features"]
    assert len(shapes) == COUNTS[kind]
    for shape in shapes:
        parts = shape["geometry"]["coordinates"]
        whole = parts if shape["geometry"]["type"] == "MultiPolygon" else [parts]
        ring = [point for part in whole for point in part[0]]
        lon, lat = told[int(shape["properties"][number])]
        assert min(x for x, _ in ring) <= lon <= max(x for x, _ in ring)
        assert min(y for _, y in ring) <= lat <= max(y for _, y in ring)
