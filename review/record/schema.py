"""The tables of the record: one schema for SQLite and PostgreSQL. Rows are added, never changed or removed.

Instants are UTC, written as fixed-width ISO text, so that they sort and compare alike on both.
"""

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from review.domain import Outcome

SCHEMA_VERSION = 1

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

_Id = BigInteger().with_variant(Integer, "sqlite")
_OUTCOMES = ", ".join(f"'{outcome.value}'" for outcome in Outcome)


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))

actor = Table("actor", metadata, _id(), _text("name"), _text("added_at"), UniqueConstraint("name"))

review_case = Table(
    "review_case",
    metadata,
    _id(),
    _text("ad_text"),
    Column("ad_raw", LargeBinary, nullable=False),
    _text("ad_digest"),
    _text("source"),
    _text("external_id"),
    _text("opened_at"),
    UniqueConstraint("source", "external_id", "ad_digest"),
)

assessment = Table(
    "assessment",
    metadata,
    _id(),
    Column("case_id", _Id, ForeignKey("review_case.id"), nullable=False),
    Column("number", Integer, nullable=False),
    _text("scope"),
    _text("language"),
    Column("risk", Float),
    Column("triage", Text),
    _text("record"),
    _text("digest"),
    _text("reasons_digest"),
    _text("made_at"),
    UniqueConstraint("case_id", "number"),
    UniqueConstraint("id", "case_id", "reasons_digest", "scope"),
    CheckConstraint("(scope = 'in') = (risk IS NOT NULL)", name="refused_has_no_score"),
)

receipt = Table(
    "receipt",
    metadata,
    _id(),
    Column("case_id", _Id, nullable=False),
    Column("reviewer_id", _Id, ForeignKey("actor.id"), nullable=False),
    Column("assessment_id", _Id, nullable=False),
    _text("reasons_digest"),
    _text("scope"),
    _text("shown_at"),
    _text("ready_at"),
    _text("stale_at"),
    ForeignKeyConstraint(
        ["assessment_id", "case_id", "reasons_digest", "scope"],
        ["assessment.id", "assessment.case_id", "assessment.reasons_digest", "assessment.scope"],
    ),
    UniqueConstraint("id", "case_id", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at"),
    CheckConstraint("scope = 'in'", name="only_advertising"),
    CheckConstraint("shown_at < ready_at AND ready_at < stale_at", name="instants_in_order"),
)

first_view = Table(
    "first_view",
    metadata,
    _id(),
    Column("receipt_id", _Id, ForeignKey("receipt.id"), nullable=False),
    _text("outcome"),
    _text("reason_views"),
    _text("recorded_at"),
    UniqueConstraint("receipt_id"),
    UniqueConstraint("id", "receipt_id"),
    CheckConstraint(f"outcome IN ({_OUTCOMES})", name="known_outcome"),
)

score_view = Table(
    "score_view",
    metadata,
    _id(),
    Column("receipt_id", _Id, nullable=False),
    Column("first_view_id", _Id, nullable=False),
    _text("shown_at"),
    ForeignKeyConstraint(["first_view_id", "receipt_id"], ["first_view.id", "first_view.receipt_id"]),
    UniqueConstraint("receipt_id"),
    UniqueConstraint("id", "receipt_id", "first_view_id"),
)

decision = Table(
    "decision",
    metadata,
    _id(),
    Column("case_id", _Id, nullable=False),
    Column("receipt_id", _Id, nullable=False),
    Column("reviewer_id", _Id, nullable=False),
    Column("assessment_id", _Id, nullable=False),
    _text("reasons_digest"),
    _text("ready_at"),
    _text("stale_at"),
    Column("first_view_id", _Id, nullable=False),
    Column("score_view_id", _Id, nullable=False),
    _text("outcome"),
    _text("grounds"),
    _text("rationale"),
    _text("change_reason"),
    _text("decided_at"),
    ForeignKeyConstraint(
        ["receipt_id", "case_id", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at"],
        [f"receipt.{c}" for c in ("id", "case_id", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at")],
    ),
    ForeignKeyConstraint(
        ["score_view_id", "receipt_id", "first_view_id"], ["score_view.id", "score_view.receipt_id", "score_view.first_view_id"]
    ),
    UniqueConstraint("receipt_id"),
    UniqueConstraint("case_id"),
    CheckConstraint(f"outcome IN ({_OUTCOMES})", name="known_outcome"),
    CheckConstraint("decided_at >= ready_at", name="reasons_looked_at"),
    CheckConstraint("decided_at <= stale_at", name="receipt_not_stale"),
    CheckConstraint("length(trim(rationale)) >= 3", name="has_rationale"),
    CheckConstraint("grounds <> '[]'", name="has_grounds"),
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("sequence", _Id, primary_key=True, autoincrement=False),
    _text("at"),
    _text("actor"),
    _text("action"),
    _text("body"),
    _text("previous_digest"),
    _text("digest"),
    UniqueConstraint("previous_digest"),
    UniqueConstraint("digest"),
)

KEPT = (actor, review_case, assessment, receipt, first_view, score_view, decision)
"""Tables whose every row has its event, in the order rows may refer to each other."""

_SQLITE_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, 'history is only added to'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION adcheck_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'history is only added to'; END $$
"""
_POSTGRES_GUARD = """
CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION adcheck_refuse()
"""


def _guard(table: Table) -> None:
    for verb in ("update", "delete"):
        statement = _SQLITE_GUARD.format(table=table.name, verb=verb, VERB=verb.upper())
        event.listen(metadata, "after_create", DDL(statement).execute_if(dialect="sqlite"))
    statement = _POSTGRES_GUARD.format(table=table.name)
    event.listen(metadata, "after_create", DDL(statement).execute_if(dialect="postgresql"))


event.listen(metadata, "after_create", DDL(_POSTGRES_FUNCTION).execute_if(dialect="postgresql"))
for _table in (*KEPT, audit_event):
    _guard(_table)
