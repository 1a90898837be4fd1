"""Letters, activation, second factor: credentials that arrive safely and cannot be guessed."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from decide.accounts import actions, activation, confirming, second_factor, sessions, throttle
from decide.accounts.activation import CodeRefused, activate, issue, look, record_handover
from decide.accounts.codes import ALPHABET, LENGTH, CodeMistyped, new_code, typed_code
from decide.accounts.login import WrongLogin, log_in
from decide.accounts.models import Account, ActivationCode, Handover, RecoveryCode
from decide.accounts.own_account import WrongPassphrase
from decide.accounts.passphrases import WeakPassphrase, stretched
from decide.accounts.roles import Role
from decide.accounts.second_factor import Vault, WrongCode, pass_second
from decide.accounts.throttle import TooManyTries
from decide.audit.models import AuditEntry
from decide.errors import NotFound, Refused
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from tests import factories
from tests.integration.test_accounts import GUESSES, RIGHT, attempt

ADDRESS = "203.0.113.7"
NEW = "otra llave mesa once"


@pytest.fixture
def clock():
    return FrozenClock(factories.CAMPAIGN)


@pytest.fixture
def house(settings, clock):
    opened = open_resources(replace(settings, second_factor=True), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def ines(house, clock):
    """A coordinator without passphrase, who waits for a letter."""
    with house.database.transaction() as session:
        party = factories.actor(session, "LUCERO")
        return actions.create_account(
            session, username="ines.zarate", person="Inés Zárate", role=Role.COORDINATOR,
            actor_id=party.id, at=clock.instant, by=None,
        ).id  # fmt: skip


@pytest.fixture
def letter(house, ines, clock):
    """Print a letter."""

    def write():
        with house.database.transaction() as session:
            return issue(session, house.settings, ines, at=clock.instant, by=9)

    return write


def digits(house, account_id, clock, steps=0):
    """What the app on the telephone shows now."""
    with house.database.reading() as session:
        kept = session.get(Account, account_id).totp_secret
    secret = Vault(house.settings).unlock(kept, account_id)
    return pyotp.TOTP(secret).at(int(clock.instant.timestamp()) + 30 * steps)


def enrol(house, clock, half):
    with house.database.transaction() as session:
        second_factor.offer(session, house.settings, half.account_id)
    return pass_second(house, half, digits(house, half.account_id, clock))


@pytest.fixture
def enrolled(house, ines, letter, clock):
    """Inés after her first day: passphrase RIGHT, an app, ten recovery codes."""
    half = activate(house, letter().code.grouped, RIGHT, ADDRESS)
    passed = enrol(house, clock, half)
    clock.move(minutes=1)
    return passed


def test_from_the_letter_to_a_whole_log_in(house, ines, letter, clock):
    printed = letter()
    assert look(house, printed.code.grouped.lower(), ADDRESS).username == "ines.zarate"
    half = activate(house, printed.code.grouped, RIGHT, ADDRESS)
    assert sessions.visitor(house, half.token) is None, "a passphrase alone opens nothing"
    passed = enrol(house, clock, half)
    assert sessions.visitor(house, passed.visitor.token).id == ines
    assert sessions.half(house, half.token) is None
    assert passed.visitor.token != half.token
    assert len(set(passed.recovery)) == 10


def test_a_code_works_once(house, letter):
    printed = letter()
    activate(house, printed.code.grouped, RIGHT, ADDRESS)
    with pytest.raises(CodeRefused):
        activate(house, printed.code.grouped, NEW, ADDRESS)


def test_printing_again_voids_the_letter_before(house, letter):
    first, second = letter(), letter()
    with pytest.raises(CodeRefused):
        look(house, first.code.grouped, ADDRESS)
    assert look(house, second.code.grouped, ADDRESS)


def test_a_code_dies_after_fourteen_days_whatever_the_settings_say(house, ines, clock):
    long = replace(house.settings, activation_days=90)
    with house.database.transaction() as session:
        printed = issue(session, long, ines, at=clock.instant, by=None)
    clock.move(days=13, hours=23)
    assert look(house, printed.code.grouped, ADDRESS)
    clock.move(hours=1)
    with pytest.raises(CodeRefused):
        look(house, printed.code.grouped, ADDRESS)


def test_a_reset_does_not_revive_an_expired_code(house, letter, clock):
    old = letter()
    clock.move(days=15)
    letter()
    for _ in range(2):
        with pytest.raises(CodeRefused):
            activate(house, old.code.grouped, RIGHT, ADDRESS)


def test_a_reset_takes_the_old_app_the_old_codes_and_all_log_ins(house, enrolled, letter, clock):
    half = activate(house, letter().code.grouped, NEW, ADDRESS)
    assert sessions.visitor(house, enrolled.visitor.token) is None
    assert not half.enrolled
    with pytest.raises(WrongCode):
        pass_second(house, half, enrolled.recovery[0])
    with pytest.raises(WrongLogin):
        log_in(house, attempt(RIGHT))
    assert enrol(house, clock, half)


def test_a_closed_account_gets_no_letter_and_its_code_is_dead(house, ines, letter, clock):
    printed = letter()
    with house.database.transaction() as session:
        actions.deactivate(session, ines, at=clock.instant, by=None, reason="Prueba")
    with pytest.raises(CodeRefused):
        look(house, printed.code.grouped, ADDRESS)
    with pytest.raises(Refused, match="está cerrada"):
        letter()


def test_a_weak_passphrase_does_not_spend_the_code(house, letter):
    printed = letter()
    with pytest.raises(WeakPassphrase):
        activate(house, printed.code.grouped, "corta", ADDRESS)
    assert activate(house, printed.code.grouped, RIGHT, ADDRESS)


def test_neither_code_nor_secret_nor_recovery_code_is_stored(house, enrolled, letter, ines):
    printed = letter()
    secret = pyotp.TOTP(
        Vault(house.settings).unlock(
            house_row(house, Account, Account.id == ines).totp_secret, ines
        )
    ).secret
    tables = ("account", "activation_code", "recovery_code", "account_session", "audit_entry")
    with house.database.reading() as session:
        dump = "".join(
            str(session.execute(text(f"SELECT {name}::text FROM {name}")).all()) for name in tables
        )
        raw = str(session.scalars(select(Account.totp_secret)).all())
    for hidden in (printed.code.symbols, printed.code.grouped, secret, *enrolled.recovery):
        assert hidden not in dump + raw
        assert hidden.replace("-", "") not in dump + raw
    assert printed.code.symbols not in f"{printed.code!r} {printed!r}"


def house_row(house, model, where):
    with house.database.reading() as session:
        return session.scalars(select(model).where(where)).one()


def test_logging_in_asks_for_the_second_step_and_changes_the_token(house, enrolled, ines, clock):
    entry = log_in(house, attempt())
    assert entry.visitor is None
    passed = pass_second(house, entry.half, digits(house, ines, clock))
    assert passed.recovery == ()
    assert sessions.visitor(house, passed.visitor.token)
    assert passed.visitor.token != entry.half.token


def test_a_code_of_the_app_works_once_and_only_around_its_time(house, enrolled, ines, clock):
    half = log_in(house, attempt()).half
    now = digits(house, ines, clock)
    for steps in (-2, 2):
        with pytest.raises(WrongCode):
            pass_second(house, half, digits(house, ines, clock, steps))
    assert pass_second(house, half, f"{now[:3]} {now[3:]}")
    half = log_in(house, attempt()).half
    with pytest.raises(WrongCode):
        pass_second(house, half, now)
    with pytest.raises(WrongCode):
        pass_second(house, half, digits(house, ines, clock, -1))


def test_a_recovery_code_stands_in_once(house, enrolled):
    half = log_in(house, attempt()).half
    assert pass_second(house, half, enrolled.recovery[3].lower())
    half = log_in(house, attempt()).half
    with pytest.raises(WrongCode):
        pass_second(house, half, enrolled.recovery[3])
    assert pass_second(house, half, enrolled.recovery[4])
    with house.database.reading() as session:
        assert second_factor.left(session, half.account_id) == 8


def kept_codes(house, account_id):
    """(what is stored, its salt) of the recovery codes of an account, in the order of the list."""
    mine = select(RecoveryCode).where(RecoveryCode.account_id == account_id)
    with house.database.reading() as session:
        rows = session.scalars(mine.order_by(RecoveryCode.id)).all()
        return [(row.code_hash, row.salt) for row in rows]


def marks(house, account_id, codes):
    """The marks of printed codes, which are all that was stored before 0045."""
    vault = Vault(house.settings)
    return [vault.mark(code.replace("-", ""), account_id) for code in codes]


def test_recovery_codes_are_kept_under_a_slow_hash_and_a_salt(house, enrolled, ines):
    salt = kept_codes(house, ines)[0][1]
    assert len(salt) == 16
    assert kept_codes(house, ines) == [
        (stretched(mark, salt), salt) for mark in marks(house, ines, enrolled.recovery)
    ]
    with house.database.transaction() as session:
        second_factor.new_recovery_codes(session, house.settings, ines)
    assert kept_codes(house, ines)[0][1] != salt


def test_a_code_of_before_still_works_and_the_others_are_strengthened(house, enrolled, ines):
    before = marks(house, ines, enrolled.recovery)
    with house.database.transaction() as session:
        second_factor.forget_recovery_codes(session, ines)
        session.add_all(RecoveryCode(account_id=ines, code_hash=mark) for mark in before)
    half = log_in(house, attempt()).half
    assert pass_second(house, half, enrolled.recovery[2])
    salt = kept_codes(house, ines)[0][1]
    assert kept_codes(house, ines) == [(stretched(mark, salt), salt) for mark in before]
    half = log_in(house, attempt()).half
    with pytest.raises(WrongCode):
        pass_second(house, half, enrolled.recovery[2])
    assert pass_second(house, half, enrolled.recovery[5])


def test_a_half_log_in_dies_after_ten_minutes(house, enrolled, clock):
    half = log_in(house, attempt()).half
    clock.move(minutes=9)
    assert sessions.half(house, half.token)
    clock.move(minutes=1)
    assert sessions.half(house, half.token) is None


def test_a_whole_log_in_is_not_taken_for_a_half_one(house, enrolled):
    assert sessions.half(house, enrolled.visitor.token) is None


def test_the_secret_is_the_same_until_it_is_confirmed_and_never_shown_after(
    house, ines, letter, clock
):
    half = activate(house, letter().code.grouped, RIGHT, ADDRESS)
    with house.database.transaction() as session:
        first = second_factor.offer(session, house.settings, ines)
        assert second_factor.offer(session, house.settings, ines) == first
    assert "issuer=Decide" in first.uri
    enrol(house, clock, half)
    with house.database.transaction() as session, pytest.raises(Refused, match="ya tiene"):
        second_factor.offer(session, house.settings, ines)


def test_a_secret_of_one_account_does_not_open_in_another(house):
    vault = Vault(house.settings)
    kept = vault.lock("JBSWY3DPEHPK3PXP", 1)
    assert vault.unlock(kept, 1) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(InvalidTag):
        vault.unlock(kept, 2)


def test_thousands_of_guessed_digits_hit_nothing_and_the_account_stays_usable(
    house, enrolled, ines, clock
):
    half = log_in(house, attempt()).half
    real = {digits(house, ines, clock, steps) for steps in (-1, 0, 1)}
    heard = 0
    for guess in range(GUESSES):
        try:
            typed = f"{guess * 7919 % 1_000_000:06}"
            pass_second(house, half, typed if typed not in real else "000000")
        except WrongCode:
            heard += 1
        except TooManyTries:
            continue
    assert heard == 5
    clock.move(minutes=3)
    assert pass_second(house, half, digits(house, ines, clock))


def guessed(house, times):
    """How many of so many guessed codes of one network were looked at; none is anybody's."""
    heard = 0
    for _ in range(times):
        try:
            look(house, new_code().grouped, "198.51.100.7")
        except CodeRefused:
            heard += 1
        except TooManyTries:
            continue
    return heard


