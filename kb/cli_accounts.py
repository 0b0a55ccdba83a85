"""kb accounts: people, for whoever may run commands on the machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from kb.domain.account import Account, Invited, Role
from kb.domain.errors import NotFound
from kb.settings import Settings

ROLES = click.Choice([role.value for role in Role])


def _whom(command: Callable[..., None]) -> Callable[..., None]:
    """The command, told whom to let in: an address, a name, a role and schools."""
    for told in (
        click.option(
            "--school", "schools", multiple=True, help="Id of a school where they work; may be repeated."
        ),
        click.option(
            "--role", type=ROLES, default=Role.READER.value, show_default=True, help="What they may do."
        ),
        click.option("--name", required=True, help="Name of the person."),
        click.argument("email"),
    ):
        command = told(command)
    return command


@click.group()
def accounts() -> None:
    """People who may sign in: list, invite, change, close. PERSON is an e-mail address, a handle or a number."""


@accounts.command(name="list")
@click.option("--school", default="", help="Only people of this school, by its id.")
@click.option("--left", is_flag=True, help="Only people who have left.")
@click.option("--unused", is_flag=True, help="Only accounts that nobody has used for 90 days.")
@click.pass_obj
def list_(settings: Settings, school: str, left: bool, unused: bool) -> None:
    """Print who has an account.

    Example: kb accounts list --school castle-bridge-primary
    """
    from kb.actions import managing
    from kb.storage import accounts as stored
    from kb.storage.database import open_database

    db = open_database(settings.database)
    people = stored.everybody(db, school=school, active=not left)
    if unused:
        quiet = {each.id for each in managing.unused(db, datetime.now(UTC))}
        people = tuple(each for each in people if each.id in quiet)
    for each in people:
        used = f"{each.used:%Y-%m-%d}" if each.used else "never here"
        click.echo(
            f"{each.id:5}  {each.role.value:13}  {each.name} ({each.email or 'erased'})  "
            f"{', '.join(each.schools)}  {used}"
        )
    click.echo(f"{len(people)} {'person' if len(people) == 1 else 'people'}")


@accounts.command()
@_whom
@click.pass_obj
def invite(settings: Settings, email: str, name: str, role: str, schools: tuple[str, ...]) -> None:
    """Send somebody an invitation by e-mail; kb serve or kb work sends it.

    Example: kb accounts invite r.okonjo@school.example --name "R. Okonjo" --school castle-bridge-primary
    """
    from kb.actions import inviting

    db, names = _opened(settings, schools)
    number, _ = inviting.invite(
        db,
        None,
        Invited(name=name, email=email, role=Role(role), schools=schools),
        school_name=", ".join(names),
    )
    click.echo(f"Invitation {number} to {email} is in the outbox.")


@accounts.command()
@_whom
@click.pass_obj
def add(settings: Settings, email: str, name: str, role: str, schools: tuple[str, ...]) -> None:
    """Print a link with which somebody joins, where there is no mail.

    Example: kb accounts add r.okonjo@school.example --name "R. Okonjo" --school castle-bridge-primary
    """
    from kb.actions import inviting

    db, _ = _opened(settings, schools)
    _, token = inviting.invite(
        db,
        None,
        Invited(name=name, email=email, role=Role(role), schools=schools),
        school_name="",
        letter=False,
    )
    click.echo(f"Give {name} this link; it works once, for 7 days:")
    click.echo(f"{settings.home}/account/join/{token}")


@accounts.command()
@click.pass_obj
def invitations(settings: Settings) -> None:
    """Print the invitations that nobody has used yet, with their numbers.

    Example: kb accounts invitations
    """
    from kb.storage import links
    from kb.storage.database import open_database

    waiting = links.waiting(open_database(settings.database), datetime.now(UTC))
    for each in waiting:
        click.echo(
            f"{each.id:5}  {each.role or '':13}  {each.name} ({each.email or 'a printed link'})  "
            f"{', '.join(each.schools)}  until {each.expires:%Y-%m-%d}"
        )
    click.echo(f"{len(waiting)} {'invitation waits' if len(waiting) == 1 else 'invitations wait'}")


@accounts.command()
@click.argument("number", type=click.IntRange(1))
@click.pass_obj
def withdraw(settings: Settings, number: int) -> None:
    """Take an invitation back, by its number; its link opens nothing any more.

    Example: kb accounts withdraw 12
    """
    from kb.actions import inviting
    from kb.storage.database import open_database

    inviting.withdraw(open_database(settings.database), None, number)
    click.echo("The invitation is taken back.")


@accounts.command()
@click.argument("person")
@click.argument("role", type=ROLES)
@click.pass_obj
def role(settings: Settings, person: str, role: str) -> None:
    """Give a person another role.

    Example: kb accounts role r.okonjo reviewer
    """
    from kb.actions import managing

    db, found = _person(settings, person)
    managing.change(db, None, found.id, role=Role(role), schools=found.schools)
    click.echo(f"{found.name} is {role} now and signs in anew.")


@accounts.command()
@click.argument("person")
@click.argument("schools", nargs=-1, required=True)
@click.pass_obj
def schools(settings: Settings, person: str, schools: tuple[str, ...]) -> None:
    """Say where a person works, by the ids of the schools.

    Example: kb accounts schools r.okonjo castle-bridge-primary samphire-junior
    """
    from kb.actions import managing

    _, names = _opened(settings, schools)
    db, found = _person(settings, person)
    managing.change(db, None, found.id, role=found.role, schools=schools)
    click.echo(f"{found.name} works at {', '.join(names)} now and signs in anew.")


@accounts.command()
@click.argument("person")
@click.pass_obj
def leave(settings: Settings, person: str) -> None:
    """Close a leaver's account; every session ends at once.

    Example: kb accounts leave r.okonjo
    """
    from kb.actions import managing

    _do(settings, person, managing.leave, "has left; the account is closed.")


@accounts.command(name="return")
@click.argument("person")
@click.pass_obj
def return_(settings: Settings, person: str) -> None:
    """Open the account of somebody who has come back.

    Example: kb accounts return r.okonjo
    """
    from kb.actions import managing

    _do(settings, person, managing.come_back, "is back and can sign in.")


@accounts.command(name="reset-second-factor")
@click.argument("person")
@click.pass_obj
def reset_second_factor(settings: Settings, person: str) -> None:
    """Take a lost second factor away; it is set up anew at the next sign-in.

    Example: kb accounts reset-second-factor r.okonjo
    """
    from kb.actions import managing

    _do(settings, person, managing.reset_second_factor, "sets up the second factor anew.")


@accounts.command(name="sign-out")
@click.argument("person")
@click.pass_obj
def sign_out(settings: Settings, person: str) -> None:
    """End every session of a person.

    Example: kb accounts sign-out r.okonjo
    """
    from kb.actions import managing

    _do(settings, person, managing.sign_out_everywhere, "is signed out everywhere.")


@accounts.command()
@click.argument("person")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export(settings: Settings, person: str, file: Path) -> None:
    """Write everything that is kept about a person into a ZIP file: JSON, and a page to read.

    Example: kb accounts export r.okonjo r.okonjo.zip
    """
    from kb.actions import personal_copies

    db, found = _person(settings, person)
    file.write_bytes(personal_copies.export(db, settings.content, found))
    click.echo(f"Wrote {file}. Give it to {found.name} and nobody else, then delete it.")


@accounts.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@click.pass_obj
def erase(settings: Settings, person: str, yes: bool) -> None:
    """Erase a person's data for good; what they wrote stays, by a former contributor.

    Example: kb accounts erase r.okonjo
    """
    from kb.actions import personal_copies

    db, found = _person(settings, person)
    if not yes:
        click.confirm(f"Erase every trace of {found.name}? Nobody can undo it.", abort=True)
    done = personal_copies.erase(db, settings.content, settings.var, found)
    click.echo(
        f"Erased in {done.rows} rows and {done.files} files. Run ‘kb index’ now; old backups still hold it."
    )


def _opened(settings: Settings, schools: tuple[str, ...]) -> tuple[Any, list[str]]:
    """The database, and the names of schools. Raises NotFound for an id that is not there."""
    from kb.storage.content import load_library
    from kb.storage.database import open_database

    there = load_library(settings.content).group.schools
    for each in schools:
        if each not in there:
            raise NotFound(f"There is no school ‘{each}’ in schools.yaml. Its ids are {', '.join(there)}.")
    return open_database(settings.database), [there[each].name for each in schools]


def _person(settings: Settings, named: str) -> tuple[Any, Account]:
    from kb.storage import accounts as stored
    from kb.storage.database import open_database

    db = open_database(settings.database)
    found = (
        stored.find(db, int(named[:9]))
        if named.isdecimal()
        else stored.by_email(db, named) or stored.by_handle(db, named)
    )
    if found is None:
        raise NotFound(f"There is no account ‘{named}’. ‘kb accounts list’ prints all of them.")
    return db, found


def _do(settings: Settings, named: str, action: Callable[[Any, None, int], object], words: str) -> None:
    db, found = _person(settings, named)
    action(db, None, found.id)
    click.echo(f"{found.name} {words}")
