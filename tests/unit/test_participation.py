"""The small parts of the ledger: device, entry, folio, words, personal data, shares."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.participation import folio as folios
from decide.participation import personal
from decide.participation.choices import Choice, IdeaKind
from decide.participation.device import COOKIE_LENGTH, mint, verify
from decide.participation.entry import (
    IdeaSent,
    Press,
    Unreadable,
    idea_fields,
    idea_of,
    press_fields,
    press_of,
)
from decide.participation.folio import ALPHABET, LENGTH, Folio, WrongFolio, parse, written
from decide.participation.keys import keys_of, press_id_of
from decide.participation.limits import DeviceLimit
from decide.participation.personal import PersonalDatum, personal_data
from decide.participation.rest import Rest
from decide.participation.store import last_words, out_of_order
from decide.participation.wording import LONGEST, NoWords, TooLong, checked, cleaned, identity_of

KEYS = keys_of("a process key")
bytes16 = st.binary(min_size=16, max_size=16)
folio_bytes = bytes16.map(Folio)
versions = st.integers(0, 0x3FFFFF)
subjects = st.integers(1, 0xFFFFFFFF)
instants = st.integers(0, 2**56 - 1)


def flat(fields):
    return [part for pair in fields.items() for part in pair]


@given(identity=bytes16, issued=st.integers(0, 2**32 - 1))
def test_a_minted_cookie_verifies_and_says_what_it_was_made_of(identity, issued):
    cookie = mint(KEYS, issued, identity=identity)
    assert len(cookie) == COOKIE_LENGTH
    assert verify(KEYS, cookie) == (identity, issued)


@given(identity=bytes16, place=st.integers(0, COOKIE_LENGTH - 1), letter=st.sampled_from(
    string.ascii_letters + string.digits + "-_"))  # fmt: skip
def test_a_cookie_changed_in_one_letter_is_no_device(identity, place, letter):
    cookie = mint(KEYS, 1, identity=identity)
    changed = cookie[:place] + letter + cookie[place + 1 :]
    assert (verify(KEYS, changed) is None) == (changed != cookie)


@given(st.text())
def test_any_text_as_cookie_is_at_most_refused(text):
    assert verify(KEYS, text) is None


def test_a_cookie_of_another_process_is_no_device():
    assert verify(keys_of("another key"), mint(KEYS, 1)) is None


def test_keys_differ_by_purpose_and_press_ids_by_subject():
    assert len({KEYS.device, KEYS.press, KEYS.folio}) == 3
    assert press_id_of(KEYS, b"d" * 16, 1) != press_id_of(KEYS, b"d" * 16, 2)


@given(bytes16, subjects, versions, st.sampled_from(Choice), instants)
def test_a_press_is_read_as_it_was_written(press_id, subject, version, choice, at):
    press = Press(press_id, subject, version, choice, at, 37)
    assert press_of(flat(press_fields(press))) == press


def test_a_press_written_by_the_code_of_before_is_read_too():
    press = Press(b"p" * 16, 7, 3, Choice.LIKE, 1_700_000_000_000_000)
    (packed,) = press_fields(press).values()
    assert press_of([b"1", packed[:-1]]) == press
    with pytest.raises(Unreadable):
        press_of([b"1", packed])


def test_a_press_takes_thirty_two_bytes():
    assert sum(map(len, flat(press_fields(Press(bytes(16), 1, 1, 1, 1))))) == 32


@given(
    st.binary(min_size=32, max_size=32), subjects, versions, st.sampled_from(IdeaKind),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
    st.integers(0, 125), instants,
)  # fmt: skip
def test_an_idea_is_read_as_it_was_written(folio_hash, subject, version, kind, text, town, at):
    idea = IdeaSent(folio_hash, subject, version, kind, text, "agua", town, at)
    assert idea_of(flat(idea_fields(idea))) == idea


@given(st.lists(st.binary(max_size=80), max_size=4))
def test_an_entry_of_any_bytes_is_read_or_named_unreadable(fields):
    for reader in (press_of, idea_of):
        try:
            reader(fields)
        except Unreadable:
            continue


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Choice), instants)))
def test_within_a_batch_the_last_word_wins_and_its_time_never_goes_back(said):
    presses = [Press(bytes([who]) * 16, 1, 1, choice, at) for who, choice, at in said]
    kept = {press.press_id: press for press in last_words(presses)}
    for who in {who for who, _, _ in said}:
        own = [(choice, at) for each, choice, at in said if each == who]
        press = kept[bytes([who]) * 16]
        assert press.choice == own[-1][0]
        assert press.at == max(at for _, at in own)


@given(st.lists(st.tuples(instants, st.sampled_from(Choice)), min_size=2, unique_by=lambda a: a[0]))
def test_an_entry_that_stands_in_the_log_once_more_is_no_later_word(said):
    said = sorted(said)
    words = [Press(bytes(16), 1, 1, choice, at) for at, choice in said]
    for stored in range(len(words)):  # so many were stored before, the rest came in this batch
        held = words[stored - 1].at if stored else -1
        batch = [*words[stored:], *words]
        assert out_of_order(batch) == {bytes(16)}
        assert last_words(batch, {bytes(16): held}) == [words[-1]]
    assert out_of_order(words) == set()


@given(folio_bytes)
def test_a_folio_is_read_back_however_it_is_typed(folio):
    code = written(folio)
    assert len(code.replace("-", "")) == LENGTH
    assert set(code) <= {*ALPHABET, "-"}
    for typed in (
        code, code.lower(), code.replace("-", ""), code.replace("-", " "), f"  {code}\n",
        code.replace("0", "O"), code.replace("1", "I"), code.replace("1", "l"),
    ):  # fmt: skip
        assert parse(typed) == folio


@given(folio_bytes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_always_noticed(folio, place, letter):
    code = written(folio).replace("-", "")
    changed = code[:place] + letter + code[place + 1 :]
    if changed != code:
        with pytest.raises(WrongFolio, match="error en el folio"):
            parse(changed)


@given(folio_bytes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_exchanged_letters_are_always_noticed(folio, one, other):
    letters = list(written(folio).replace("-", ""))
    letters[one], letters[other] = letters[other], letters[one]
    changed = "".join(letters)
    if changed != written(folio).replace("-", ""):
        with pytest.raises(WrongFolio):
            parse(changed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Escriba su folio"),
        ("7K3Q", "faltan 23 caracteres"),
        ("7" * 26, "le falta 1 carácter"),
        ("7" * 28, "le sobra 1 carácter"),
        ("U" * 27, "no llevan el signo «U»"),
        ("ñ", "no llevan el signo «Ñ»"),
    ],
)
def test_a_typing_error_is_explained(typed, said):
    with pytest.raises(WrongFolio, match=said):
        parse(typed)


@given(st.text(max_size=60))
def test_any_text_as_folio_is_a_folio_or_a_sentence(text):
    try:
        told = written(parse(text))
    except WrongFolio as error:
        told = str(error)
    assert told


def test_folios_that_were_given_out_stay_what_they_are():
    """On paper for months: neither the key's use nor the check letter may ever change."""
    made = folios.make(keys_of("p"), b"d" * 16, 7, IdeaKind.IDEA, "Más luz")
    assert written(made) == "3END-A0VF-TVZ0-D5BJ-J9SN-TNAT-ANJ"
    assert written(Folio(bytes(16))) == "0000-0000-0000-0000-0000-0000-000"
    assert written(Folio(bytes(range(16)))) == "0004-1061-050R-3GG2-8A1C-60T3-GFZ"


