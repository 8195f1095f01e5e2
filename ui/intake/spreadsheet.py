"""Excel workbooks: every sheet that has the column, read as a stream."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from classifier.errors import InputError, problem
from ui.intake.bounds import MOST_COLUMNS, MOST_RATIO, MOST_SHEET_ROWS, MOST_UNPACKED, MOST_WORKBOOK
from ui.intake.columns import ad_of, refuse_columns
from ui.intake.content import kind_of
from ui.intake.domain import AdRow, RefusedRow, Source, notice
from ui.intake.foreign import parsing
from ui.shown import shown

_MOST_MEMBERS = 5_000
_SMALL = 10 * 1024**2
_MACROS = "vbaproject.bin"


def read_spreadsheet(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read the ads of a workbook, sheet by sheet. Sheets without the text column are named and passed over."""
    from openpyxl import load_workbook

    refuse_package(source.path)
    with parsing(source.path):
        book = load_workbook(source.path, read_only=True, data_only=True, keep_links=False)
    number = 0
    passed: list[str] = []
    seen: list[Any] = []
    for sheet in book.worksheets:
        rows = _sheet_rows(sheet, source.path)
        header = next((cells for _, cells in rows if any(cells)), [])
        seen = seen or header
        if not all(column in header for column in source.columns.text):
            passed.append(sheet.title)
            continue
        refuse_columns(f"{source.path}:{sheet.title}", [name for name in header if name], source.columns)
        for line, cells in rows:
            if any(cells):
                number += 1
                yield ad_of(_named(header, cells), number, f"{source.path.name}:{shown(sheet.title)}!{line}", source.columns)
    book.close()
    if passed and len(passed) == len(book.worksheets):
        refuse_columns(str(source.path), [name for name in seen if name], source.columns)
    if passed:
        source.note(notice("sheets_passed", source.path.name, sheets=shown(", ".join(passed))))


def refuse_package(path: Path) -> None:
    """Refuse, before anything is unpacked, what is no plain workbook: too large, a bomb, locked, with macros."""
    with path.open("rb") as file:
        if kind_of(file.read(64)) == "ole":
            raise InputError(problem("file_locked", str(path)))
    if path.stat().st_size > MOST_WORKBOOK:
        raise InputError(problem("file_large", str(path), most=MOST_WORKBOOK))
    with parsing(path, BadZipFile), ZipFile(path) as package:
        members = package.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if unpacked > MOST_UNPACKED or len(members) > _MOST_MEMBERS or (unpacked > _SMALL and unpacked / packed > MOST_RATIO):
        raise InputError(problem("file_bomb", str(path), unpacked=unpacked, packed=packed))
    if any(member.flag_bits & 1 for member in members):
        raise InputError(problem("file_locked", str(path)))
    if any(member.filename.lower().endswith(_MACROS) for member in members):
        raise InputError(problem("file_kind", str(path), found="xlsm", expected="xlsx"))


def _sheet_rows(sheet: Any, path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Give the rows of a sheet with their numbers, within what a spreadsheet program allows."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    for line in range(1, MOST_SHEET_ROWS + 1):
        with parsing(path):
            cells = next(rows, None)
        if cells is None:
            return
        if len(cells) > MOST_COLUMNS:
            raise InputError(problem("file_wide", f"{path}:{shown(sheet.title)}!{line}", most=MOST_COLUMNS))
        yield line, [_plain(cell) for cell in cells]
    with parsing(path):
        if any(True for _ in islice(rows, 1)):
            raise InputError(problem("file_long", f"{path}:{shown(sheet.title)}", most=MOST_SHEET_ROWS))


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime) and not any((cell.hour, cell.minute, cell.second)):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date) else None if cell is None else str(cell)


def _named(header: list[Any], cells: list[Any]) -> dict[str, Any]:
    return {str(name): cell for name, cell in zip(header, cells, strict=False) if name}
