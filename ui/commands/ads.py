"""Commands about ads: check one, scan files, queue them for review."""

import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import typer

from classifier.errors import InputError, Problem, problem
from ui.commands.options import (
    ChannelOption,
    DateOption,
    IdColumn,
    Inputs,
    JurisdictionOption,
    LanguageOption,
    PacksOption,
    ProductOption,
    StoreOption,
    TextColumn,
    WholeOption,
    ad_maker,
    speaking,
)
from ui.intake.domain import AdRow, ColumnMap
from ui.wording import say, say_notice

MapOption = Annotated[str | None, typer.Option("--map", help="Columns of an export: text=A+B,id=C,date=D.")]
RefusedOption = Annotated[
    Path | None,
    typer.Option("--refused", help="CSV or JSONL file for rows that are not assessed, with the reason; then a bad row stops nothing."),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(check)
    app.command()(scan)
    app.command()(queue)


def check(
    text: Annotated[str | None, typer.Argument(help="The ad; or - to read standard input.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the ad from a file: text, page, picture, subtitles, PDF.")] = None,
    jurisdiction: JurisdictionOption = None,
    product: ProductOption = None,
    as_of: DateOption = None,
    channel: ChannelOption = None,
    whole: WholeOption = False,
    packs: PacksOption = None,
    full: Annotated[bool, typer.Option("--full", help="All ten parts of the reasoning.")] = False,
    form: Annotated[str, typer.Option("--form", help="text, markdown or html.")] = "text",
    lang: LanguageOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON; with --full the reasoning too.")] = False,
    marked: Annotated[Path | None, typer.Option("--marked", help="PNG file for the picture with the words marked on it.")] = None,
) -> None:
    """Assess one ad and print the reasoning: a code and a sentence a claim, or all of it."""
    from classifier.checker import assess, load_checker
    from classifier.reasoning.reason import reason_about
    from classifier.records import as_record, canonical
    from ui.document import FORMS
    from ui.intake.place_lines import place_lines
    from ui.intake.placing import mark_findings, place_row
    from ui.intake.scanning import ad_from
    from ui.report import render_report
    from ui.rows import full_row

    with speaking(lang) as language:
        if form not in FORMS:
            raise InputError(problem("option_choice", "--form", value=form, expected=", ".join(FORMS)))
        row = _one_ad(text, file, language)
        make = ad_maker(jurisdiction, product, as_of, channel=channel, is_whole=whole)
        checker = load_checker(own_packs=packs)
        assessment = assess(ad_from(row, make), checker)
        reasoning = reason_about(assessment, checker, in_full=full)
        if marked is not None:
            mark_findings(assessment, row.places, file, marked)
        if json:
            shaped = {"id": "1", **full_row(assessment), **({"reasoning": as_record(reasoning.claims)} if full else {})}
            place_row(shaped, row.places)
            typer.echo(canonical(shaped).decode())
            return
        mark, width = (("\x1b[1;4m", "\x1b[0m"), get_terminal_size().columns) if sys.stdout.isatty() else (("«", "»"), 0)
        typer.echo(render_report(reasoning, language, in_full=full, form=form, mark=mark, width=width), nl=False)
        for line in place_lines(assessment, row.places, language):
            typer.echo(line)


def scan(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="CSV, TSV, JSONL or Parquet file to write.")],
    text_column: TextColumn = "text",
    id_column: IdColumn = "id",
    map_: MapOption = None,
    refused: RefusedOption = None,
    group: Annotated[bool, typer.Option("--group", help="Find copies and near copies; adds the columns group and copy.")] = False,
    jurisdiction: JurisdictionOption = None,
    product: ProductOption = None,
    as_of: DateOption = None,
    channel: ChannelOption = None,
    whole: WholeOption = False,
    packs: PacksOption = None,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes to work in.")] = 1,
    engine: Annotated[str, typer.Option("--engine", help="local, or spark: Parquet in, a folder of Parquet parts out.")] = "local",
    master: Annotated[str, typer.Option("--master", help="Spark's cluster, such as spark://HOST:7077 or local[2,4].")] = "local[*,4]",
    lang: LanguageOption = None,
) -> None:
    """Assess every ad of one or more files, one output row an input row, in order."""
    from ui.intake.columns import column_map
    from ui.intake.refused import SideFile
    from ui.intake.scanning import scan_files
    from ui.intake.spark_engine import SparkScan, scan_on_spark
    from ui.intake.work import Scan

    with speaking(lang) as language:
        if jobs < 1:
            raise InputError(problem("option_number", "--jobs", value=jobs, expected="1, 2, 3 …"))
        if engine not in ("local", "spark"):
            raise InputError(problem("option_choice", "--engine", value=engine, expected="local, spark"))
        make = ad_maker(jurisdiction, product, as_of, channel=channel, is_whole=whole)
        if engine == "spark":
            work = SparkScan(
                inputs=tuple(inputs),
                out=out,
                columns=column_map(map_, text_column, id_column),
                make=make,
                master=master,
                own_packs=packs,
            )
            typer.echo(say(language, "intake.scanned_on_spark", count=scan_on_spark(work), path=out), err=True)
            return
        counts = scan_files(
            Scan(
                inputs=tuple(inputs),
                out=out,
                columns=column_map(map_, text_column, id_column),
                make=make,
                note=lambda note: _tell(note, language),
                jobs=jobs,
                dated=as_of is not None,
                side=SideFile(refused, language) if refused else None,
                grouped=group,
                own_packs=packs,
            )
        )
        if counts.resumed:
            typer.echo(say(language, "intake.resumed", count=counts.resumed), err=True)
        typer.echo(say(language, "report.scanned", count=counts.ads, flagged=counts.flagged, refused=counts.refused, path=out), err=True)
        if group:
            typer.echo(say(language, "intake.copies", count=counts.copies), err=True)
        _tell_refused(refused, counts.unreadable, language)


