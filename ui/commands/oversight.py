"""Commands for those who oversee: report, trends, drift, golden cases, share of second opinions, change of model."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from classifier.errors import InputError, ReviewError, problem
from ui.commands.options import ByOption, LanguageOption, StoreOption, choice, date_of, opened, speaking
from ui.wording import say

oversight_app = typer.Typer(no_args_is_help=True, help="Watching how people and machine work together.")
SinceOption = Annotated[str, typer.Option("--since", help="First day of the later period, YYYY-MM-DD.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(oversight_app, name="oversight")
    app.command()(promote)


@oversight_app.command("report")
def report(by: ByOption, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Print the meters: over-reliance, agreement, appeals, changes of view, each with its interval."""
    from review.oversight.report import oversight_report
    from ui.oversight_text import report_lines

    with speaking(lang) as language, opened(store, by) as record:
        typer.echo("\n".join(report_lines(oversight_report(record, by), language)))


@oversight_app.command("trends")
def trends(
    since: SinceOption,
    of: Annotated[str, typer.Option("--of", help="categories, product, jurisdictions or seller (the case's own field).")] = "categories",
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Print by week how many ads there were of each category, product kind, jurisdiction or seller, and the words that rise since a day."""
    from review.oversight.trends import FIELDS, by_week, rising, seen
    from ui.oversight_text import rising_lines, week_lines

    with speaking(lang) as language, opened(store) as record:
        if of not in FIELDS:
            raise InputError(problem("option_choice", "--of", value=of, expected=", ".join(FIELDS)))
        ads = seen(record)
        typer.echo("\n".join((*week_lines(by_week(ads, of), language, of), *rising_lines(rising(ads, _instant(since)), language))))


@oversight_app.command("drift")
def drift(since: SinceOption, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Print which categories and words moved since a day, and from which week on."""
    from review.oversight.drift import drift as compare
    from review.oversight.trends import seen
    from ui.oversight_text import drift_lines

    with speaking(lang) as language, opened(store) as record:
        typer.echo("\n".join(drift_lines(compare(seen(record), _instant(since)), language)))


@oversight_app.command("golden")
def golden(case: int, answer: str, by: ByOption, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Declare a case's known answer: misleading or not_misleading."""
    from review.domain import Outcome
    from review.oversight.golden import add_golden, golden_stock

    with speaking(lang) as language, opened(store, by) as record:
        add_golden(record, case, choice("ANSWER", answer, Outcome), by=by)
        stock = golden_stock(record)
        typer.echo(say(language, "record.golden", count=stock.n_cases, wrong=stock.n_machine_wrong))


@oversight_app.command("share")
def share(share: float, by: ByOption, store: StoreOption = None, lang: LanguageOption = None) -> None:
    """Set the share of first decisions that get a blind second opinion."""
    from review.aftermath import set_share

    with speaking(lang) as language, opened(store, by) as record:
        set_share(record, share, by=by)
        typer.echo(say(language, "record.share", share=f"{share:.0%}"))


def promote(
    candidate: Annotated[Path, typer.Argument(help="Folder of the candidate, from “adcheck train --with”.")],
    by: ByOption,
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the frozen test part.")] = Path("data"),
    target: Annotated[Path, typer.Option("--into", help="Folder of the present model.")] = Path("classifier/model/trained"),
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Put a candidate in the present model's place, only if it is no worse on the frozen test part and in behaviour."""
    from classifier.learning.promotion import compare_models, install
    from classifier.model.artifact import read_model
    from review.oversight.drift import moved_weights
    from review.oversight.promotion import record_promotion

    with speaking(lang) as language, opened(store, by) as record:
        found = compare_models(data, target, candidate)
        for name, (old, new) in found.measures.items():
            mark = " ←" if name in found.worse else ""
            typer.echo(f"{name:34} {old:8.4f} {new:8.4f}{mark}")
        moved = moved_weights(read_model(target), read_model(candidate), most=10)
        for feature, old_weight, new_weight in moved:
            typer.echo(f"  {feature:32} {old_weight:8.3f} {new_weight:8.3f}")
        if not found.holds:
            raise ReviewError(problem("candidate_worse", str(candidate), detail="; ".join(found.worse)))
        record_promotion(record, found.present, found.candidate, found.as_record() | {"moved": [list(gap) for gap in moved]}, by=by)
        install(candidate, target)
        typer.echo(say(language, "record.promoted", digest=found.candidate[:12]))


def _instant(day: str) -> datetime:
    return datetime.combine(date_of(day), time(), UTC)