def test_white_space_makes_no_other_idea_but_words_kind_subject_and_device_do():
    def make(device=b"d", subject=1, kind=IdeaKind.IDEA, text="Más luz"):
        return folios.make(KEYS, device, subject, kind, text)

    assert make() == make(text="  Más \r\n luz ")
    others = {
        make(), make(device=b"e"), make(subject=2), make(kind=IdeaKind.COMMENT), make(text="Luz"),
    }  # fmt: skip
    assert len(others) == 5


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\0" not in once
    assert "\r" not in once
    assert identity_of(once) == identity_of(text)


def test_an_idea_of_four_thousand_letters_fits_and_one_more_does_not():
    assert checked("á" * LONGEST) == "á" * LONGEST
    with pytest.raises(TooLong, match="Quite al menos 1"):
        checked("á" * (LONGEST + 1))
    with pytest.raises(NoWords):
        checked(" \u0007 \n")


digits = st.text(string.digits, min_size=10, max_size=10)
words = st.lists(st.sampled_from(["agua", "para", "todos", "los", "días", "hay", "una"])).map(
    " ".join
)


@given(words, digits, words, st.sampled_from(["{}", "{0[0]}{0[1]} {0[2]}", "+52 {}"]))
def test_ten_digits_among_words_are_a_telephone(before, number, after, shape):
    parts = (number[:3], number[3:6], number[6:])
    text = f"{before} {shape.format(parts if '0[' in shape else number)} {after}"
    assert PersonalDatum.PHONE in personal_data(text)


