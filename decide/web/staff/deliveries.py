"""The deliveries of all actors: order, watch, retry, download. States, never contents or counts.

Papers that go with them are next door, in `papers`.
"""

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from decide.accounts import queries as accounts
from decide.delivery import actions, letters, phrases, queries, receipts
from decide.delivery.actions import TooEarly
from decide.delivery.encryption import WrongKey
from decide.web.shared import handover
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import visitor
from decide.web.staff.paging import leaf_of

LONGEST_REASON = 500


def mount(door: Blueprint) -> None:
    """Addresses of this module."""
    handover.mount(door)
    door.add_url_rule("/entregas", view_func=deliveries)
    door.add_url_rule("/entregas/preparar", view_func=order_all, methods=["POST"])
    door.add_url_rule("/entregas/preparar/<int:actor_id>", view_func=order_one, methods=["POST"])
    one = "/entregas/<int:number>"
    door.add_url_rule(one, view_func=delivery)
    door.add_url_rule(f"{one}/reintentar", view_func=retry_delivery, methods=["POST"])
    door.add_url_rule(f"{one}/descargar", view_func=download_delivery, methods=["POST"])


def deliveries() -> ResponseReturnValue:
    """Everybody who receives a database, and how far each is."""
    with reading() as session:
        now = resources().clock.now(session)
        recipients = queries.recipients(session)
        cutoff = queries.closing(session, now)
        closed = actions.why_not(session, now)
    leaf = leaf_of(len(recipients), "staff.deliveries")
    moving = any(each.delivery and each.delivery.is_moving for each in recipients)
    ready = [each.delivery for each in recipients if each.delivery and each.delivery.is_ready]
    return render_template(
        "staff/deliveries.html",
        ready=len(ready),
        received=sum(each.is_received for each in ready),
        total=len(recipients),
        recipients=recipients[leaf.part],
        leaf=leaf,
        cutoff=cutoff,
        closed=closed,
        moving=moving,
    )


def delivery(number: int) -> ResponseReturnValue:
    """One delivery: progress, hash, who downloaded it, its papers."""
    return delivery_page(number)


def delivery_page(
    number: int, *, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> str:
    """The page of one delivery, with what was typed."""
    with reading() as session:
        now = resources().clock.now(session)
        line = queries.delivery(session, number)
        downloads = queries.downloads(session, number)
        people = {account.id: account.person for account in accounts.accounts(session)}
        receipt = receipts.receipt(session, number)
        printed = letters.letters(session, number)
        by_hand = letters.handovers(session, number)
        body = letters.next_body(session)
        locked = phrases.printed(session, number)
    return render_template(
        "staff/delivery.html",
        delivery=line,
        downloads=downloads,
        people=people,
        receipt=receipt,
        letters=printed,
        phrases=locked,
        handovers=by_hand,
        body=body,
        today=now.astimezone(ZoneInfo(resources().settings.time_zone)).date().isoformat(),
        typed=typed or {},
        errors=errors or {},
        limit=LONGEST_REASON,
        body_limit=letters.LONGEST_BODY,
    )


def order_all() -> ResponseReturnValue:
    """Order for everybody who has none in preparation."""
    with transaction() as (session, now):
        cutoff = queries.closing(session, now)
        if cutoff is None:
            raise TooEarly(str(actions.why_not(session, now)))
        numbers = actions.order_all(
            session, resources().jobs, cutoff=cutoff, at=now, by=visitor().id
        )
    flash(ngettext("Pedimos una entrega.", "Pedimos %(num)s entregas.", len(numbers)), "success")
    return redirect(url_for("staff.deliveries"), 303)


def order_one(actor_id: int) -> ResponseReturnValue:
    """Order for one actor. The test actor may rehearse before the closing, up to now."""
    with transaction() as (session, now):
        cutoff = queries.closing(session, now) or now
        number = actions.order(
            session, resources().jobs, actor_id, cutoff=cutoff, at=now, by=visitor().id
        )
    return redirect(url_for("staff.delivery", number=number), 303)


def retry_delivery(number: int) -> ResponseReturnValue:
    """Try a stopped delivery again."""
    with transaction() as (session, now):
        actions.retry(session, resources().jobs, number, at=now, by=visitor().id)
    return redirect(url_for("staff.delivery", number=number), 303)


def download_delivery(number: int) -> ResponseReturnValue:
    """Hand the package over and write down who took it and why."""
    reason = request.form.get("reason", "").strip()
    by_phrase = bool(request.form.get("phrase"))
    if not reason or len(reason) > LONGEST_REASON:
        error = _("Escriba el motivo, en no más de %(n)s caracteres.", n=LONGEST_REASON)
        # Beside the form that was sent: the other one hands the package over in the clear.
        field = "phrase_reason" if by_phrase else "reason"
        return delivery_page(number, typed={field: reason}, errors={field: error}), 422
    key = "" if by_phrase else request.form.get("key", "").strip()
    try:
        with transaction() as (session, now):
            line = queries.delivery(session, number)
            path = handover.located(line)
            if by_phrase:
                path = handover.encrypted_copy(session, line)
            # Before it is written down: a download that cannot begin is none.
            answer = handover.handed(path, line, key=key)
            actions.note_download(session, line, at=now, by=visitor().id, reason=reason)
    except WrongKey as wrong:
        typed = {"reason": reason, "key": key}
        return delivery_page(number, typed=typed, errors={"key": str(wrong)}), 422
    return answer
