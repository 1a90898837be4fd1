"""Commands about who can log in."""

import click

from decide.accounts.roles import ACTOR_ROLES, Role
from decide.cli.opening import opened, refusals


@click.group("account")
def account_group() -> None:
    """Create, reset and close log-ins."""


@account_group.command("create")
@click.argument("username")
@click.option("--person", required=True, help="Name of the person.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--actor", help="Key of the political actor, for its coordinators and editors.")
@click.option("--invent", is_flag=True, help="Invent the passphrase and print it once.")
def create_command(username: str, person: str, role: str, actor: str | None, invent: bool) -> None:
    """Create a log-in. The passphrase is asked for, or invented and printed this one time."""
    from decide.accounts.actions import create_account, set_passphrase
    from decide.catalog.registry import Ids

    if (role in ACTOR_ROLES) != bool(actor):
        raise click.UsageError("--actor goes with the roles of an actor, and only with them.")
    text = chosen(invent)
    with opened() as resources, refusals(), resources.database.transaction() as session:
        now = resources.clock.now(session)
        made = create_account(
            session,
            username=username,
            person=person,
            role=Role(role),
            actor_id=Ids(session).actor(actor) if actor else None,
            at=now,
            by=None,
        )
        set_passphrase(session, resources.settings, made.id, text, at=now, by=None)
    say(made.username, text if invent else None)


@account_group.command("passphrase")
@click.argument("username")
@click.option("--invent", is_flag=True, help="Invent the passphrase and print it once.")
def passphrase_command(username: str, invent: bool) -> None:
    """Give an existing log-in a new passphrase; its open sessions end."""
    from decide.accounts.actions import set_passphrase
    from decide.accounts.queries import account_named

    text = chosen(invent)
    with opened() as resources, refusals(), resources.database.transaction() as session:
        line = account_named(session, username)
        now = resources.clock.now(session)
        set_passphrase(session, resources.settings, line.id, text, at=now, by=None)
    say(line.username, text if invent else None)


@account_group.command("deactivate")
@click.argument("username")
@click.option("--reason", required=True, help="Goes into the audit trail.")
def deactivate_command(username: str, reason: str) -> None:
    """Close a log-in at once; its open sessions end."""
    from decide.accounts.actions import deactivate
    from decide.accounts.queries import account_named

    with opened() as resources, refusals(), resources.database.transaction() as session:
        line = account_named(session, username)
        deactivate(session, line.id, at=resources.clock.now(session), by=None, reason=reason)
    click.echo(f"closed: {line.username}")


@account_group.command("list")
def list_command() -> None:
    """All log-ins: user name, role, whether open, last use."""
    from decide.accounts.queries import accounts

    with opened() as resources, resources.database.reading() as session:
        for line in accounts(session):
            state = "open" if line.active and line.has_passphrase else "closed"
            used = f"{line.last_used_at:%Y-%m-%d %H:%M} UTC" if line.last_used_at else "never used"
            click.echo(f"{line.username:30} {line.role:15} {state:7} {used}")


def chosen(invent: bool) -> str:
    """A passphrase from the keyboard, typed twice and not shown, or an invented one."""
    from decide.accounts.actions import invented_passphrase

    if invent:
        return invented_passphrase().secret
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=True))


def say(username: str, text: str | None) -> None:
    """Confirm; an invented passphrase is shown here and nowhere else."""
    click.echo(f"ready: {username}")
    if text is not None:
        click.echo(f"passphrase, shown this one time: {text}")
