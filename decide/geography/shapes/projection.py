"""From the coordinates of a file to degrees: WGS84, or UTM of the zones that cover Mexico."""

import math
import re

from decide.errors import Refused

DEGREES = 0  # the “zone” of coordinates that are degrees already
# EPSG codes that mean degrees, and those of UTM by their zone (WGS84, NAD83, ITRF of Mexico).
GEOGRAPHIC = frozenset({4326, 4269, 4483, 6364, 6365, 4979})
RADIUS, FLATTENING, SCALE = 6_378_137.0, 1 / 298.257223563, 0.9996
FALSE_EAST = 500_000.0
# The state and a little around it, in degrees: west, south, east, north.
STATE = (-101.2, 18.0, -98.0, 20.8)


class UnknownProjection(Refused):
    """The file says that its coordinates are something we cannot read."""


def zone_of_epsg(code: int) -> int:
    """The UTM zone of an EPSG code, or DEGREES; UnknownProjection for any other."""
    if code in GEOGRAPHIC:
        return DEGREES
    for base in (32600, 26900):
        if 11 <= code - base <= 16:
            return code - base
    if 6366 <= code <= 6371:
        return code - 6366 + 11
    raise UnknownProjection(
        f"La proyección EPSG:{code} no se lee aquí. Guarde el archivo en WGS84 o en UTM."
    )


def zone_of_text(told: str) -> int:
    """The zone that a .prj file tells; UnknownProjection for any other projection."""
    plain = told.upper().replace("_", " ")
    if plain.lstrip().startswith("GEOGC"):
        return DEGREES
    zone = re.search(r"UTM ZONE (\d{1,2})N?\b", plain)
    if zone:
        return int(zone[1])
    raise UnknownProjection(
        "El archivo .prj no dice WGS84 ni UTM. Guarde el archivo en una de las dos."
    )


def guessed_zone(x: float, y: float) -> int:
    """The zone of a file that tells none: degrees look like degrees, and the state lies in 14."""
    if abs(x) <= 180 and abs(y) <= 90:
        return DEGREES
    if 100_000 <= x <= 900_000 and 1_900_000 <= y <= 2_400_000:
        return 14
    raise UnknownProjection("No se reconocen las coordenadas. Guarde el archivo en WGS84 o en UTM.")


def degrees(x: float, y: float, zone: int) -> tuple[float, float]:
    """Longitude and latitude of a point; the inverse of UTM by Krüger's series, good to 1 mm."""
    if zone == DEGREES:
        return x, y
    n = FLATTENING / (2 - FLATTENING)
    mean = RADIUS / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    xi, eta = y / (SCALE * mean), (x - FALSE_EAST) / (SCALE * mean)
    beta = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96,
        n**2 / 48 + n**3 / 15,
        17 * n**3 / 480,
    )
    inner, outer = xi, eta
    for k, each in enumerate(beta, start=1):
        inner -= each * math.sin(2 * k * xi) * math.cosh(2 * k * eta)
        outer -= each * math.cos(2 * k * xi) * math.sinh(2 * k * eta)
    chi = math.asin(math.sin(inner) / math.cosh(outer))
    delta = (
        2 * n - 2 * n**2 / 3 - 2 * n**3,
        7 * n**2 / 3 - 8 * n**3 / 5,
        56 * n**3 / 15,
    )
    latitude = chi + sum(d * math.sin(2 * k * chi) for k, d in enumerate(delta, start=1))
    longitude = math.radians(zone * 6 - 183) + math.atan2(math.sinh(outer), math.cos(inner))
    return math.degrees(longitude), math.degrees(latitude)


def in_the_state(longitude: float, latitude: float) -> bool:
    """Whether a point may belong to the state: a wrong zone puts it elsewhere."""
    west, south, east, north = STATE
    return west <= longitude <= east and south <= latitude <= north
