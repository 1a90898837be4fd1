"""The second step of a log-in: six digits from an app or a passkey, and setting one up."""

from dataclasses import dataclass

import segno
from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from decide.accounts.passkeys import KeyRefused, ask_key, offer_key, pass_by_key
from decide.accounts.second_factor import Passed, WrongCode, offer, pass_second
from decide.accounts.sessions import Half
from decide.accounts.throttle import TooManyTries
from decide.web.shared import kept
from decide.web.shared.context import reading, resources, transaction
from decide.web.shared.login import (
    Gate,
    arrive,
    begin,
    half_log_in,
    remember_browser,
    safe_path,
)


@dataclass(frozen=True)
class Carried:
    """Where the person wanted to go, and the form that was typed before the log-in."""

    siguiente: str = ""
    guardado: str = ""


def ask(gate: Gate) -> ResponseReturnValue:
    """Ask for the digits, or set the app up where there is none yet."""
    half = half_log_in(gate)
    if half is None:
        return redirect(gate.url("login"))
    if request.method == "GET":
        return page(gate, half, Carried())
    carried = Carried(request.form.get("siguiente", ""), request.form.get("guardado", ""))
    try:
        passed = pass_second(resources(), half, request.form.get("code", ""))
    except (WrongCode, TooManyTries) as refusal:
        status = 429 if isinstance(refusal, TooManyTries) else 422
        return page(gate, half, carried, str(refusal)), status
    return entered(gate, passed, carried)


def by_key(gate: Gate) -> ResponseReturnValue:
    """A passkey instead of digits; whoever has no second step yet makes one."""
    half = half_log_in(gate)
    if half is None:
        return redirect(gate.url("login"))
    carried = Carried(request.form.get("siguiente", ""), request.form.get("guardado", ""))
    try:
        passed = pass_by_key(resources(), half, request.form.get("answer", ""))
    except (KeyRefused, WrongCode, TooManyTries) as refusal:
        status = 429 if isinstance(refusal, TooManyTries) else 422
        return page(gate, half, carried, str(refusal)), status
    return entered(gate, passed, carried)


def entered(gate: Gate, passed: Passed, carried: Carried) -> ResponseReturnValue:
    """The whole log-in: first the recovery codes if there are new ones, then on."""
    begin(passed.visitor)
    if passed.recovery:
        return recovery_page(gate, passed, carried)
    return arrive(passed.visitor, gate, carried.siguiente, carried.guardado)


def page(gate: Gate, half: Half, carried: Carried, problem: str = "") -> str:
    """The form for the digits, with the secret above it as long as it has not been confirmed."""
    settings = resources().settings
    if half.enrolled:
        with reading() as session:
            key = ask_key(session, settings, half.account_id, half.token)
        return render_template(
            "account/second_step.html",
            gate=gate, half=half, carried=carried, problem=problem, key=key,
        )  # fmt: skip
    with transaction() as (session, _now):
        offered = offer(session, settings, half.account_id)
        key = offer_key(session, settings, half.account_id, half.token)
    drawn = segno.make(offered.uri, error="m").svg_data_uri(
        border=4, scale=5, dark="#000", light="#fff"
    )
    return render_template(
        "account/set_up.html",
        gate=gate,
        half=half,
        carried=carried,
        problem=problem,
        offered=offered,
        drawn=drawn,
        key=key,
    )


def recovery_page(gate: Gate, passed: Passed, carried: Carried) -> ResponseReturnValue:
    """The ten codes, shown this one time, and the way on."""
    answer = make_response(
        render_template(
            "account/recovery_codes.html",
            codes=passed.recovery,
            target=safe_path(carried.siguiente, gate) or gate.url("dashboard"),
            lost=kept.opened(carried.guardado),
        )
    )
    remember_browser(answer, passed.visitor)
    return answer
