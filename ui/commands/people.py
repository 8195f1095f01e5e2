"""Commands about people and what they may do, about stopping, erasing, and a server's own roles."""

from typing import Annotated

import typer

from ui.commands.options import ByOption, LanguageOption, StoreOption, choice, opened, speaking
from ui.wording import say

roles_app = typer.Typer(no_args_is_help=True, help="Who may do what.")
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence; it is kept in the record.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(roles_app, name="roles")
    app.command()(stop)
    app.command()(resume)
    app.command()(erase)


@roles_app.command("list")
def roles_list(store: StoreOption = None, lang: LanguageOption = None) -> None:
    """List everybody in the record with the roles they hold now."""
    from review.people import people

    with speaking(lang) as language, opened(store) as record:
        for person in people(record):
            held = ", ".join(say(language, f"role.{role}") for role in person.roles) or say(language, "role.none")
            typer.echo(f"{person.actor_id}\t{person.name or say(language, 'record.erased')}\t{held}")


@roles_app.command("grant")
def roles_grant(name: str, role: str, by: ByOption, reason: Reason = "", store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Give a role. The first administrator closes the record: from then on only administrators give roles."""
    _change(name, role, by, reason, store, lang, is_granted=True)


@roles_app.command("take")
def roles_take(name: str, role: str, by: ByOption, reason: Reason = "", store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Take a role away, at once."""
    _change(name, role, by, reason, store, lang, is_granted=False)


@roles_app.command("server")
def roles_server(
    application: Annotated[str, typer.Option("--application", help="PostgreSQL role of the console: may read and insert.")],
    auditor: Annotated[str | None, typer.Option("--auditor", help="PostgreSQL role that may read only.")] = None,
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Let PostgreSQL roles use the record without owning it; run as the owner."""
    from review.record.server_roles import grant_roles
    from review.record.store import engine_of

    with speaking(lang) as language, opened(store) as record:
        owner = engine_of(record.url, create=False, is_owner=True)
        with owner.begin() as connection:
            grant_roles(connection, application, auditor)
        owner.dispose()
        typer.echo(say(language, "record.server_roles", name=application))


def stop(by: ByOption, reason: Reason, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Stop scoring at once. Reading, deciding on what was shown, and appeals go on."""
    _stop(by, reason, store, lang, is_stopped=True)


def resume(by: ByOption, reason: Reason, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Let scoring go on."""
    _stop(by, reason, store, lang, is_stopped=False)


def erase(
    cases: Annotated[list[int], typer.Argument(metavar="CASE...", help="Numbers of the cases.")],
    by: ByOption,
    order: Annotated[str, typer.Option("--order", help="The order it rests on: who, when, file number.")],
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Erase every text kept for some cases, on an order. The history still holds; on PostgreSQL run it as the owner."""
    from review.erasing import erase_cases
    from ui.drafts import drafts_of

    with speaking(lang) as language, opened(store, by) as record:
        n_erased = erase_cases(record, cases, by=by, by_order=order)
        for case in cases:
            drafts_of(record.url).forget(case)
        typer.echo(say(language, "record.case_erased", case=", ".join(map(str, cases)), count=n_erased))


def _change(name: str, role: str, by: str, reason: str, store: str | None, lang: str | None, *, is_granted: bool) -> None:
    from review.domain import Role
    from review.people import change_role

    with speaking(lang) as language, opened(store, by) as record:
        change_role(record, name, choice("ROLE", role, Role), by=by, is_granted=is_granted, reason=reason)
        key = "record.role_granted" if is_granted else "record.role_taken"
        typer.echo(say(language, key, name=name, role=say(language, f"role.{role}")))


def _stop(by: str, reason: str, store: str | None, lang: str | None, *, is_stopped: bool) -> None:
    from review.cases import stop_scoring

    with speaking(lang) as language, opened(store, by) as record:
        stop_scoring(record, is_stopped=is_stopped, by=by, reason=reason)
        typer.echo(say(language, "record.stopped" if is_stopped else "record.resumed"))