@given(words)
def test_plain_words_hold_no_personal_data(text):
    assert personal_data(text) == []


@given(
    words, st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?@[a-z]{1,8}\.(mx|com)", fullmatch=True), words
)
def test_a_mail_address_among_words_is_seen(before, address, after):
    assert PersonalDatum.EMAIL in personal_data(f"{before} {address}, {after}")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Mi CURP es GOMC900514HMCRRL09.", [PersonalDatum.CURP]),
        ("rfc GOMC900514AB1", [PersonalDatum.RFC]),
        ("clave GMCRRL90051415H300", [PersonalDatum.VOTER_KEY]),
        ("Vivo en Av. Independencia 145, Toluca", [PersonalDatum.ADDRESS]),
        ("calle Benito Juárez #12", [PersonalDatum.ADDRESS]),
        ("C.P. 50000", [PersonalDatum.ADDRESS]),
        ("manzana 4 lote 12", [PersonalDatum.ADDRESS]),
        ("ana arroba correo punto com", [PersonalDatum.EMAIL]),
        ("(722) 123-4567 o ana@correo.mx", [PersonalDatum.PHONE, PersonalDatum.EMAIL]),
        ("En 2019 y 2021 hubo 1,500,000 pesos para 125 municipios.", []),
        ("La avenida Toluca lleva 20 años sin luz.", []),
        ("Que arreglen la calle 5 de Mayo.", []),
        ("Faltan 12 000 árboles y 3 000 bancas.", []),
        ("Artículo 115, fracción IV, inciso a).", []),
    ],
)
def test_personal_data_are_seen_and_plain_figures_are_not(text, kinds):
    assert personal_data(text) == kinds


PARTS = (
    "calle ", "c. ", "Av. ", "CALLE ", "prıvada ", "PRİVADA ", "boulevard ", "Manzana ", "mz ",
    "lote ", " 12", "12345", "@", "ana", "b.mx", " arroba ", " PUNTO com", "c.p. ", "CP:", "Núm ",
    "# ", "ab ", "bu\u017f", "c\u0131rcuito ",
)  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
def test_the_quick_look_misses_nothing_that_a_shape_would_find(text):
    found = personal_data(text)
    for kind in (PersonalDatum.EMAIL, PersonalDatum.ADDRESS):
        assert (kind in found) == any(shape.search(text) for shape in personal.SHAPES[kind])


def test_a_share_is_used_up_by_its_device_alone_and_comes_back():
    limit = DeviceLimit(2, window=3600.0)
    assert [limit.take(b"a") for _ in range(3)] == [True, True, False]
    assert limit.take(b"b")
    quick = DeviceLimit(1, window=0.01)
    assert quick.take(b"a")
    time.sleep(0.03)
    assert quick.take(b"a")


def test_a_part_that_failed_once_is_soon_asked_again_and_one_that_stays_away_seldom(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("decide.participation.rest.monotonic", lambda: now[0])
    rest = Rest(seconds=0.4)
    assert all(rest.may_try() for _ in range(3))
    rest.failed()
    assert not rest.may_try()
    now[0] += 0.12
    assert rest.may_try()  # one caller finds out
    assert not rest.may_try()
    rest.failed()
    now[0] += 0.12
    assert not rest.may_try()
    now[0] += 0.12
    assert rest.may_try()
    rest.worked()
    assert all(rest.may_try() for _ in range(3))