def test_thousands_of_guessed_codes_hit_nothing_and_another_network_goes_on(house, letter):
    printed = letter()
    assert guessed(house, GUESSES) == activation.TRIES
    assert look(house, printed.code.grouped, ADDRESS)


def test_a_door_that_lets_guess_on_would_be_found_out(house, letter, monkeypatch):
    letter()
    monkeypatch.setattr(throttle, "spend", lambda *_, **__: None)
    assert guessed(house, 2 * activation.TRIES) > activation.TRIES


def test_a_demonstration_asks_only_whoever_has_set_one_up(house, settings, ines, clock):
    shown = open_resources(replace(settings, second_factor=True, demonstration=True), clock=clock)
    with shown.database.transaction() as session:
        actions.set_passphrase(session, shown.settings, ines, RIGHT, at=clock.instant, by=None)
    assert log_in(shown, attempt()).visitor
    half = log_in(house, attempt()).half
    enrol(house, clock, half)
    assert log_in(shown, attempt()).half
    shown.close()


def test_a_hand_over_is_noted_once_with_its_receipt(house, ines, letter, clock):
    day = clock.instant.date()
    note = {"at": clock.instant, "by": 9, "received_by": " Inés  Zárate "}
    with house.database.transaction() as session, pytest.raises(NotFound, match="no tiene carta"):
        record_handover(session, ines, handed_on=day, **note)
    letter()
    with house.database.transaction() as session:
        # The letter's day is that of Greenwich: it may be the day after that of the place.
        for wrong in (day + timedelta(days=1), day - timedelta(days=2)):
            with pytest.raises(Refused, match="fecha de entrega"):
                record_handover(session, ines, handed_on=wrong, **note)
        with pytest.raises(Refused, match="nombre"):
            record_handover(session, ines, handed_on=day, **(note | {"received_by": " "}))
        before = day - timedelta(days=1)
        record_handover(session, ines, handed_on=before, receipt=("acuse.pdf", "0" * 64), **note)
        with pytest.raises(Refused, match="ya está anotada"):
            record_handover(session, ines, handed_on=day, **note)
    kept = house_row(house, Handover, Handover.id > 0)
    assert (kept.received_by, kept.receipt_name) == ("Inés Zárate", "acuse.pdf")


