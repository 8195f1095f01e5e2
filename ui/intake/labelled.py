"""Labelled texts for training and measuring: a table with the columns ``text`` and ``label``."""

from pathlib import Path

from classifier.errors import InputError
from ui.intake.domain import AdRow, ColumnMap
from ui.intake.reading import read_ads


def read_labelled(path: Path) -> list[tuple[str, str]]:
    """Read the texts and labels of a table.

    Raises
    ------
    InputError
        A column is missing or a row cannot be read.
    """
    rows = list(read_ads([path], ColumnMap(id="label"), lambda _: None))
    broken = [row.reason for row in rows if not isinstance(row, AdRow)]
    if broken:
        raise InputError(*broken[:5])
    return [(row.text, row.row_id) for row in rows if isinstance(row, AdRow)]
