"""What to do with which files: a scan or a queueing, and what became of the ads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from classifier.domain import Ad
from classifier.errors import Problem
from ui.intake.domain import ColumnMap
from ui.intake.journal import EVERY
from ui.intake.refused import SideFile

MOST_ROWS = 2_000_000
"""Rows of one run; more than that is no list that people will review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What to scan and how.

    ``make`` makes an ad of a text; ``dated`` says that its date was given and is not just today. ``side`` takes the rows
    that cannot be read; without it one such row stops the run. ``grouped`` finds copies. ``note`` is told what readers notice.
    ``own_packs`` is a folder of rule packs to use besides those that ship.
    """

    inputs: tuple[Path, ...]
    out: Path
    columns: ColumnMap
    make: "partial[Ad]"
    note: Callable[[Problem], None]
    jobs: int = 1
    dated: bool = False
    side: SideFile | None = None
    grouped: bool = False
    own_packs: Path | None = None
    every: int = EVERY


@dataclass(slots=True)
class Counts:
    """What became of the ads of a run; ``resumed`` is how many rows an interrupted run had done."""

    ads: int = 0
    flagged: int = 0
    refused: int = 0
    unreadable: int = 0
    copies: int = 0
    resumed: int = 0

    def kept(self) -> dict[str, int]:
        """Give the counts that an interrupted run hands on."""
        names = ("ads", "flagged", "refused", "unreadable", "copies")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queueing:
    """Which ads to queue and where; the fields mean what they mean for a scan. ``once`` opens one case for ads that are copies."""

    inputs: tuple[Path, ...]
    store: str | None
    columns: ColumnMap
    make: "partial[Ad]"
    note: Callable[[Problem], None]
    side: SideFile | None = None
    once: bool = False
    own_packs: Path | None = None
    most_rows: int = MOST_ROWS


@dataclass(slots=True)
class QueueCounts(Counts):
    """What became of the ads, and how many cases were opened for them."""

    opened: int = 0
