"""The institutional colours are no actor's colours, and text can be read on every ground."""

import csv
import os
import re
import tomllib
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEET = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
REAL = ROOT.parent / "shared" / "data" / "actores_2021.csv"
INVENTED = ROOT / "decide" / "demonstration" / "content" / "actors.toml"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


def full(colour):
    return "#" + "".join(2 * each for each in colour[1:]) if len(colour) == 4 else colour.lower()


def palette(dark):
    light, night = SHEET.split("@media (prefers-color-scheme: dark)")
    tokens = re.compile(r"--([a-z-]+): (#[0-9a-f]{3}(?:[0-9a-f]{3})?);")
    found = {name: full(value) for name, value in tokens.findall(light)}
    return found | {name: full(value) for name, value in tokens.findall(night)} if dark else found


LIGHT, DARK = palette(False), palette(True)


def linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(one, other):
    """WCAG contrast ratio."""
    lum = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other)))
    return (lum[1] + 0.05) / (lum[0] + 0.05)


def lab(colour):
    r, g, b = linear(colour)
    xyz = (
        (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
        0.2126729 * r + 0.7151522 * g + 0.0721750 * b,
        (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def delta_e(one, other):
    """CIEDE2000 of two L*a*b* colours."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    grow = 1.5 - 0.5 * sqrt(c7 / (c7 + 25**7))
    a1, a2 = a1 * grow, a2 * grow
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = degrees(atan2(b1, a1)) % 360, degrees(atan2(b2, a2)) % 360
    turn = 0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    if c1 * c2 == 0:
        hue = h1 + h2
    elif abs(h1 - h2) <= 180:
        hue = (h1 + h2) / 2
    else:
        hue = (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )
    dl = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * sqrt(c1 * c2) * sin(radians(turn / 2)) / (1 + 0.015 * chroma * t)
    twist = -2 * sqrt(chroma**7 / (chroma**7 + 25**7))
    twist *= sin(radians(60 * exp(-(((hue - 275) / 25) ** 2))))
    return sqrt(dl**2 + dc**2 + dh**2 + twist * dc * dh)


def nearest(actors):
    """The token that comes closest to an actor: (distance, token, actor's colour)."""
    ours = {(name, value) for tokens in (LIGHT, DARK) for name, value in tokens.items()}
    return min(
        (round(delta_e(lab(value), lab(actor)), 1), name, value, actor)
        for name, value in ours
        for actor in actors
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # From the published CIEDE2000 test data of Sharma, Wu and Dalal.
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_ruler_measures_like_the_published_one(one, other, expected):
    assert delta_e(one, other) == pytest.approx(expected, abs=5e-5)


def test_the_sheet_was_read():
    assert {"teal", "clay", "ink", "paper"} <= set(LIGHT)
    assert LIGHT["paper"] != DARK["paper"]


@pytest.mark.shared
def test_no_institutional_colour_is_near_a_real_actor():
    if not REAL.exists():
        assert not os.environ.get("CI"), f"{REAL} must be there in CI"
        pytest.skip(f"{REAL} is not here: real actors' colours stay unchecked")
    with REAL.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    actors = {
        row[column].lower()
        for row in rows
        for column in ("color_aelectoral2", "color_otra_fuente")
        if row[column]
    }
    assert len(actors) >= 15
    assert nearest(actors)[0] >= 20, nearest(actors)


def test_no_institutional_colour_is_near_an_invented_actor():
    text = INVENTED.read_text(encoding="utf-8")
    actors = {colour.lower() for colour in COLOUR.findall(text)}
    assert tomllib.loads(text)
    assert len(actors) >= 10
    assert nearest(actors)[0] >= 20, nearest(actors)


GROUNDS = ("paper", "mist", "teal-wash", "clay-wash")
TEXTS = [(text, ground) for text in ("ink", "ink-soft", "teal", "clay") for ground in GROUNDS]
TEXTS += [
    ("on-teal", "teal"),
    ("on-teal", "teal-deep"),
    ("on-band", "band"),
    ("on-band", "band-deep"),
]
TEXTS += [("paper", "clay"), ("paper", "ink")]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(scheme, text, ground):
    assert contrast(scheme[text], scheme[ground]) >= 7


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_of_controls_and_the_focus_can_be_seen(scheme, ground):
    assert contrast(scheme["focus"], scheme[ground]) >= 7
    assert contrast(scheme["edge"], scheme[ground]) >= 3
