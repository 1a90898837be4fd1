"""Many accounts at once: lines that somebody pastes, checked as a whole before any is created."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from decide.accounts.actions import EmailRefused, create_account, email_in, set_email
from decide.accounts.queries import free_username
from decide.accounts.roles import Role

MOST = 500
ROLE_WORDS: dict[str, Role] = {
    "coordinación": Role.COORDINATOR,
    "coordinacion": Role.COORDINATOR,
    "edición": Role.EDITOR,
    "edicion": Role.EDITOR,
}


@dataclass(frozen=True)
class Wanted:
    """One line that can be carried out."""

    actor_id: int
    person: str
    role: Role
    email: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line, and what to do."""

    line: int
    sentence: str


def read(text: str, actors: Mapping[str, int]) -> tuple[list[Wanted], list[Problem]]:
    """Lines `clave; persona; función; correo` as accounts to create. `actors` maps keys to ids.

    A line without function is a coordination; the address is for reminders and may be missing.
    Empty lines are skipped.
    """
    known = {key.casefold(): actor for key, actor in actors.items()}
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST:
        return [], [Problem(lines[MOST][0], f"Pegue hasta {MOST} renglones a la vez.")]
    wanted: list[Wanted] = []
    problems: list[Problem] = []
    for number, line in lines:
        each = understood(line, known)
        if isinstance(each, str):
            problems.append(Problem(number, each))
        elif each in wanted:
            problems.append(Problem(number, f"«{each.person}» está dos veces para ese actor."))
        else:
            wanted.append(each)
    return wanted, problems


def understood(line: str, known: Mapping[str, int]) -> Wanted | str:
    """One line, or the sentence that says what is wrong with it."""
    key, person, role, email, *rest = [*(part.strip() for part in line.split(";")), "", "", ""]
    person = " ".join(person.split())
    actor = known.get(key.casefold())
    if any(rest):
        return "Hay más de cuatro partes. Escriba clave; persona; función; correo."
    if actor is None:
        return f"«{key}» no es la clave de un actor político registrado."
    if len(person) < 5 or " " not in person:
        return "Escriba nombre y apellido de la persona."
    if role and role.casefold() not in ROLE_WORDS:
        return f"«{role}» no es una función. Escriba coordinación o edición."
    try:
        return Wanted(
            actor, person, ROLE_WORDS.get(role.casefold(), Role.COORDINATOR), email_in(email)
        )
    except EmailRefused as refusal:
        return str(refusal)


def create(session: Session, wanted: list[Wanted], *, at: datetime, by: int | None) -> list[int]:
    """Create the accounts, each with a user name of its own; gives their ids."""
    created = []
    for each in wanted:
        account = create_account(
            session,
            username=free_username(session, each.person),
            person=each.person,
            role=each.role,
            actor_id=each.actor_id,
            at=at,
            by=by,
        )
        if each.email:
            set_email(session, account.id, each.email, at=at, by=by)
        created.append(account.id)
    return created