def test_a_deed_is_confirmed_by_a_code_of_the_app_or_else_by_the_passphrase(
    house, enrolled, ines, clock
):
    who = enrolled.visitor
    assert confirming.uses_codes(house, who)
    with pytest.raises(WrongCode):
        confirming.confirm_again(house, who, RIGHT)
    clock.move(minutes=1)
    code = digits(house, ines, clock)
    confirming.confirm_again(house, who, code)
    with pytest.raises(WrongCode):
        confirming.confirm_again(house, who, code)
    with house.database.transaction() as session:
        session.get_one(Account, ines).totp_at = None
    assert not confirming.uses_codes(house, who)
    with pytest.raises(WrongPassphrase):
        confirming.confirm_again(house, who, NEW)
    confirming.confirm_again(house, who, RIGHT)


def test_whoever_sits_at_an_open_browser_has_five_tries(house, enrolled):
    for _ in range(5):
        with pytest.raises(WrongCode):
            confirming.confirm_again(house, enrolled.visitor, "0" * 7)
    with pytest.raises(TooManyTries):
        confirming.confirm_again(house, enrolled.visitor, RIGHT)


def test_everything_about_credentials_is_on_record(house, enrolled, letter):
    letter()
    with house.database.reading() as session:
        deeds = session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)).all()
    assert deeds == [
        "account.created",
        "letter.issued",
        "account.activated",
        "second_factor.confirmed",
        "session.opened",
        "letter.issued",
    ]


