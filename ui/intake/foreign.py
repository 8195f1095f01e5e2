"""The one place where what parsers raise becomes an error of ours."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile

from classifier.errors import InputError, problem
from ui.shown import shown

_BROKEN: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What readers of binary files have been seen to raise on files that are not whole; XML errors are SyntaxErrors."""


@contextmanager
def parsing(path: Path, *also: type[Exception]) -> Iterator[None]:
    """Say of whatever a parser stumbles over that the file cannot be read, and why."""
    broken = _BROKEN + also
    try:
        yield
    except broken as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
        raise InputError(problem("file_unreadable", str(path), detail=shown(detail)[:120])) from error
