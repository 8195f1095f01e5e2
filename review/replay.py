"""Replaying an assessment: from the archived model and packs, on any day, to the same digest."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from classifier.checker import Checker, assess, make_ad
from classifier.domain import Ad, ProductKind
from classifier.errors import StoreError, problem
from classifier.law.loading import compile_pack
from classifier.law.pack_file import read_raw_pack
from classifier.law.rules import RulePack
from classifier.model.artifact import load_model, read_model
from classifier.model.scoring import Scorer
from review.cases import assessment_record
from review.people import SYSTEM, actor_id
from review.record import schema
from review.record.sealing import sealed_bytes
from review.record.store import Store

MODEL_FILES = ("manifest.json", "features.txt", "weights.npz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of replaying one assessment. ``why`` is empty when the digest is the same."""

    assessment_id: int
    is_same: bool
    why: str
    risk_gap: float


def archive(store: Store, packs: Iterable[RulePack]) -> int:
    """Keep the model that ships with this program and the packs in use in the record, once each; give how many files were new."""
    folder = files("classifier.model") / "trained"
    model = load_model().digest
    wanted = [(model, name, (folder / name).read_bytes()) for name in MODEL_FILES]
    wanted += [(pack.digest, f"{pack.name}.json", pack.raw) for pack in packs]
    n_new = 0
    with store.writing() as connection:
        actor = actor_id(store, connection, SYSTEM)
        table = schema.archived
        known = set(connection.execute(select(table.c.digest, table.c.name)).all())
        for digest, name, body in wanted:
            if (digest, name) not in known:
                values: dict[str, Any] = {"digest": digest, "name": name, "body": body, "archived_at": store.now}
                store.add(connection, table, by=actor, action="file_archived", **values)
                n_new += 1
    return n_new


def decided_assessments(store: Store, case_id: int | None = None) -> list[int]:
    """Give the assessments decisions rest on: of one case, or of all."""
    table = schema.decision
    chosen = select(table.c.assessment_id).distinct().order_by(table.c.assessment_id)
    with store.reading() as connection:
        return list(connection.execute(chosen.where(table.c.case_id == case_id) if case_id else chosen).scalars())


def replay(store: Store, assessment_ids: Iterable[int]) -> Iterator[Replayed]:
    """Assess the stored ads again with what they were assessed with, and compare digests."""
    with store.reading() as connection, tempfile.TemporaryDirectory() as folder:
        checkers = _Archive(connection, Path(folder))
        for assessment_id in assessment_ids:
            row = connection.execute(select(schema.assessment).where(schema.assessment.c.id == assessment_id)).mappings().one()
            opened = connection.execute(select(schema.review_case).where(schema.review_case.c.id == row["case_id"])).mappings().one()
            raw = sealed_bytes(connection, opened["raw"])
            if raw is None:
                yield Replayed(assessment_id=assessment_id, is_same=False, why="erased", risk_gap=0.0)
                continue
            yield _replayed(checkers, assessment_record(connection, dict(row)), raw, assessment_id)


def _replayed(archive: "_Archive", record: dict[str, Any], raw: bytes, assessment_id: int) -> Replayed:
    provenance = record["provenance"]
    try:
        checker = archive.checker(provenance["model_digest"], tuple(map(tuple, provenance["packs"])))
    except StoreError as error:
        return Replayed(assessment_id=assessment_id, is_same=False, why=error.problems[0].code, risk_gap=0.0)
    again = assess(_ad(record["ad"], raw), checker)
    gap = abs((again.risk or 0.0) - (record["risk"] or 0.0))
    is_other_code = again.provenance.code_version != provenance["code_version"]
    why = "" if again.digest == record["digest"] else "code_differs" if is_other_code else "differs"
    return Replayed(assessment_id=assessment_id, is_same=not why, why=why, risk_gap=gap)


def _ad(told: dict[str, Any], raw: bytes) -> Ad:
    """Make the ad again from what the assessment holds of it and the bytes as received."""
    ad = make_ad(told["text"], as_of=date.fromisoformat(told["as_of"]), jurisdictions=tuple(told["jurisdictions"]), raw=raw)
    known = {field.name for field in fields(Ad)} - {"text", "raw_digest", "as_of", "jurisdictions", "product"}
    further = {name: value for name, value in told.items() if name in known}
    return replace(ad, product=ProductKind(told["product"]) if told["product"] else None, **further)


class _Archive:
    """Models and packs read back from the record, each pair put together once."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._connection, self._folder = connection, folder
        self._checkers: dict[tuple[object, ...], Checker] = {}

    def checker(self, model: str, packs: tuple[tuple[str, str], ...]) -> Checker:
        """Give a checker with this model and these packs.

        Raises
        ------
        StoreError
            One of them is not archived.
        """
        if (model, packs) not in self._checkers:
            folder = self._folder / model
            folder.mkdir(exist_ok=True)
            for name in MODEL_FILES:
                (folder / name).write_bytes(self._body(model, name))
            scorer = Scorer(read_model(folder, pinned=model))
            loaded = tuple(compile_pack(read_raw_pack(name, self._body(digest, f"{name}.json"))) for name, digest in packs)
            self._checkers[model, packs] = Checker(packs=loaded, scorer=scorer)
        return self._checkers[model, packs]

    def _body(self, digest: str, name: str) -> bytes:
        table = schema.archived
        body = self._connection.execute(select(table.c.body).where(table.c.digest == digest, table.c.name == name)).scalar()
        if body is None:
            raise StoreError(problem("archive_missing", f"{name} {digest[:12]}"))
        return bytes(body)
