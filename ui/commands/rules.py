"""Commands about the rule packs."""

import typer

from classifier.errors import InputError, problem
from ui.commands.options import LanguageOption, speaking
from ui.wording import say

rules_app = typer.Typer(no_args_is_help=True, help="Rule packs: list, show, run their examples.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(rules_app, name="rules")


@rules_app.command("list")
def rules_list(lang: LanguageOption = None) -> None:
    """List every rule."""
    from classifier.law.loading import load_packs

    with speaking(lang) as language:
        for pack in load_packs():
            for rule in pack.rules:
                typer.echo(f"{rule.rule_id:28} {rule.status:8} {say(language, f'type.{rule.category}')}")


@rules_app.command("show")
def rules_show(rule_id: str, lang: LanguageOption = None) -> None:
    """Show one rule with its authority and its examples."""
    from classifier.law.loading import load_packs
    from ui.rule_text import rule_lines

    with speaking(lang) as language:
        rule = next((rule for pack in load_packs() for rule in pack.rules if rule.rule_id == rule_id), None)
        if rule is None:
            raise InputError(problem("rule_unknown", value=rule_id))
        typer.echo("\n".join(rule_lines(rule, language)))


@rules_app.command("test")
def rules_test(lang: LanguageOption = None) -> None:
    """Run the examples inside the rules."""
    from classifier.law.examples import run_examples
    from classifier.law.loading import load_packs

    with speaking(lang) as language:
        failures = [failure for pack in load_packs() for failure in run_examples(pack)]
        for failure in failures:
            expected = say(language, f"expected.{failure.expected}")
            typer.echo(say(language, "report.example_fails", rule=failure.rule_id, example=failure.example, expected=expected))
        if failures:
            raise typer.Exit(1)
        typer.echo(say(language, "report.examples_hold", count=sum(len(pack.active) for pack in load_packs())))