def test_the_database_keeps_one_code_in_force(house, ines, letter, clock):
    letter()
    letter()
    with house.database.reading() as session:
        rows = session.scalars(select(ActivationCode.voided_at).order_by(ActivationCode.id)).all()
    assert [row is None for row in rows] == [False, True]


def test_a_code_has_more_than_a_hundred_bits_and_no_letters_that_look_alike():
    assert len(set(ALPHABET)) == 32
    assert not set("O0I1") & set(ALPHABET)
    assert (LENGTH - 1) * 5 >= 100
    assert len({new_code().symbols for _ in range(500)}) == 500
    assert all(len(group) == 4 for group in new_code().grouped.split("-"))


@given(st.integers(0, 23), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_seen(place, wrong):
    code = new_code().symbols
    mistyped = code[:place] + wrong + code[place + 1 :]
    if mistyped == code:
        assert typed_code(mistyped).symbols == code
    else:
        with pytest.raises(CodeMistyped, match="grupo por grupo"):
            typed_code(mistyped)


@given(st.integers(0, 22))
def test_two_swapped_symbols_are_seen(place):
    code = new_code().symbols
    left, right = code[place], code[place + 1]
    swapped = code[:place] + right + left + code[place + 2 :]
    if left == right or {left, right} == {ALPHABET[0], ALPHABET[-1]}:
        return
    with pytest.raises(CodeMistyped):
        typed_code(swapped)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "Escriba el código"),
        ("ABCD", "Usted escribió 4"),
        ("O" * 24, "no lleva O, 0, I ni 1"),
        ("¿" * 24, "solo lleva letras"),
        ("A" * 30, "Usted escribió 30"),
    ],
)
def test_a_mistyped_code_says_what_to_look_at(typed, part):
    with pytest.raises(CodeMistyped, match=part):
        typed_code(typed)


def test_a_code_may_be_typed_with_blanks_dashes_and_small_letters():
    code = new_code()
    for typed in (code.symbols.lower(), code.grouped.replace("-", " – "), f" {code.grouped}\n"):
        assert typed_code(typed) == code
