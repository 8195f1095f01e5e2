"""The command line. Each command is thin: read the arguments, call the path, print."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from classifier.domain import JURISDICTIONS, Ad, ProductKind
from classifier.errors import AdCheckError, InputError, problem
from ui.wording import LANGUAGES, say, say_error, system_language

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
rules_app = typer.Typer(no_args_is_help=True, help="Rule packs: list, show, run their examples.")
app.add_typer(rules_app, name="rules")
data_app = typer.Typer(no_args_is_help=True, help="The corpus the model learns from.")
app.add_typer(data_app, name="data")

LanguageOption = Annotated[str | None, typer.Option("--lang", help="Language of the output: vi or en.")]
JurisdictionOption = Annotated[list[str] | None, typer.Option("--jurisdiction", help="vn, eu, uk or us; may be repeated.")]
ProductOption = Annotated[str | None, typer.Option("--product", help="food, cosmetic, medicine, device, service or other.")]
DateOption = Annotated[str | None, typer.Option("--as-of", help="Date of the ad, YYYY-MM-DD; today by default.")]
StoreOption = Annotated[str | None, typer.Option("--store", help="sqlite:///FILE or postgresql://USER@HOST/NAME.")]
TextColumn = Annotated[str, typer.Option("--text-column", help="Column that holds the ad.")]
IdColumn = Annotated[str, typer.Option("--id-column", help="Column that holds the id.")]
Inputs = Annotated[list[Path], typer.Argument(help="CSV, JSONL or Parquet files.")]


def main() -> None:
    """Run the command line; exit with 2 and one clear message on anything that cannot be done."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    app()


@contextmanager
def _speaking(language: str | None) -> Iterator[str]:
    """Give the language to speak; say errors in it, on standard error, with exit status 2."""
    spoken = language or system_language()
    try:
        if spoken not in LANGUAGES:
            spoken = system_language()
            raise InputError(problem("option_choice", "--lang", value=language, expected=", ".join(LANGUAGES)))
        yield spoken
    except AdCheckError as error:
        typer.echo(say_error(spoken, error), err=True)
        raise typer.Exit(2) from error


@app.command()
def check(
    text: Annotated[str | None, typer.Argument(help="The ad; or - to read standard input.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the ad from a file.")] = None,
    jurisdiction: JurisdictionOption = None,
    product: ProductOption = None,
    as_of: DateOption = None,
    lang: LanguageOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Assess one ad and print the reasoning."""
    from classifier.checker import assess, load_checker, make_ad
    from classifier.records import canonical
    from ui.report import render_report
    from ui.rows import full_row

    with _speaking(lang) as language:
        raw = _received(text, file)
        ad = make_ad(_decoded(raw), raw=raw, as_of=_date(as_of), jurisdictions=_jurisdictions(jurisdiction), product=_product(product))
        assessment = assess(ad, load_checker())
        if json:
            typer.echo(canonical({"id": "1", **full_row(assessment)}).decode())
            return
        mark = ("\x1b[1;4m", "\x1b[0m") if sys.stdout.isatty() else ("«", "»")
        typer.echo(render_report(assessment, language, mark=mark), nl=False)


@app.command()
def scan(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="CSV, JSONL or Parquet file to write.")],
    text_column: TextColumn = "text",
    id_column: IdColumn = "id",
    jurisdiction: JurisdictionOption = None,
    product: ProductOption = None,
    as_of: DateOption = None,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes to work in.")] = 1,
    lang: LanguageOption = None,
) -> None:
    """Assess every ad of one or more files, one output row an input row, in order."""
    from ui.scanning import scan_files

    with _speaking(lang) as language:
        if jobs < 1:
            raise InputError(problem("option_number", "--jobs", value=jobs, expected="1, 2, 3 …"))
        make = _ad_maker(jurisdiction, product, as_of)
        counts = scan_files(inputs, out, text_column=text_column, id_column=id_column, make=make, jobs=jobs)
        said = say(language, "report.scanned", count=counts.ads, flagged=counts.flagged, refused=counts.refused, path=out)
        typer.echo(said, err=True)


@app.command()
def queue(
    inputs: Inputs,
    store: StoreOption = None,
    text_column: TextColumn = "text",
    id_column: IdColumn = "id",
    jurisdiction: JurisdictionOption = None,
    product: ProductOption = None,
    as_of: DateOption = None,
    lang: LanguageOption = None,
) -> None:
    """Assess the ads of files and open a review case for each."""
    from ui.scanning import queue_files

    with _speaking(lang) as language:
        make = _ad_maker(jurisdiction, product, as_of)
        counts = queue_files(inputs, store, text_column=text_column, id_column=id_column, make=make)
        said = say(language, "report.queued", count=counts.ads, opened=counts.opened, refused=counts.refused)
        typer.echo(said, err=True)


@app.command()
def review(
    store: StoreOption = None,
    port: Annotated[int, typer.Option("--port", help="Port of the console on this machine.")] = 8501,
    samples: Annotated[bool, typer.Option("--samples", help="Put the sample ads into an empty record first.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Open the reviewer's console in the browser."""
    from ui.serving import serve

    with _speaking(lang) as language:
        serve(store, port, language, samples=samples)


@app.command()
def train(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the corpus.")] = Path("data"),
    out: Annotated[Path, typer.Option("--out", help="Folder to write the model to.")] = Path("model"),
    lang: LanguageOption = None,
) -> None:
    """Train a model from the corpus; the same corpus gives the same bytes."""
    from classifier.learning.train import train as train_model

    with _speaking(lang) as language:
        digest = train_model(data, out)
        typer.echo(say(language, "report.trained", path=out, digest=digest))


@app.command()
def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled files; the frozen test part by default.")] = None,
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the test part.")] = Path("data"),
    lang: LanguageOption = None,
) -> None:
    """Measure the shipped model on labelled texts."""
    from classifier.learning.evaluate import evaluate_corpus, evaluate_table, table_lines
    from ui.files import check_inputs, read_labelled

    with _speaking(lang):
        if files:
            check_inputs(files)
        measured = [evaluate_table(path.name, read_labelled(path)) for path in files] if files else evaluate_corpus(data)
        typer.echo("\n".join(table_lines(measured)))


