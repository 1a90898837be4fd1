"""The words that explain: complete, short, plain, and linked only to what exists."""

import csv
import re
import tomllib
from collections import Counter
from importlib.resources import files
from statistics import mean

import pytest

from decide.catalog.entries import slug_of
from decide.editorial.plain import ease, officialese, sentences, syllables

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
FROM_SETTINGS = {"authority", "help_phone", "help_email", "help_hours", "site", "retention"}
ARTICLE = re.compile(
    r"\bart(?:ículos?|s?\.)\s*\d|\b(?:LGIPE|CEEM|CPEUM|LGPP|CPELSM)\b", re.IGNORECASE
)
CATEGORIES = {
    "jornada", "campañas", "candidaturas", "resultados", "cargos", "territorio", "autoridades",
    "ciudadanía", "justicia", "información", "partidos", "general", "decide",
}  # fmt: skip
NOT_READ_AS_PROSE = {"slug", "picture", "terms", "links", "related", "category", "name", "also"}


def told(name):
    text = files("decide.editorial.content").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


GLOSSARY = told("glossary")["term"]
ORGANS = told("organs")
GUIDES = told("guides")["guide"]
LEGAL = told("legal")["text"]
TERMS = {one["slug"]: one for one in GLOSSARY}


def prose(value):
    """All sentences that somebody reads inside a piece of content."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in NOT_READ_AS_PROSE:
                yield from prose(inner)
    else:
        for inner in value:
            yield from prose(inner)


def pieces():
    """(name, text) of everything there is to read."""
    for one in GLOSSARY:
        yield (
            f"glossary/{one['slug']}",
            " ".join((one["definition"], one["example"], one["so_what"])),
        )
    for kind, many in (("organs", ORGANS["organ"]), ("guides", GUIDES), ("legal", LEGAL)):
        for one in many:
            yield f"{kind}/{one['slug']}", "\n".join(prose(one))
    yield "organs/assignment", "\n".join(prose(ORGANS["assignment"]))


def room(name):
    return name.split("/")[0]


# The glossary


def test_slugs_are_words_of_an_address_and_unique():
    assert len(TERMS) == len(GLOSSARY)
    assert all(SLUG.fullmatch(slug) for slug in TERMS)
    assert all(slug == slug_of(slug) for slug in TERMS)
    assert len({one["term"] for one in GLOSSARY}) == len(GLOSSARY)


def test_there_are_the_88_terms_and_about_25_more():
    assert 88 + 20 <= len(GLOSSARY) <= 88 + 40
    assert {one["category"] for one in GLOSSARY} == CATEGORIES


@pytest.mark.shared
def test_every_term_of_the_real_list_is_defined_under_its_own_name_and_category(shared_data):
    path = shared_data / "glosario_terminos_sin_definir.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        wanted = {row["termino"]: row["categoria"] for row in csv.DictReader(stream)}
    assert len(wanted) == 88
    ours = {one["term"]: one["category"] for one in GLOSSARY}
    assert {term: ours.get(term) for term in wanted} == wanted


def test_a_definition_has_at_most_sixty_words_an_example_and_a_what_for():
    for one in GLOSSARY:
        assert 15 <= len(one["definition"].split()) <= 60, one["slug"]
        assert len(sentences(one["example"])) <= 2, one["slug"]
        assert 3 <= len(one["so_what"].split()) <= 20, one["slug"]
        assert one["definition"].endswith(".")
        assert one["so_what"].endswith(".")


def test_related_terms_exist_and_are_others():
    for one in GLOSSARY:
        assert one["related"], one["slug"]
        assert one["slug"] not in one["related"]
        assert set(one["related"]) <= set(TERMS), one["slug"]
        assert len(set(one["related"])) == len(one["related"])


def test_every_term_can_be_reached_from_another():
    reached = Counter(slug for one in GLOSSARY for slug in one["related"])
    assert set(TERMS) == set(reached), set(TERMS) - set(reached)


# All texts


def test_no_sentence_has_more_than_twenty_words():
    long = [
        (name, one) for name, text in pieces() for one in sentences(text) if len(one.split()) > 20
    ]
    assert not long


def test_nothing_sounds_like_an_office_or_names_an_article_of_law():
    for name, text in pieces():
        assert not officialese(text), name
        assert not ARTICLE.search(text), name


def test_help_is_easy_to_read_and_so_is_the_privacy_notice():
    by_room = {}
    for name, text in pieces():
        by_room.setdefault(room(name), []).append(ease(text))
    assert {each: mean(many) >= 70 for each, many in by_room.items()} == dict.fromkeys(
        by_room, True
    )
    worst = {name: round(ease(text)) for name, text in pieces() if ease(text) < 60}
    assert not worst


def test_only_placeholders_that_settings_fill_are_used():
    found = {name for _, text in pieces() for name in PLACEHOLDER.findall(text)}
    assert found == FROM_SETTINGS


# Organs


def test_organs_say_who_how_long_what_and_what_not():
    assert [one["slug"] for one in ORGANS["organ"]] == [
        "legislatura", "ayuntamiento", "presidencia-municipal", "sindicatura", "regiduria",
    ]  # fmt: skip
    for one in ORGANS["organ"]:
        assert "tres años" in one["term"]
        assert len(one["does"]) >= 5
        assert one["does_not"]
        assert one["my_vote"]
        assert len(one["ask"]) == 3
        assert set(one["terms"]) <= set(TERMS), one["slug"]


def test_the_legislature_has_the_right_numbers():
    who = ORGANS["organ"][0]["who"]
    assert all(number in who for number in ("75", "45", "30"))
    assert "75" in TERMS["legislatura"]["definition"]


# Guides


def test_guides_have_steps_a_time_a_remedy_and_links():
    assert [one["slug"] for one in GUIDES] == [
        "como-votar", "solicitar-informacion", "derechos-arco", "reportar-informacion-faltante",
    ]  # fmt: skip
    assert 8 <= len(GUIDES[0]["step"]) <= 10
    for one in GUIDES:
        assert len(one["step"]) >= 5
        assert one["time"]
        assert one["remedy"]
        assert one["links"]
        assert all(SLUG.fullmatch(step["picture"]) for step in one["step"])


def test_no_guide_promises_a_number_of_days():
    for name, text in pieces():
        if room(name) in {"guides", "glossary"}:
            assert not re.search(r"\d+ días", text), name


# Legal texts


def test_legal_texts_are_those_of_the_brief():
    assert [one["slug"] for one in LEGAL] == [
        "privacidad-breve", "privacidad", "terminos", "accesibilidad", "como-funciona",
        "inicio",
    ]  # fmt: skip


def test_the_short_privacy_notice_has_at_most_200_words_and_what_must_be_in_it():
    text = " ".join(paragraph for each in LEGAL[0]["section"] for paragraph in each["paragraphs"])
    assert len(text.split()) <= 200
    for must in (
        "{authority}",
        "{retention}",
        "borrar",
        "se le entregan completas",
        "clave al azar",
    ):
        assert must in text


def test_the_full_notice_says_when_the_key_is_set_and_that_no_address_is_kept():
    text = "\n".join(prose(LEGAL[1]))
    assert "por primera vez" in text
    assert "No se guarda la dirección de su conexión" in text
    assert "ARCO" in text


def test_every_long_text_has_a_twin_in_lectura_facil_with_one_idea_per_line():
    twins = [one["easy"] for one in (*ORGANS["organ"], ORGANS["assignment"], *GUIDES)]
    twins += [one["easy"]["lines"] for one in LEGAL]
    assert len(twins) == 16
    for lines in twins:
        assert len(lines) >= 6
        for line in lines:
            assert len(line.split()) <= 14, line
            assert line.endswith(".")
            assert ";" not in line
        assert ease("\n".join(lines)) >= 80


# The yardstick itself


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("país", 2), ("caer", 2), ("guerra", 2), ("pingüino", 3), ("quien", 1), ("muy", 1),
        ("aéreo", 4), ("candidatura", 5), ("ahuehuete", 4), ("municipio", 4), ("regiduría", 5),
        ("y", 1), ("ayuntamiento", 5), ("rey", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_spanish_counts_them(word, count):
    assert syllables(word) == count


def test_an_office_sentence_is_harder_than_a_plain_one():
    plain = "Vaya a su casilla. Lleve su credencial. Marque un cuadro."
    office = (
        "Las personas ciudadanas deberán presentarse oportunamente ante las autoridades "
        "competentes correspondientes, a efecto de coadyuvar al adecuado desarrollo de la jornada."
    )
    assert ease(plain) > 90
    assert ease(office) < 50
    assert officialese(office) == ["a efecto de", "coadyuv"]
