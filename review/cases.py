"""Cases and what is known of them: opening, assessing anew, evidence, past decisions from elsewhere, the standing decision."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from classifier.domain import Assessment
from classifier.errors import FieldInvalid, OutOfScope, ReviewError, ScoringStopped, problem
from classifier.records import as_record, canonical
from review.domain import OpenedCase, Outcome, TaskKind
from review.people import SYSTEM, actor_id, permitted
from review.reasons import reasons_digest
from review.record import schema
from review.record.sealing import keyed, seal, sealed_text
from review.record.store import Store, one
from review.similar import keep_near_keys


def open_case(
    store: Store, assessment: Assessment, *, source: str, external_id: str, raw: bytes, by: str = SYSTEM, seller: str = ""
) -> OpenedCase:
    """Open a case for an ad, or give the one that is already open for the same ad of the same source.

    Raises
    ------
    ScoringStopped
        A lead has stopped scoring; nothing is opened.
    """
    ad = assessment.ad
    with store.writing() as connection:
        key = keyed(connection, "case", source, external_id, raw)
        known = connection.execute(select(schema.review_case.c.id).where(schema.review_case.c.origin_key == key)).scalar()
        if known is not None:
            return OpenedCase(case_id=int(known), is_new=False)
        refuse_stopped(connection)
        actor = actor_id(store, connection, by)
        case_id = int(connection.execute(select(func.coalesce(func.max(schema.review_case.c.id), 0) + 1)).scalar_one())
        origin = canonical({"source": source, "external_id": external_id, "seller": seller})
        store.add(
            connection,
            schema.review_case,
            by=actor,
            action="case_opened",
            case=case_id,
            origin_key=key,
            origin=seal(connection, origin, "origin", case_id),
            ad=seal(connection, ad.text, "ad", case_id),
            raw=seal(connection, raw, "raw", case_id),
            n_characters=len(ad.text),
            product=ad.product.value if ad.product else "",
            jurisdictions=",".join(ad.jurisdictions),
            opened_at=store.now,
        )
        keep_assessment(store, connection, case_id, as_record(assessment), actor)
        keep_near_keys(connection, case_id, ad.text)
        open_task(store, connection, case_id, TaskKind.FIRST, by=actor)
        return OpenedCase(case_id=case_id, is_new=True)


def reassess(store: Store, case_id: int, assessment: Assessment, by: str = SYSTEM) -> None:
    """Keep a newer assessment of a case: receipts for earlier ones are void from now on."""
    with store.writing() as connection:
        one(connection, schema.review_case, case_id)
        refuse_stopped(connection)
        keep_assessment(store, connection, case_id, as_record(assessment), actor_id(store, connection, by))


def receive_evidence(store: Store, case_id: int, content: str, *, by: str) -> int:
    """Keep what the advertiser sent after evidence was asked for, and open the case again; give the task's id.

    Raises
    ------
    ReviewError
        Nobody asked for evidence.
    """
    with store.writing() as connection:
        actor = permitted(store, connection, by, "receive_evidence")
        standing = standing_decision(connection, case_id)
        if standing is None or standing["outcome"] != Outcome.NEEDS_SUBSTANTIATION:
            raise ReviewError(problem("evidence_not_asked", f"case {case_id}"))
        kept = seal(connection, content, "evidence", case_id)
        values = {"decision_id": standing["id"], "content": kept, "received_at": store.now}
        store.add(connection, schema.evidence, by=actor, action="evidence_received", case=case_id, **values)
        return open_task(store, connection, case_id, TaskKind.REOPENED, by=actor, about=standing["id"])


def keep_foreign_record(store: Store, *, source: str, external_id: str, body: Mapping[str, Any], by: str) -> int:
    """Keep a decision taken elsewhere as a foreign record: it can be read, and is never a decision here."""
    with store.writing() as connection:
        actor = permitted(store, connection, by, "file_appeal")
        key = keyed(connection, "foreign", source, external_id)
        known = connection.execute(select(schema.foreign_record.c.id).where(schema.foreign_record.c.origin_key == key)).scalar()
        if known is not None:
            return int(known)
        kept = seal(connection, canonical({"source": source, "external_id": external_id, "body": dict(body)}), "foreign")
        return store.add(
            connection, schema.foreign_record, by=actor, action="foreign_record_kept", origin_key=key, body=kept, imported_at=store.now
        )


def foreign_records(store: Store) -> tuple[dict[str, Any], ...]:
    """Give the decisions taken elsewhere that were imported, as they were given."""
    with store.reading() as connection:
        rows = connection.execute(select(schema.foreign_record.c.body).order_by(schema.foreign_record.c.id)).scalars().all()
        return tuple(json.loads(sealed_text(connection, body)) for body in rows if sealed_text(connection, body))


def open_task(store: Store, connection: Connection, case_id: int, kind: TaskKind, *, by: int, about: int | None = None) -> int:
    """Ask for one decision on a case; an ask about the same decision that is there already is given instead."""
    table = schema.task
    if about is not None:
        known = connection.execute(select(table.c.id).where(table.c.kind == kind.value, table.c.about_id == about)).scalar()
        if known is not None:
            return int(known)
    number = (connection.execute(select(func.max(table.c.number)).where(table.c.case_id == case_id)).scalar() or 0) + 1
    values = {"case_id": case_id, "number": number, "kind": kind.value, "about_id": about, "opened_at": store.now}
    return store.add(connection, table, by=by, action=f"{kind.value}_asked", case=case_id, **values)


def standing_decision(connection: Connection, case_id: int) -> dict[str, Any] | None:
    """Give the decision that stands for a case: the newest that is not a second opinion."""
    table = schema.decision
    chosen = (
        select(table).where(table.c.case_id == case_id, table.c.task_kind != TaskKind.SECOND.value).order_by(table.c.id.desc()).limit(1)
    )
    row = connection.execute(chosen).mappings().first()
    return dict(row) if row else None


def newest_assessment(connection: Connection, case_id: int) -> dict[str, Any]:
    """Give the newest assessment of a case.

    Raises
    ------
    ReviewError
        There is no such case.
    """
    table = schema.assessment
    row = connection.execute(select(table).where(table.c.case_id == case_id).order_by(table.c.id.desc()).limit(1)).mappings().first()
    if row is None:
        raise ReviewError(problem("case_unknown", f"case {case_id}"))
    return dict(row)


def assessment_record(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """Give an assessment as it was made.

    Raises
    ------
    OutOfScope
        Its text was erased by order.
    """
    written = sealed_text(connection, row["record"])
    if not written:
        raise OutOfScope(problem("text_erased", f"case {row['case_id']}"))
    return dict(json.loads(written))


def keep_assessment(store: Store, connection: Connection, case_id: int, record: dict[str, Any], by: int) -> None:
    """Add an assessment to a case."""
    number = connection.execute(select(func.count()).where(schema.assessment.c.case_id == case_id)).scalar() or 0
    store.add(
        connection,
        schema.assessment,
        by=by,
        action="assessed",
        case=case_id,
        case_id=case_id,
        number=number + 1,
        scope=record["ruling"]["scope"],
        language=record["ruling"]["language"],
        risk=record["risk"],
        triage=record["triage"],
        categories=",".join(dict.fromkeys(found["category"] for claim in record["claims"] for found in claim["findings"])),
        record=seal(connection, canonical(record), "assessment", case_id),
        digest=record["digest"],
        reasons_digest=reasons_digest(record),
        made_at=store.now,
    )


def refuse_stopped(connection: Connection) -> None:
    """Refuse scoring while it is stopped.

    Raises
    ------
    ScoringStopped
        It is.
    """
    if is_stopped(connection):
        raise ScoringStopped(problem("scoring_stopped"))


def is_stopped(connection: Connection) -> bool:
    """Say whether a lead has stopped scoring."""
    newest = select(schema.stop.c.is_stopped).order_by(schema.stop.c.id.desc()).limit(1)
    return bool(connection.execute(newest).scalar())


def stop_scoring(store: Store, *, is_stopped: bool, by: str, reason: str) -> None:
    """Stop scoring at once, or let it go on. Reading, deciding on what was shown, and appeals are not touched."""
    if len(reason.strip()) < 3:
        raise FieldInvalid(problem("rationale_length", least=3, most=5_000))
    with store.writing() as connection:
        actor = permitted(store, connection, by, "stop_scoring")
        kept = seal(connection, reason.strip(), "note")
        action = "scoring_stopped" if is_stopped else "scoring_resumed"
        values: dict[str, Any] = {"is_stopped": int(is_stopped), "by_id": actor, "reason": kept, "changed_at": store.now}
        store.add(connection, schema.stop, by=actor, action=action, **values)
