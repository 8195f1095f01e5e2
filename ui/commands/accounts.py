"""Commands about accounts of this machine: who may sign in to the console."""

from typing import Annotated

import typer

from ui.commands.options import LanguageOption, StoreOption, speaking
from ui.wording import say

accounts_app = typer.Typer(no_args_is_help=True, help="Who may sign in to the console on this machine.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(accounts_app, name="accounts")


@accounts_app.command("add")
def accounts_add(
    name: str,
    password: Annotated[str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for.")],
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Keep an account, or change its password. From the first account on, nobody works without signing in."""
    from review.record.store import default_url
    from ui.accounts.store import accounts_of

    with speaking(lang) as language:
        accounts_of(store or default_url()).keep(name, password)
        typer.echo(say(language, "signin.kept", name=name))


@accounts_app.command("remove")
def accounts_remove(name: str, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Take an account away and end its sessions."""
    from review.record.store import default_url
    from ui.accounts.store import accounts_of

    with speaking(lang) as language:
        accounts_of(store or default_url()).remove(name)
        typer.echo(say(language, "signin.removed", name=name))


@accounts_app.command("link")
def accounts_link(name: str, issuer: str, subject: str, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Say which person an OpenID Connect identity is: its issuer and subject, as the sign-in page shows them."""
    from review.record.store import default_url
    from ui.accounts.store import accounts_of

    with speaking(lang) as language:
        accounts_of(store or default_url()).link(name, issuer, subject)
        typer.echo(say(language, "signin.linked", name=name))


@accounts_app.command("list")
def accounts_list(store: StoreOption = None, lang: LanguageOption = None) -> None:
    """List who may sign in."""
    from review.record.store import default_url
    from ui.accounts.store import accounts_of

    with speaking(lang):
        for name in accounts_of(store or default_url()).names():
            typer.echo(name)
