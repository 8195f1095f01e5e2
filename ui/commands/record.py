"""Commands about the record: open the console, verify the history."""

from typing import Annotated

import typer

from ui.commands.options import LanguageOption, StoreOption, speaking
from ui.wording import say


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(review)
    app.command()(verify)


def review(
    store: StoreOption = None,
    port: Annotated[int, typer.Option("--port", help="Port of the console on this machine.")] = 8501,
    samples: Annotated[bool, typer.Option("--samples", help="Put the sample ads into an empty record first.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Open the reviewer's console in the browser."""
    from ui.serving import serve

    with speaking(lang) as language:
        serve(store, port, language, samples=samples)


def verify(
    store: StoreOption = None,
    head: Annotated[str | None, typer.Option("--head", help="A digest kept elsewhere that must stand in the history.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Check that nothing in the record was edited, deleted or slipped in."""
    from review.record.chain import verify_history
    from review.record.store import Store

    with speaking(lang) as language:
        record = Store(store, create=False)
        with record.reading() as connection:
            found = verify_history(connection, head)
        key = "report.not_verified" if found.faults else "report.verified"
        typer.echo(say(language, key, count=found.n_events, head=found.head))
        for fault in found.faults:
            typer.echo("  " + say(language, f"fault.{fault.code}", sequence=fault.sequence, detail=fault.detail))
        if found.faults:
            raise typer.Exit(1)
