"""Commands about the rule packs."""

from pathlib import Path
from typing import Annotated

import typer

from classifier.errors import InputError, Problem, problem
from ui.commands.options import DateOption, IdColumn, LanguageOption, PacksOption, TextColumn, date_of, speaking
from ui.wording import say, say_notice

rules_app = typer.Typer(no_args_is_help=True, help="Rule packs: list, show, run their examples, start one, compare two.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(rules_app, name="rules")


@rules_app.command("list")
def rules_list(packs: PacksOption = None, lang: LanguageOption = None) -> None:
    """List every rule."""
    from classifier.law.loading import load_packs

    with speaking(lang) as language:
        for pack in load_packs(packs):
            for rule in pack.rules:
                typer.echo(f"{rule.rule_id:28} {rule.status:8} {say(language, f'type.{rule.category}')}")


@rules_app.command("show")
def rules_show(rule_id: str, packs: PacksOption = None, lang: LanguageOption = None) -> None:
    """Show one rule with its authority and its examples."""
    from classifier.law.loading import load_packs
    from ui.rule_text import rule_lines

    with speaking(lang) as language:
        rule = next((rule for pack in load_packs(packs) for rule in pack.rules if rule.rule_id == rule_id), None)
        if rule is None:
            raise InputError(problem("rule_unknown", value=rule_id))
        typer.echo("\n".join(rule_lines(rule, language)))


@rules_app.command("test")
def rules_test(packs: PacksOption = None, lang: LanguageOption = None) -> None:
    """Run the examples inside the rules."""
    from classifier.law.examples import run_examples
    from classifier.law.loading import load_packs

    with speaking(lang) as language:
        failures = [failure for pack in load_packs(packs) for failure in run_examples(pack)]
        for failure in failures:
            expected = say(language, f"expected.{failure.expected}")
            typer.echo(say(language, "report.example_fails", rule=failure.rule_id, example=failure.example, expected=expected))
        if failures:
            raise typer.Exit(1)
        typer.echo(say(language, "report.examples_hold", count=sum(pack.n_active for pack in load_packs(packs))))


@rules_app.command("new")
def rules_new(
    name: Annotated[str, typer.Argument(help="Name of the pack: letters, digits and _.")],
    packs: Annotated[Path, typer.Option("--packs", help="Folder to write it to.")],
    lang: LanguageOption = None,
) -> None:
    """Start a rule pack of your own: a file with one rule to change."""
    from classifier.law.new_pack import write_new_pack

    with speaking(lang) as language:
        typer.echo(say(language, "packs.written", path=write_new_pack(name, packs), packs=packs))


@rules_app.command("diff")
def rules_diff(
    old: Annotated[Path, typer.Argument(help="A rule pack: a file, or a folder of one pack.")],
    new: Annotated[Path, typer.Argument(help="The same pack, changed.")],
    ads: Annotated[Path, typer.Argument(help="Ads to try both on: CSV, JSONL or Parquet.")],
    text_column: TextColumn = "text",
    id_column: IdColumn = "id",
    as_of: DateOption = None,
    lang: LanguageOption = None,
) -> None:
    """Say which ads change between two versions of a pack, and how."""
    from classifier.law.comparing import compare_packs
    from classifier.law.loading import load_pack
    from ui.intake.columns import column_map
    from ui.intake.domain import AdRow
    from ui.intake.reading import check_inputs, read_ads

    with speaking(lang) as language:
        check_inputs([ads])
        before, after, day = load_pack(old), load_pack(new), date_of(as_of)
        n_ads = n_changed = 0

        def tell(note: Problem) -> None:
            typer.echo(say_notice(language, note), err=True)

        for row in read_ads([ads], column_map(None, text_column, id_column), tell):
            if not isinstance(row, AdRow):
                raise InputError(row.reason)
            change = compare_packs(row.text, before, after, day)
            n_ads += 1
            n_changed += bool(change.signs)
            if change.signs:
                typer.echo(f"{row.row_id}\t{' '.join(change.signs)}")
        typer.echo(say(language, "packs.compared", count=n_ads, changed=n_changed), err=True)


@rules_app.command("docs")
def rules_docs(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the corpus.")] = Path("data"),
    packs: PacksOption = None,
    lang: LanguageOption = None,
) -> None:
    """Print docs/rules.md: every rule with its authority, its examples and what it meets in the corpus."""
    from classifier.law.loading import load_packs
    from classifier.learning.corpus import read_corpus
    from classifier.learning.rule_coverage import measure_coverage
    from ui.rule_page import page_lines

    with speaking(lang or "en") as language:
        loaded = load_packs(packs)
        passages = [p for p in read_corpus(data / "corpus") if not p.is_for_testing]
        coverage = measure_coverage(passages, loaded)
        counts = {rule_id: (told.by_label, told.together) for rule_id, told in coverage.items()}
        typer.echo("\n".join(page_lines(loaded, counts, len(passages), language)))
