"""Near-duplicates of an ad: found by shared bands of a MinHash over its words, so that a decision can be suggested, never applied."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, select

from classifier.errors import NoFirstView, problem
from classifier.reading.folding import fold
from classifier.reading.normalise import normalise
from review.domain import Outcome
from review.record import schema
from review.record.sealing import keyed, sealed_text
from review.record.store import Store, next_id, one

LEAST_SIMILARITY = 0.7
"""Share of common three-word runs from which two ads are near-duplicates."""
_SHINGLE, _BANDS, _ROWS = 3, 8, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A decision on a near-duplicate: worth reading, never applied by itself."""

    case_id: int
    similarity: float
    outcome: Outcome
    rationale: str


def keep_near_keys(connection: Connection, case_id: int, text: str) -> None:
    """Keep the keys under which near-duplicates of an ad are found. They are keyed: no text can be read from them."""
    first = next_id(connection, schema.near_key)
    rows = [{"id": first + n, "case_id": case_id, "band": band} for n, band in enumerate(_bands(connection, text))]
    if rows:
        connection.execute(schema.near_key.insert(), rows)


def suggest(store: Store, receipt_id: int) -> tuple[Suggestion, ...]:
    """Give the standing decisions on near-duplicates of a case, nearest first, once the reviewer's first view is recorded.

    Raises
    ------
    NoFirstView
        It is not: somebody else's decision would sway it.
    """
    with store.reading() as connection:
        seen = connection.execute(select(schema.first_view.c.id).where(schema.first_view.c.receipt_id == receipt_id)).scalar()
        if seen is None:
            raise NoFirstView(problem("first_view_missing", f"receipt {receipt_id}"))
        case_id = int(one(connection, schema.receipt, receipt_id)["case_id"])
        found = [_suggestion(connection, other, similarity) for other, similarity in near(connection, case_id)]
        return tuple(suggestion for suggestion in found if suggestion)


def near(connection: Connection, case_id: int) -> list[tuple[int, float]]:
    """Give near-duplicates of a case with their similarity in (0, 1], nearest first."""
    table = schema.near_key
    bands = select(table.c.band).where(table.c.case_id == case_id)
    others = (
        connection.execute(select(table.c.case_id).where(table.c.band.in_(bands), table.c.case_id != case_id).distinct()).scalars().all()
    )
    own = _shingles(_text(connection, case_id))
    found = [(other, _similarity(own, _shingles(_text(connection, other)))) for other in others]
    return sorted(((other, s) for other, s in found if s >= LEAST_SIMILARITY), key=lambda pair: (-pair[1], pair[0]))


def _suggestion(connection: Connection, case_id: int, similarity: float) -> Suggestion | None:
    table = schema.decision
    chosen = select(table).where(table.c.case_id == case_id, table.c.task_kind != "second").order_by(table.c.id.desc()).limit(1)
    row = connection.execute(chosen).mappings().first()
    if row is None:
        return None
    rationale = sealed_text(connection, row["rationale"])
    return Suggestion(case_id=case_id, similarity=similarity, outcome=Outcome(row["outcome"]), rationale=rationale)


def _text(connection: Connection, case_id: int) -> str:
    return sealed_text(connection, one(connection, schema.review_case, case_id)["ad"])


def _shingles(text: str) -> frozenset[str]:
    words = fold(normalise(text).view).split()
    return frozenset(" ".join(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1))) if words else frozenset()


def _similarity(one_set: frozenset[str], other: frozenset[str]) -> float:
    return len(one_set & other) / len(one_set | other) if one_set and other else 0.0


def _bands(connection: Connection, text: str) -> list[str]:
    shingles = [shingle.encode("utf-8", "surrogatepass") for shingle in _shingles(text)]
    if not shingles:
        return []
    least = [
        min(hashlib.blake2b(shingle, digest_size=8, salt=n.to_bytes(8, "big")).digest() for shingle in shingles)
        for n in range(_BANDS * _ROWS)
    ]
    return [keyed(connection, "near", str(b), b"".join(least[b * _ROWS : (b + 1) * _ROWS]))[:32] for b in range(_BANDS)]
