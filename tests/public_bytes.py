"""Everything a stranger can be sent, byte by byte: for tests of what must not show through."""

import re

from decide.opendata.formats import Format
from decide.opendata.sets import SETS

# What each part of an address may be; a route with a part that is missing here fails the test.
TERM, GUIDE, TOPIC = "planilla", "como-votar", "agua"
# Searches, filters and orders of the pages that have some.
QUESTIONS = (
    "/candidaturas?orden=nombre", "/candidaturas?nombre=pe&publico=1", "/candidaturas?actor=lucero",
    "/candidaturas.csv?orden=nombre", "/quitadudas?q=voto", "/donde-voto?seccion=5176",
    "/donde-voto?municipio=toluca", "/municipios/107?", "/temas/agua?orden=",
)  # fmt: skip
PUBLIC_DOORS = ("public.", "api.")
DRAWN, LOT = "/comparar", "?lote=7"  # pages in an order drawn for each visit: here always this one


class NoRule(Exception):
    """A public route has a part for which this file knows no value."""


def addresses(app, world):
    """A real address for every public page, every actor's and every text's among them."""
    found = set(QUESTIONS) | open_data_addresses()
    for rule in app.url_map.iter_rules():
        known = rule.endpoint.startswith(("public.open_", "api."))
        if "GET" in rule.methods and rule.endpoint.startswith(PUBLIC_DOORS) and not known:
            found |= filled(rule.rule, rule.endpoint, sorted(rule.arguments), world)
    return sorted(f"{path}{LOT}" if path.startswith(DRAWN) else path for path in found)


def open_data_addresses():
    """Every file of every set, every table of the API, and some of its rows."""
    found = {"/datos", "/datos/catalog.jsonld", "/api/v1/", "/api/v1/openapi.json", "/api/v1/x"}
    for chosen in SETS:
        found |= {f"/datos/{chosen.name}", f"/datos/{chosen.name}/datapackage.json"}
        found.add(f"/datos/{chosen.name}/2021-06-20.zip")
        for table in chosen.tables:
            found |= {f"/datos/{chosen.name}/{table.name}.{form}" for form in Format}
            found.add(f"/api/v1/{chosen.name}/{table.name}?filas=500")
    return found | {"/api/v1/actores/actores/LUCERO", "/api/v1/resultados/resultados/em.m107"}


def filled(rule, endpoint, parts, world):
    """`rule` with every value of its parts."""
    paths = {rule}
    for part in parts:
        values = values_of(part, endpoint, world)
        paths = {
            re.sub(rf"<([^<>]*:)?{part}>", str(value), path) for path in paths for value in values
        }
    return paths


def values_of(part, endpoint, world):
    """What a part of an address may be in this world."""
    texts = {"term": (TERM,), "guide": (GUIDE,), "guide_easy": (GUIDE,)}
    own = texts.get(endpoint.split(".")[1])
    if part == "slug" and own:
        return own
    if part not in world["parts"]:
        raise NoRule(f"{endpoint} has <{part}>: tell tests/public_bytes.py what it may be")
    return world["parts"][part]


class Seen(dict):
    """Answers by path; a test that fails need not print them all."""

    def __repr__(self):
        return f"<{len(self)} answers>"


# Drawn for each opening of the form, so that what is sent twice is kept once.
TOKEN = re.compile(rb'(name="forma" value=")[0-9a-f]{32}"')


def told(answer):
    """All that reaches a browser, but for what is drawn anew for everybody."""
    body = TOKEN.sub(rb'\1"', answer.get_data())
    return (answer.status_code, sorted(answer.headers.items()), body)


def differences(one, other):
    """Paths whose answers differ, each with the first place where they do."""
    found = []
    for path in sorted(one.keys() | other.keys()):
        left, right = one.get(path), other.get(path)
        if left != right:
            found.append((path, first_difference(left, right)))
    return found


def first_difference(left, right):
    """A little of both around the first byte that differs."""
    if left is None or right is None or left[:2] != right[:2]:
        return left and left[:2], right and right[:2]
    place = next(
        (n for n, pair in enumerate(zip(left[2], right[2], strict=False)) if pair[0] != pair[1]),
        min(len(left[2]), len(right[2])),
    )
    return left[2][max(0, place - 60) : place + 60], right[2][max(0, place - 60) : place + 60]
