"""The small parts of the ledger: device, entry, folio, words, personal data, shares."""

import string
import struct
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.calendar.rules import Window
from decide.kernel.clock import Reading
from decide.participation import folio as folios
from decide.participation import personal
from decide.participation.choices import Choice, IdeaKind
from decide.participation.closing import closed_sentence
from decide.participation.device import COOKIE_LENGTH, cookie_name, mint, verify
from decide.participation.entry import (
    LARGEST_SUBJECT,
    LARGEST_VERSION,
    IdeaSent,
    Press,
    Unreadable,
    idea_fields,
    idea_of,
    press_fields,
    press_of,
    presses_of,
)
from decide.participation.folio import ALPHABET, LENGTH, Folio, WrongFolio, parse, written
from decide.participation.keys import author_of, keys_of, press_id_of
from decide.participation.limits import DeviceLimit
from decide.participation.personal import PersonalDatum, personal_data
from decide.participation.rest import Rest
from decide.participation.snapshot import Timing
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


def window(*, opens, closes, shown=True):
    """A phase in which platforms take answers, and are seen or not."""
    kinds = frozenset({"platform"})
    return Window("p", "P", "", opens, closes, kinds if shown else frozenset(), kinds, frozenset())


def test_a_closed_door_says_when_but_not_of_a_phase_that_nobody_sees():
    at, zone = datetime(2021, 6, 1, tzinfo=UTC), ZoneInfo("America/Mexico_City")
    before, after = at - timedelta(days=9), at + timedelta(days=9)
    said = {
        shown: [
            closed_sentence([window(opens=opens, closes=closes, shown=shown)], "platform", at, zone)
            for opens, closes in ((after, None), (before, at))
        ]
        for shown in (True, False)
    }
    opens_later, has_closed = said[True]
    assert "desde el 9 de junio de 2021 a las 19:00 h" in opens_later
    assert "cerró el 31 de mayo de 2021 a las 19:00 h" in has_closed
    assert said[False] == [closed_sentence([], "platform", at, zone)] * 2


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


def test_a_cookie_that_is_too_short_or_not_ascii_is_no_device():
    cookie = mint(KEYS, 1)
    assert verify(KEYS, cookie[:-4]) is None
    assert verify(KEYS, "ñ" + cookie[1:]) is None
    assert verify(KEYS, "") is None
    assert (cookie_name(https=True), cookie_name(https=False)) == ("__Host-d", "d")


def test_a_cookie_of_another_process_is_no_device():
    assert verify(keys_of("another key"), mint(KEYS, 1)) is None


def test_keys_differ_by_purpose_and_press_ids_by_subject():
    assert len({KEYS.device, KEYS.press, KEYS.folio}) == 3
    own = [by(KEYS, b"d" * 16, subject) for by in (press_id_of, author_of) for subject in (1, 2)]
    assert len(set(own)) == 4, "nobody without the key can join what one device said"
    assert {len(each) for each in own} == {16}


def test_what_a_device_said_is_found_again_for_ever():
    """Kept in the ledger for the whole process: how they are made may never change."""
    device, largest = bytes(range(16)), 2**63
    assert press_id_of(KEYS, device, 7).hex() == "5fb54e72099fd642e4b7cd605941aaee"
    assert author_of(KEYS, device, 7).hex() == "4fd8407967c94ed466fcd32dc99a952e"
    assert len(press_id_of(KEYS, device, largest)) == len(author_of(KEYS, device, largest)) == 16


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
    st.lists(
        st.builds(
            Press, bytes16, subjects, versions, st.sampled_from(Choice), instants,
            st.integers(0, 255),
        )
    )
)  # fmt: skip
def test_many_presses_read_at_once_are_those_read_one_by_one(presses):
    entries = [flat(press_fields(press)) for press in presses]
    assert presses_of(entries) == presses
    whole = Press(bytes(16), LARGEST_SUBJECT, LARGEST_VERSION, Choice.DISLIKE, 2**56 - 1, 255)
    assert presses_of([*entries, flat(press_fields(whole))]) == [*presses, whole]
    with pytest.raises(struct.error):
        press_fields(whole._replace(version=LARGEST_VERSION + 1))