def queue(
    inputs: Inputs,
    store: StoreOption = None,
    text_column: TextColumn = "text",
    id_column: IdColumn = "id",
    map_: MapOption = None,
    refused: RefusedOption = None,
    once: Annotated[bool, typer.Option("--once", help="Open one case for ads that are copies or near copies.")] = False,
    jurisdiction: JurisdictionOption = None,
    product: ProductOption = None,
    as_of: DateOption = None,
    channel: ChannelOption = None,
    whole: WholeOption = False,
    packs: PacksOption = None,
    lang: LanguageOption = None,
) -> None:
    """Assess the ads of files and open a review case for each."""
    from ui.intake.columns import column_map
    from ui.intake.queueing import queue_files
    from ui.intake.refused import SideFile
    from ui.intake.work import Queueing

    with speaking(lang) as language:
        counts = queue_files(
            Queueing(
                inputs=tuple(inputs),
                store=store,
                columns=column_map(map_, text_column, id_column),
                make=ad_maker(jurisdiction, product, as_of, channel=channel, is_whole=whole),
                note=lambda note: _tell(note, language),
                own_packs=packs,
                side=SideFile(refused, language) if refused else None,
                once=once,
            )
        )
        if once:
            typer.echo(say(language, "intake.copies_left_out", count=counts.copies), err=True)
        typer.echo(say(language, "report.queued", count=counts.ads, opened=counts.opened, refused=counts.refused), err=True)
        _tell_refused(refused, counts.unreadable, language)


def _tell(note: Problem, language: str) -> None:
    typer.echo(say_notice(language, note), err=True)


def _tell_refused(refused: Path | None, count: int, language: str) -> None:
    if refused is not None:
        typer.echo(say(language, "intake.set_aside", count=count, path=refused), err=True)


def _one_ad(text: str | None, file: Path | None, language: str) -> AdRow:
    """Give the one ad that a text, a file or standard input holds; tell what its reader noticed."""
    from ui.intake.reading import check_inputs, is_document, read_ads

    if file is None or text is not None or str(file) == "-" or not is_document(file) or file.suffix.lower() == ".txt":
        raw = _received(text, file)
        return AdRow(row_id="1", text=_decoded(raw), where="", raw=raw)
    check_inputs([file])
    rows = list(read_ads([file], ColumnMap(), lambda note: _tell(note, language)))
    row = rows[0]
    if not isinstance(row, AdRow):
        raise InputError(row.reason)
    for note in row.notices:
        _tell(note, language)
    if len(rows) > 1:
        raise InputError(problem("file_several_ads", str(file), count=len(rows)))
    return row


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
