"""From a row of named values to an ad: which columns hold the text, the id and the date."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from classifier.errors import InputError, Problem, problem
from ui.intake.domain import AdRow, ColumnMap, RefusedRow
from ui.intake.excerpts import excerpt
from ui.shown import shown

_KEYS = ("text", "id", "date")
_MISSING = object()


def column_map(written: str | None, text_column: str, id_column: str) -> ColumnMap:
    """Read ``text=COLUMN+COLUMN,id=COLUMN,date=COLUMN``; what it does not name stays as the other options say.

    Raises
    ------
    InputError
        A part is not ``key=column``, or its key is not text, id or date.
    """
    named = {"text": text_column, "id": id_column, "date": ""}
    for part in (written or "").split(","):
        key, equals, column = part.strip().partition("=")
        if not part.strip():
            continue
        if not equals or key.strip() not in _KEYS or not column.strip():
            raise InputError(problem("option_map", "--map", value=part.strip()))
        named[key.strip()] = column.strip()
    texts = tuple(column.strip() for column in named["text"].split("+") if column.strip())
    return ColumnMap(text=texts or (named["text"],), id=named["id"], date=named["date"])


def refuse_columns(where: str, found: Iterable[str], columns: ColumnMap) -> None:
    """Refuse a table that lacks a mapped column, or has it twice; the id column may be missing when it is ``id``."""
    names = list(found)
    for column in (*columns.text, *((columns.date,) if columns.date else ()), *((columns.id,) if columns.id != "id" else ())):
        top = column if column in names else column.partition(".")[0]
        if names.count(top) > 1:
            raise InputError(problem("file_column_twice", where, column=column))
        if top not in names:
            raise InputError(problem("file_column", where, column=column, found=shown(", ".join(names))[:300]))


def ad_of(values: Mapping[str, Any], number: int, where: str, columns: ColumnMap) -> AdRow | RefusedRow:
    """Give the ad of a row, or why the row cannot be one. Without an id its id is its number."""
    found = [_value(values, column) for column in columns.text]
    row_id = _written(_value(values, columns.id))
    row_id = str(number) if row_id is None else row_id
    if all(value is _MISSING for value in found):
        listed = shown(", ".join(map(str, values)))[:300]
        return RefusedRow(row_id=row_id, reason=problem("file_column", where, column="+".join(columns.text), found=listed))
    text = "\n".join(written for value in found if (written := _written(value)))
    reason = unfit(text, where) or unfit(row_id, where)
    as_of, misdated = _dated(_value(values, columns.date) if columns.date else None, where)
    if reason or misdated:
        return RefusedRow(row_id=shown(row_id), reason=reason or misdated, excerpt=excerpt(text))  # type: ignore[arg-type]
    return AdRow(row_id=row_id, text=text, where=where, as_of=as_of)


def unfit(text: str, where: str) -> Problem | None:
    """Say what no text file should hold: NUL characters, halves of characters."""
    if "\x00" in text:
        return problem("row_control", where, place=text.index("\x00") + 1)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return problem("row_unicode", where, place=error.start + 1)
    return None


def _value(values: Mapping[str, Any], column: str) -> Any:
    """Give a value by its column, or by a path of keys and list places such as ``cards.0.body``."""
    if column in values:
        return values[column]
    value: Any = values
    for key in column.split("."):
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return _MISSING
    return value


def _written(value: Any) -> str | None:
    if value is None or value is _MISSING:
        return None
    if isinstance(value, list | tuple):
        return "\n".join(written for part in value if (written := _written(part)))
    if isinstance(value, Mapping):
        return _written(list(value.values()))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _dated(value: Any, where: str) -> tuple[date | None, Problem | None]:
    written = _written(value)
    if not written:
        return None, None
    try:
        return date.fromisoformat(written.strip()[:10]), None
    except ValueError:
        return None, problem("row_date", where, value=excerpt(written))
