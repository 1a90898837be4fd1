"""Reminders by mail, through a real SMTP server on this machine."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from decide.accounts import actions as accounts
from decide.accounts.roles import Role
from decide.delivery.models import Delivery, DeliveryHandover, DeliveryState
from decide.kernel import jobs as queue
from decide.kernel import mail
from decide.kernel.clock import FrozenClock
from decide.kernel.mail import Message
from decide.kernel.resources import open_resources
from decide.reminders import actions, jobs, queries
from decide.reminders.models import Mail
from tests import factories
from tests.mail_server import server

__all__ = ["server"]

# The campaign of the factories closes at midnight of 3 June in Mexico.
OPENING = factories.CAMPAIGN.replace(month=4, day=30, hour=5, minute=0)
CLOSING = factories.SILENCE.replace(day=3, hour=5, minute=0)


@pytest.fixture
def clock():
    return FrozenClock(OPENING)


@pytest.fixture
def house(settings, server, clock):
    address = f"smtp://127.0.0.1:{server.server_address[1]}"
    opened = open_resources(replace(settings, smtp_url=address), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def world(house, clock):
    """Two parties; a coordinator of each, an editor, a colleague of the staff; all have mail."""
    with house.database.transaction() as session:
        factories.process(session)
        lucero, raiz = factories.actor(session, "LUCERO"), factories.actor(session, "RAIZ")
        anywhere = factories.contest(session)
        head = factories.slate(session, anywhere, lucero)
        factories.slate(session, anywhere, raiz, number=20)
        made = {"lucero": lucero.id, "raiz": raiz.id, "head": head.id, "contest": anywhere.id}
        for name, role, actor in (
            ("ana", Role.COORDINATOR, lucero.id), ("edi", Role.EDITOR, lucero.id),
            ("rai", Role.COORDINATOR, raiz.id), ("jefa", Role.OBSERVER, None),
        ):  # fmt: skip
            account = accounts.create_account(
                session, username=name, person=f"Persona {name}", role=role, actor_id=actor,
                at=clock.instant, by=None,
            )  # fmt: skip
            accounts.set_email(session, account.id, f"{name}@ejemplo.mx", at=clock.instant, by=None)
            made[name] = account.id
        return made


@pytest.fixture
def remind(house):
    """One turn of the timetable."""
    queue.bind(lambda: open_resources(house.settings, clock=house.clock))
    yield lambda: jobs.remind(0)
    queue.Workshop.opener = None


def to(server):
    return sorted(each["To"] for each in server.taken)


def states(house):
    with house.database.reading() as session:
        return queries.counts(session)


def test_everybody_of_an_actor_is_invited_once_when_writing_begins(house, world, server, remind):
    for _ in range(3):
        remind()
    assert to(server) == ["ana@ejemplo.mx", "rai@ejemplo.mx"], (
        "an editor without elections has none"
    )
    assert "hasta el 2 de junio a las 23:59 h" in server.taken[0].get_body(("plain",)).get_content()
    assert states(house) == {"sent": 2, "dropped": 1}


@pytest.mark.parametrize("days", [7, 3, 1])
def test_what_is_missing_is_told_some_days_before_the_end(
    house, world, server, clock, remind, days
):
    clock.instant = CLOSING - timedelta(days=days) + timedelta(hours=3)
    remind()
    remind()
    assert to(server) == ["ana@ejemplo.mx", "rai@ejemplo.mx"]
    told = server.taken[0].get_body(("plain",)).get_content()
    assert ("Queda 1 día" if days == 1 else f"Quedan {days} días") in told
    assert "De 1 candidaturas, 0 están completas." in told


@pytest.mark.parametrize("days", [10, 5, 2])
def test_on_other_days_nobody_is_written_to(world, server, clock, remind, days):
    clock.instant = CLOSING - timedelta(days=days) + timedelta(hours=3)
    remind()
    assert server.taken == []


def test_the_end_of_writing_is_told(world, server, clock, remind):
    clock.instant = CLOSING + timedelta(minutes=5)
    remind()
    assert {each["Subject"] for each in server.taken} == {"Decide: terminó el plazo para publicar"}


def test_a_ready_delivery_is_told_to_its_own_coordination_only(house, world, server, clock, remind):
    with house.database.transaction() as session:
        session.add(
            Delivery(
                actor_id=world["lucero"],
                version=1,
                cutoff=CLOSING,
                state=DeliveryState.READY,
                attempt=1,
                progress=100,
                ordered_at=CLOSING,
                touched_at=CLOSING,
            )
        )
    clock.instant = factories.SILENCE
    remind()
    assert server.taken == [], "the calendar does not show deliveries yet"
    clock.instant = factories.RESULTS
    remind()
    remind()
    assert to(server) == ["ana@ejemplo.mx"]
    assert "/partido/base-de-datos" in server.taken[0].get_body(("html",)).get_content()


def test_a_delivery_is_recalled_every_week_until_somebody_signed_for_it(
    house, world, server, clock, remind
):
    clock.instant = factories.RESULTS
    with house.database.transaction() as session:
        row = Delivery(
            actor_id=world["lucero"], version=1, cutoff=CLOSING, state=DeliveryState.READY,
            attempt=1, progress=100, ordered_at=CLOSING, touched_at=CLOSING,
        )  # fmt: skip
        session.add(row)
        session.flush()
        number = row.id

    def told_after(days):
        clock.instant = factories.RESULTS + timedelta(days=days)
        remind()
        remind()
        return [each["Subject"].partition(": ")[2] for each in server.taken]

    ready, recall = "su base de datos está lista", "falta el acuse de su base de datos"
    assert told_after(0) == [ready]
    assert told_after(6) == [ready]
    assert told_after(8) == [ready, recall]
    assert told_after(13) == [ready, recall]
    assert told_after(15) == [ready, recall, recall]
    assert set(to(server)) == {"ana@ejemplo.mx"}
    with house.database.transaction() as session:
        session.add(
            DeliveryHandover(
                delivery_id=number, at=clock.instant, handed_on=clock.instant.date(), medium="USB",
                received_by="Ana", document="1", scan_name="a.pdf", scan_sha256="0" * 64,
                account_id=world["ana"],
            )
        )  # fmt: skip
    assert told_after(22) == [ready, recall, recall], "signed on paper: nothing more to say"


def test_whoever_wants_no_mail_or_is_closed_gets_none(house, world, server, clock, remind):
    with house.database.transaction() as session:
        accounts.set_email(session, world["ana"], " ", at=clock.instant, by=None)
        accounts.deactivate(session, world["rai"], at=clock.instant, by=None, reason="x")
    remind()
    assert server.taken == []


def test_a_mail_that_is_no_longer_true_is_dropped(house, world, server, clock):
    with house.database.transaction() as session:
        actions.plan(session, at=clock.instant)
        accounts.set_email(session, world["ana"], "", at=clock.instant, by=None)
    actions.send_due(house)
    assert to(server) == ["rai@ejemplo.mx"]
    assert states(house) == {"sent": 1, "dropped": 2}


def test_an_editor_hears_of_the_own_elections(house, world, server, clock, remind):
    with house.database.transaction() as session:
        accounts.set_contests(
            session, world["edi"], frozenset({world["contest"]}), at=clock.instant, by=None
        )
    remind()
    assert "edi@ejemplo.mx" in to(server)


def test_a_server_that_is_away_is_tried_again_ever_later_and_then_given_up(
    house, world, clock, server
):
    gone = open_resources(replace(house.settings, smtp_url="smtp://127.0.0.1:1"), clock=clock)
    with house.database.transaction() as session:
        actions.plan(session, at=clock.instant)
    waits = []
    for _ in range(actions.ATTEMPTS):
        assert actions.send_due(gone) == 0
        with house.database.reading() as session:
            row = session.scalars(select(Mail).where(Mail.account_id == world["ana"])).one()
        waits.append(row.due_at - clock.instant)
        clock.instant = row.due_at
    gone.close()
    assert waits == sorted(waits)
    assert states(house)["failed"] == 2
    assert row.failure == "ConnectionRefusedError"


def test_a_server_that_comes_back_gets_each_mail_once(house, world, clock, server):
    server.answer = "451 later"
    with house.database.transaction() as session:
        actions.plan(session, at=clock.instant)
    assert actions.send_due(house) == 0
    server.answer = "250 fine"
    clock.move(minutes=2)
    assert actions.send_due(house) == 2
    assert actions.send_due(house) == 0
    assert len({each["Message-ID"] for each in server.taken}) == 2


def test_an_address_that_is_refused_for_good_is_not_tried_again(house, world, clock, server):
    server.answer = "550 nobody"
    with house.database.transaction() as session:
        actions.plan(session, at=clock.instant)
    actions.send_due(house)
    assert states(house) == {"failed": 2, "dropped": 1}


def test_several_senders_at_once_send_each_mail_once(house, world, clock, server):
    with house.database.transaction() as session:
        actions.plan(session, at=clock.instant)
    threads = [threading.Thread(target=actions.send_due, args=(house,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert to(server) == ["ana@ejemplo.mx", "rai@ejemplo.mx"]


def test_without_a_server_nothing_is_planned(house, world, clock):
    dumb = replace(house.settings, smtp_url="")
    queue.bind(lambda: open_resources(dumb, clock=clock))
    jobs.remind(0)
    queue.Workshop.opener = None
    assert states(house) == {}


def test_no_address_is_in_the_list_of_the_staff_in_the_trail_or_in_a_log(
    house, world, server, remind, capfd
):
    server.answer = "550 nobody"
    remind()
    with house.database.reading() as session:
        shown = str(queries.mails(session))
        trail = str(session.execute(text("SELECT audit_entry::text FROM audit_entry")).all())
    assert "ejemplo.mx" not in shown + trail + "".join(capfd.readouterr())


@pytest.mark.parametrize("wrong", ["nadie", "a@b", "a b@c.mx", "a@b.mx\nBcc: x@y.mx", "x" * 121])
def test_an_address_that_is_none_is_refused(house, world, clock, wrong):
    from decide.errors import Refused

    with house.database.transaction() as session, pytest.raises(Refused, match="correo completo"):
        accounts.set_email(session, world["ana"], wrong, at=clock.instant, by=None)


def test_names_are_harmless_in_html():
    from decide.reminders.words import Words

    assert "<b>" not in Words("x", ("<b>Ñ</b> & co.",), "https://x").html(SETTINGS)


class SETTINGS:
    authority, help_phone = "<i>IEEM</i>", "1"


def test_a_mail_has_both_bodies_and_says_that_a_machine_sent_it(settings):
    made = mail.composed(
        settings, Message(to="a@b.mx", subject="Ñu", text="t", html="<p>h</p>", name="decide-7")
    )
    assert made.get_content_type() == "multipart/alternative"
    assert made["Auto-Submitted"] == "auto-generated"
    assert "decide-7" in made["Message-ID"]


def test_a_kind_that_somebody_does_not_want_is_not_sent(house, world, server, clock, remind):
    with house.database.transaction() as session:
        accounts.set_email(
            session, world["ana"], "ana@ejemplo.mx", unwanted=frozenset({"invitation"}),
            at=clock.instant, by=None,
        )  # fmt: skip
    remind()
    assert to(server) == ["rai@ejemplo.mx"]
    clock.instant = CLOSING + timedelta(minutes=5)
    remind()
    assert to(server) == ["ana@ejemplo.mx", "rai@ejemplo.mx", "rai@ejemplo.mx"]


def test_a_mail_that_is_sent_again_bears_the_same_name(settings):
    message = Message(to="a@b.mx", subject="x", text="t", html="<p>h</p>", name="decide-7")
    first, second = mail.composed(settings, message), mail.composed(settings, message)
    assert first["Message-ID"] == second["Message-ID"]
