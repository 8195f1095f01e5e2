"""What a reviewer has written in a case and not yet recorded: kept beside the record, so that a reload or a new sign-in loses nothing.

A draft is no part of the record and no proof of anything. It is forgotten with the decision, at a skip, at an erasure, and after a week.
"""

import json
import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, insert, select

from review.record.store import STORE_VARIABLE
from ui.beside import file_beside, open_beside

KEPT = 7 * 24 * 60 * 60
"""Seconds after which a draft nobody went on with is forgotten."""

_metadata = MetaData()
_draft = Table(
    "draft", _metadata, Column("reviewer", Text, primary_key=True), Column("case_id", Integer, primary_key=True),
    Column("written", Text, nullable=False), Column("at", Integer, nullable=False),
)  # fmt: skip


class Drafts:
    """The drafts of one record, one a reviewer and case. ``now`` gives seconds since 1970."""

    def __init__(self, file: Path) -> None:
        self.file, self._engine = file, open_beside(file, _metadata)

    def now(self) -> int:
        """Give the present second."""
        return int(datetime.now(UTC).timestamp())

    def keep(self, reviewer: str, case_id: int, written: dict[str, Any]) -> None:
        """Keep what is written now in place of what was."""
        told = json.dumps(written, ensure_ascii=True)
        with self._engine.begin() as connection:
            connection.execute(delete(_draft).where(_draft.c.reviewer == reviewer, _draft.c.case_id == case_id))
            connection.execute(delete(_draft).where(_draft.c.at < self.now() - KEPT))
            connection.execute(insert(_draft).values(reviewer=reviewer, case_id=case_id, written=told, at=self.now()))

    def written(self, reviewer: str, case_id: int) -> dict[str, Any]:
        """Give what this reviewer has written in a case; empty for nothing."""
        own = select(_draft.c.written).where(_draft.c.reviewer == reviewer, _draft.c.case_id == case_id)
        with self._engine.connect() as connection:
            told = connection.execute(own.where(_draft.c.at >= self.now() - KEPT)).scalar()
        return dict(json.loads(told)) if told else {}

    def forget(self, case_id: int, reviewer: str | None = None) -> None:
        """Forget a reviewer's draft of a case, or everybody's."""
        of_whom = [] if reviewer is None else [_draft.c.reviewer == reviewer]
        with self._engine.begin() as connection:
            connection.execute(delete(_draft).where(_draft.c.case_id == case_id, *of_whom))


def drafts() -> Drafts:
    """Give the drafts beside the record in use."""
    return drafts_of(os.environ.get(STORE_VARIABLE, ""))


@cache
def drafts_of(url: str) -> Drafts:
    """Give the drafts beside a record."""
    return Drafts(file_beside(url, "drafts"))
