"""Commands about ads: check one, scan files, queue them for review."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from classifier.errors import InputError, problem
from ui.commands.options import (
    DateOption,
    IdColumn,
    Inputs,
    JurisdictionOption,
    LanguageOption,
    ProductOption,
    StoreOption,
    TextColumn,
    ad_maker,
    speaking,
)
from ui.wording import say


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(check)
    app.command()(scan)
    app.command()(queue)


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
    from classifier.checker import assess, load_checker
    from classifier.records import canonical
    from ui.report import render_report
    from ui.rows import full_row

    with speaking(lang) as language:
        raw = _received(text, file)
        ad = ad_maker(jurisdiction, product, as_of)(_decoded(raw), raw=raw)
        assessment = assess(ad, load_checker())
        if json:
            typer.echo(canonical({"id": "1", **full_row(assessment)}).decode())
            return
        mark = ("\x1b[1;4m", "\x1b[0m") if sys.stdout.isatty() else ("«", "»")
        typer.echo(render_report(assessment, language, mark=mark), nl=False)


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

    with speaking(lang) as language:
        if jobs < 1:
            raise InputError(problem("option_number", "--jobs", value=jobs, expected="1, 2, 3 …"))
        make = ad_maker(jurisdiction, product, as_of)
        counts = scan_files(inputs, out, text_column=text_column, id_column=id_column, make=make, jobs=jobs)
        said = say(language, "report.scanned", count=counts.ads, flagged=counts.flagged, refused=counts.refused, path=out)
        typer.echo(said, err=True)


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

    with speaking(lang) as language:
        make = ad_maker(jurisdiction, product, as_of)
        counts = queue_files(inputs, store, text_column=text_column, id_column=id_column, make=make)
        said = say(language, "report.queued", count=counts.ads, opened=counts.opened, refused=counts.refused)
        typer.echo(said, err=True)


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