def test_what_needs_a_closer_look_is_not_read_with_the_others():
    good = flat(press_fields(Press(bytes(16), 1, 1, Choice.LIKE, 1)))
    name, packed = good
    unknown = packed[:-2] + bytes([packed[-2] | 3]) + packed[-1:]
    for odd in (
        [b"1", packed[:-1]], [b"1", packed], [name, packed, b"x", b"y"], [name, packed[:-1]],
        [name, packed + packed], [name, unknown], [name], [],
    ):  # fmt: skip
        assert presses_of([good, odd]) is None, odd
    with pytest.raises(Unreadable):
        press_of([name, unknown])
    assert presses_of([good, good]) == [press_of(good)] * 2


def test_an_idea_of_an_unknown_kind_or_with_a_zero_is_named_unreadable():
    idea = IdeaSent(bytes(32), 1, 1, tuple(IdeaKind)[-1], "Más luz", "agua", 0, 1)
    name, packed = flat(idea_fields(idea))
    assert idea_of([name, packed]) == idea
    kind = len(packed) - len("Más luz".encode()) - len(b"agua") - 3
    for odd in (
        packed[:kind] + bytes([len(IdeaKind)]) + packed[kind + 1 :],
        packed[:kind] + bytes([255]) + packed[kind + 1 :],
        packed + b"\0",
        packed.replace(b"agua", b"ag\0a"),
    ):
        with pytest.raises(Unreadable):
            idea_of([name, odd])


def test_what_was_read_cannot_be_changed():
    idea = IdeaSent(bytes(32), 1, 1, IdeaKind.IDEA, "Más luz", "agua", 0, 1)
    with pytest.raises(AttributeError):
        idea.text = "Menos luz"
    assert not hasattr(idea, "__dict__")


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
        ("7" * 29, "le sobran 2 caracteres"),
        ("7" * 25, "le faltan 2 caracteres"),
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
    assert folios.hash_of(made) == sha256(made).digest(), "what is stored is found by it"


def test_a_folio_beyond_sixteen_bytes_is_a_mistake_and_no_crash():
    """26 letters hold 130 bits: the highest two are always zero."""
    largest = written(Folio(b"\xff" * 16))
    assert parse(largest) == b"\xff" * 16
    with pytest.raises(WrongFolio, match="Hay un error"):
        parse(checked_letters("8" + "0" * 25))


def checked_letters(letters):
    """With the check letter that makes them right but for their size."""
    return next(
        letters + last
        for last in ALPHABET
        if folios._check([ALPHABET.index(each) for each in letters]) == ALPHABET.index(last)
    )


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
        ("privada Hidalgo núm. 7", [PersonalDatum.ADDRESS]),
        ("C.P. 50000", [PersonalDatum.ADDRESS]),
        ("manzana 4 lote 12", [PersonalDatum.ADDRESS]),
        ("ana arroba correo punto com", [PersonalDatum.EMAIL]),
        ("(722) 123-4567 o ana@correo.mx", [PersonalDatum.PHONE, PersonalDatum.EMAIL]),
        ("+52 1 722 123 4567", [PersonalDatum.PHONE]),
        ("El oficio 4917221234567 no llegó.", []),
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


def test_the_luckiest_reading_of_the_clock_is_kept_until_it_is_old_or_the_clock_was_moved():
    def timing(error, *, ahead=0, taken=100_000.0):
        instant = datetime(2021, 5, 1, tzinfo=UTC) + timedelta(seconds=ahead + taken)
        return Timing(Reading(instant, taken), error)

    exact, rough = timing(10.0), timing(20.0, ahead=15, taken=100_015.0)
    assert rough.better(exact) is exact, "they agree within what each may be wrong"
    assert exact.better(rough) is exact
    hours = timing(20.0, taken=200_000.0)
    assert hours.better(exact) is hours, "what is extrapolated for long is no longer exact"
    for ahead in (-3600, 3600):
        moved = timing(20.0, ahead=ahead)
        assert moved.better(exact) is moved
