"""The command line: every command, put together."""

import sys

import typer

from ui.commands import accounts, ads, cases, corpus, oversight, papers, people, reasoning, record, rules, service

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
for commands in (ads, record, accounts, cases, papers, people, oversight, service, rules, reasoning, corpus):
    commands.add_to(app)


def main() -> None:
    """Run the command line; exit with 2 and one clear message on anything that cannot be done."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    app()
