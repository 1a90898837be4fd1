"""The shipped territory, from the product's own files; and sections as people type them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.geography import search
from decide.geography.facts import FOLDER, FactsError, parts_of, shipped
from decide.geography.sections import MistypedSection, typed_section, unknown_section


@pytest.fixture(scope="module")
def territory():
    """The shipped facts."""
    return shipped()


def test_the_state_has_125_municipalities_45_districts_and_6530_sections(territory):
    assert len(territory.municipalities) == 125
    assert len(territory.districts) == 45
    assert len({section for section, _, _ in territory.sections()}) == 6530
    assert [each.number for each in territory.municipalities] == list(range(1, 126))
    assert [number for number, _ in territory.districts] == list(range(1, 46))


def test_the_two_numbers_of_a_municipality_agree_in_29_cases_only(territory):
    same = [each for each in territory.municipalities if each.inegi_key - 15000 == each.number]
    assert len(same) == 29
    assert {each.inegi_key for each in territory.municipalities} == set(range(15001, 15126))


def test_twelve_municipalities_are_split_and_ecatepec_among_six_districts(territory):
    districts = Counter(part.municipality for part in territory.parts)
    assert sum(count > 1 for count in districts.values()) == 12
    ecatepec = next(each.number for each in territory.municipalities if "Ecatepec" in each.name)
    assert districts[ecatepec] == 6
    assert len(territory.parts) == 148
    assert all(part.whole == (districts[part.municipality] == 1) for part in territory.parts)


def test_seats_follow_the_population_in_three_steps(territory):
    sizes = Counter(each.seats.total for each in territory.municipalities)
    assert sizes == {9: 96, 11: 18, 15: 11}
    for each in territory.municipalities:
        step = (each.population > 150_000) + (each.population > 500_000)
        assert each.seats.total == (9, 11, 15)[step]


def test_every_fact_has_a_source_and_the_files_stay_small(territory):
    assert all(each.source and each.what for each in territory.sources)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 100_000


@pytest.mark.parametrize("line", ["1 1: 1-3\n1 2: 3", "1 1: 1\n1 1: 2", "1 1:"])
def test_facts_that_contradict_themselves_stop_the_reading(tmp_path, line):
    path = tmp_path / "sections.txt"
    path.write_text(line)
    with pytest.raises(FactsError):
        parts_of(path)


@pytest.mark.parametrize("text", ["123", "0123", " 0 1 2 3 ", "Sección 0123", "SECCION: 123"])
def test_a_section_may_be_typed_in_many_ways(text):
    assert typed_section(text) == 123


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "cuatro números"), ("  ", "cuatro números"), ("012a", "sólo números"),
     ("٠١٢٣", "sólo números"), ("50000", "código postal"), ("sección", "cuatro números")],
)  # fmt: skip
def test_a_mistyped_section_says_what_to_check(text, says):
    with pytest.raises(MistypedSection, match=says) as caught:
        typed_section(text)
    assert "al frente de su credencial" in str(caught.value)


def test_a_number_that_is_no_section_is_told_from_one_that_was():
    assert "ya no existe" in str(unknown_section(24, 1, 6637))
    assert "no es de este estado" in str(unknown_section(6638, 1, 6637))


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_number_of_four_digits_or_a_sentence(text):
    try:
        number = typed_section(text)
    except MistypedSection:
        return
    assert 0 <= number <= 9999


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ecatepec", "Ecatepec de Morelos"),
        ("ECATEPÉC", "Ecatepec de Morelos"),
        ("chimaluacan", "Chimalhuacán"),
        ("neza", "Nezahualcóyotl"),
        ("netzahualcoyotl", "Nezahualcóyotl"),
        ("cuautitlan iscali", "Cuautitlán Izcalli"),
        ("toluca de lerdo", "Toluca"),
        ("atizapan", "Atizapán"),
        ("tlalnepantal", "Tlalnepantla de Baz"),
        ("san jose", "San José del Rincón"),
    ],
)
def test_municipalities_are_found_without_accents_and_with_slips(territory, typed, first):
    names = [each.name for each in territory.municipalities]
    assert names[search.best(typed, names)[0]] == first


@pytest.mark.parametrize("typed", ["", "   ", "xyz", "¿?"])
def test_nothing_like_a_name_finds_nothing(territory, typed):
    assert search.best(typed, [each.name for each in territory.municipalities]) == []


def test_a_place_whose_name_is_one_small_word_stops_no_search():
    """Small words count for nothing beside others, not where there is no other."""
    assert search.best("la tolxca", ["La", "Toluca"])[0] == 1
    assert search.best("la", ["La", "Toluca"]) == [0]


@given(st.data())
def test_every_name_with_one_letter_left_out_is_still_among_the_found(data):
    names = [each.name for each in shipped().municipalities]
    name = data.draw(st.sampled_from([each for each in names if len(each) > 7]))
    at = data.draw(st.integers(1, len(name) - 1))
    assert names.index(name) in search.best(name[:at] + name[at + 1 :], names)
