"""Commands about the HTTP service: serve it, hand out and revoke its keys, put it under load."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from classifier.errors import InputError, problem
from ui.commands.options import LanguageOption, PacksOption, StoreOption, speaking
from ui.wording import say

LedgerOption = Annotated[Path | None, typer.Option("--ledger", help="File of keys and given answers; in your data folder by default.")]
NameArgument = Annotated[str, typer.Argument(help="Who the key is for.")]
keys_app = typer.Typer(no_args_is_help=True, help="API keys of the service.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(serve)
    app.command()(soak)
    app.add_typer(keys_app, name="keys")


def serve(
    store: StoreOption = None,
    ledger: LedgerOption = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 8600,
    requests: Annotated[int, typer.Option("--requests-per-minute", help="For each key.")] = 120,
    ads: Annotated[int, typer.Option("--ads-per-minute", help="For each key.")] = 60_000,
    packs: PacksOption = None,
    lang: LanguageOption = None,
) -> None:
    """Answer over HTTP: assess ads, queue them for review."""
    with speaking(lang) as language, _libraries():
        import uvicorn

        from ui.service.application import ServiceSettings, build_service
        from ui.service.guard import Rates
        from ui.service.ledger import Ledger, default_ledger

        for name, number in (("--requests-per-minute", requests), ("--ads-per-minute", ads)):
            if number < 1:
                raise InputError(problem("option_number", name, value=number, expected="1, 2, 3 …"))
        path = ledger or default_ledger()
        known = Ledger(path)
        if not any(key.revoked_at is None for key in known.known_keys()):
            raise InputError(problem("service_no_key"))
        known.close()
        service = build_service(ServiceSettings(ledger=path, store=store, own_packs=packs, rates=Rates(requests=requests, ads=ads)))
        typer.echo(say(language, "service.listening", url=f"http://{host}:{port}"), err=True)
        uvicorn.run(service, host=host, port=port, log_level="warning", server_header=False, timeout_keep_alive=15)


def soak(
    minutes: Annotated[float, typer.Option("--minutes", help="How long to keep the service busy.")] = 10.0,
    lang: LanguageOption = None,
) -> None:
    """Keep a service of its own busy, and print how fast it answered and whether its memory grew."""
    with speaking(lang), _libraries():
        from ui.service.soak import soak_service

        for line in soak_service(minutes):
            typer.echo(line)


@keys_app.command("add")
def add_key(name: NameArgument, ledger: LedgerOption = None, lang: LanguageOption = None) -> None:
    """Make a key and show it, once."""
    with speaking(lang) as language:
        from ui.service.ledger import Ledger, default_ledger

        key = Ledger(ledger or default_ledger()).add_key(name)
        typer.echo(say(language, "service.key_made"), err=True)
        typer.echo(key)


@keys_app.command("list")
def list_keys(ledger: LedgerOption = None, lang: LanguageOption = None) -> None:
    """Show who has a key, and since when. The keys themselves are not kept."""
    with speaking(lang) as language:
        from ui.service.ledger import Ledger, default_ledger

        known = Ledger(ledger or default_ledger()).known_keys()
        for key in known:
            line = "key_revoked_line" if key.revoked_at else "key_line"
            typer.echo(say(language, f"service.{line}", name=key.name, made_at=key.made_at, revoked_at=key.revoked_at))
        if not known:
            typer.echo(say(language, "service.no_keys"), err=True)


@keys_app.command("revoke")
def revoke_key(name: NameArgument, ledger: LedgerOption = None, lang: LanguageOption = None) -> None:
    """Let a key open nothing from now on."""
    with speaking(lang) as language:
        from ui.service.ledger import Ledger, default_ledger

        Ledger(ledger or default_ledger()).revoke_key(name)
        typer.echo(say(language, "service.key_revoked", name=name), err=True)


@contextmanager
def _libraries() -> Iterator[None]:
    """Say which extra to install where the service's libraries are missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(problem("service_missing", detail=error.name or str(error))) from error
