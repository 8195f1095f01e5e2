"""Tab-separated files of the corpus: a header, a row a line, every problem named with its place."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from classifier.errors import CorpusError, problem


def read_table(file: Path, header: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    r"""Give each row with its line number; a line break inside a cell is written ``\n``.

    Raises
    ------
    CorpusError
        The file is missing, has another header, or a row with another number of cells.
    """
    try:
        lines = file.read_text("utf-8").rstrip("\n").split("\n")
    except OSError as error:
        raise CorpusError(problem("file_unreadable", str(file), detail=error.strerror or str(error))) from error
    if lines[0].split("\t") != list(header):
        raise CorpusError(problem("corpus_header", f"{file}:1", expected=" ".join(header)))
    rows = [(number, line.split("\t")) for number, line in enumerate(lines[1:], 2)]
    wrong = [
        problem("corpus_line", f"{file}:{n}", detail=f"{len(c)} cells, expected {len(header)}") for n, c in rows if len(c) != len(header)
    ]
    if wrong:
        raise CorpusError(*wrong)
    for number, cells in rows:
        yield number, {name: cell.replace("\\n", "\n") for name, cell in zip(header, cells, strict=True)}
