"""JSON: an object a line, or one export with a list of objects."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from classifier.errors import InputError, problem
from ui.intake.bounds import MOST_EXPORT, MOST_FIELD
from ui.intake.columns import ad_of
from ui.intake.domain import AdRow, RefusedRow, Source
from ui.intake.excerpts import excerpt
from ui.shown import shown

_BOM = b"\xef\xbb\xbf"
_LISTS = ("data", "ads", "results", "items")
"""Keys under which exports and interfaces of ad libraries put their list."""


def read_json_lines(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read a JSONL file line by line; a line that is not one sound object is refused, the others go on."""
    with source.path.open("rb") as file:
        for number, line in _lines(file):
            where = f"{source.path.name}:{number}"
            if line is None:
                yield RefusedRow(row_id=str(number), reason=problem("row_large", where, most=MOST_FIELD))
                continue
            try:
                values = strict_json(line)
            except (ValueError, RecursionError) as error:
                reason = problem("file_json", where, detail=_detail(error))
                yield RefusedRow(row_id=str(number), reason=reason, excerpt=excerpt(line[:400].decode("utf-8", "replace")))
                continue
            yield _row(values, number, where, source)


def read_json_export(source: Source) -> Iterator[AdRow | RefusedRow]:
    """Read a JSON file that is a list of objects, or an object that holds one under ``data``, ``ads``, ``results``, ``items``."""
    if source.path.stat().st_size > MOST_EXPORT:
        raise InputError(problem("file_large", str(source.path), most=MOST_EXPORT))
    try:
        whole = strict_json(source.path.read_bytes().removeprefix(_BOM))
    except (ValueError, RecursionError) as error:
        raise InputError(problem("file_json", str(source.path), detail=_detail(error))) from error
    rows = next((whole[key] for key in _LISTS if isinstance(whole.get(key), list)), [whole]) if isinstance(whole, dict) else whole
    if not isinstance(rows, list):
        raise InputError(problem("file_json", str(source.path), detail=type(whole).__name__))
    for number, values in enumerate(rows, 1):
        yield _row(values, number, f"{source.path.name}#{number}", source)


def strict_json(raw: bytes) -> Any:
    """Read JSON as the standard says it: no NaN, no key twice, UTF-8."""
    return _DECODER.decode(raw.decode("utf-8"))


def _row(values: Any, number: int, where: str, source: Source) -> AdRow | RefusedRow:
    if not isinstance(values, dict):
        reason = problem("file_column", where, column="+".join(source.columns.text), found=type(values).__name__)
        return RefusedRow(row_id=str(number), reason=reason)
    return ad_of(values, number, where, source.columns)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Give the lines that are not blank with their numbers; None for one that is too long, which is read past."""
    number = 0
    while line := file.readline(MOST_FIELD):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) >= MOST_FIELD and not line.endswith(b"\n"):
            while (rest := file.readline(MOST_FIELD)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif line.strip():
            yield number, line


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"key twice: {next(name for name in names if names.count(name) > 1)}")
    return values


def _detail(error: Exception) -> str:
    return "too deep" if isinstance(error, RecursionError) else shown(str(error))[:120]


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_once_each)