@app.command()
def verify(
    store: StoreOption = None,
    head: Annotated[str | None, typer.Option("--head", help="A digest kept elsewhere that must stand in the history.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Check that nothing in the record was edited, deleted or slipped in."""
    from review.record.chain import verify_history
    from review.record.store import Store

    with _speaking(lang) as language:
        record = Store(store, create=False)
        with record.reading() as connection:
            found = verify_history(connection, head)
        key = "report.not_verified" if found.faults else "report.verified"
        typer.echo(say(language, key, count=found.n_events, head=found.head))
        for fault in found.faults:
            typer.echo("  " + say(language, f"fault.{fault.code}", sequence=fault.sequence, detail=fault.detail))
        if found.faults:
            raise typer.Exit(1)


@rules_app.command("list")
def rules_list(lang: LanguageOption = None) -> None:
    """List every rule."""
    from classifier.law.loading import load_packs

    with _speaking(lang) as language:
        for pack in load_packs():
            for rule in pack.rules:
                typer.echo(f"{rule.rule_id:28} {rule.status:8} {say(language, f'type.{rule.category}')}")


@rules_app.command("show")
def rules_show(rule_id: str, lang: LanguageOption = None) -> None:
    """Show one rule with its authority and its examples."""
    from classifier.law.loading import load_packs
    from ui.rule_text import rule_lines

    with _speaking(lang) as language:
        rule = next((rule for pack in load_packs() for rule in pack.rules if rule.rule_id == rule_id), None)
        if rule is None:
            raise InputError(problem("rule_unknown", value=rule_id))
        typer.echo("\n".join(rule_lines(rule, language)))


@rules_app.command("test")
def rules_test(lang: LanguageOption = None) -> None:
    """Run the examples inside the rules."""
    from classifier.law.examples import run_examples
    from classifier.law.loading import load_packs

    with _speaking(lang) as language:
        failures = [failure for pack in load_packs() for failure in run_examples(pack)]
        for failure in failures:
            expected = say(language, f"expected.{failure.expected}")
            typer.echo(say(language, "report.example_fails", rule=failure.rule_id, example=failure.example, expected=expected))
        if failures:
            raise typer.Exit(1)
        typer.echo(say(language, "report.examples_hold", count=sum(len(pack.active) for pack in load_packs())))


@data_app.command("check")
def data_check(
    data: Annotated[Path, typer.Option("--data", help="Folder that holds the corpus.")] = Path("data"),
    lang: LanguageOption = None,
) -> None:
    """Prove the format and the promises of the corpus, and print its figures."""
    from classifier.learning.survey import faults, figures, survey_corpus

    with _speaking(lang):
        survey = survey_corpus(data)
        typer.echo("| | " + " | ".join(survey.languages) + " |\n|---|" + "---:|" * len(survey.languages))
        for name, counts in figures(survey):
            typer.echo(f"| {name} | " + " | ".join(str(counts[language]) for language in survey.languages) + " |")
        found = list(faults(survey))
        for fault in found:
            typer.echo(fault, err=True)
        if found:
            raise typer.Exit(1)


def _received(text: str | None, file: Path | None) -> bytes:
    if text is not None and file is not None:
        raise InputError(problem("text_twice"))
    if file is not None and str(file) != "-":
        try:
            return file.read_bytes()
        except OSError as error:
            raise InputError(problem("file_unreadable", str(file), detail=error.strerror or str(error))) from error
    if text == "-" or file is not None:
        return sys.stdin.buffer.read()
    if text is None:
        raise InputError(problem("text_missing"))
    return text.encode("utf-8", "surrogateescape")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(problem("text_encoding", byte=error.start)) from error


def _date(written: str | None) -> date:
    if written is None:
        return date.today()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InputError(problem("option_date", "--as-of", value=written)) from error


def _jurisdictions(named: list[str] | None) -> tuple[str, ...]:
    for name in named or ():
        if name not in JURISDICTIONS:
            raise InputError(problem("option_choice", "--jurisdiction", value=name, expected=", ".join(JURISDICTIONS)))
    return tuple(dict.fromkeys(named)) if named else JURISDICTIONS


def _product(named: str | None) -> ProductKind | None:
    if named is not None and named not in list(ProductKind):
        raise InputError(problem("option_choice", "--product", value=named, expected=", ".join(ProductKind)))
    return ProductKind(named) if named else None


def _ad_maker(jurisdiction: list[str] | None, product: str | None, as_of: str | None) -> "partial[Ad]":
    from classifier.checker import make_ad

    return partial(make_ad, as_of=_date(as_of), jurisdictions=_jurisdictions(jurisdiction), product=_product(product))
