"""The tables of the record: one schema for SQLite and PostgreSQL. Rows are added, never changed or removed.

Instants are UTC, in whole microseconds since 1970. A column named after what it holds, of kind ``_sealed``, holds the
commitment to a text that is kept beside the chain; see :mod:`review.record.sealing`. What keys and checks can say of the
law of review is said here; what they cannot stands in :mod:`review.record.guards`.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from review.domain import AppealResult, Outcome, PaperKind, Role, TaskKind

LEAST_LOOK = 3_000_000
LOOK_PER_CHARACTER = 5_000
STALE_AFTER = 1_800_000_000
"""Microseconds: reasons are looked at for 3 s and 1 s more per 200 characters, and are good for half an hour."""

LOCK = 4417
"""The number PostgreSQL's writers wait for each other under."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
_Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _sealed(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _at(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _of(name: str, target: str) -> Column[int]:
    return Column(name, _Id, ForeignKey(f"{target}.id"), nullable=False)


def _one_of(column: str, values: type) -> CheckConstraint:
    listed = ", ".join(f"'{value.value}'" for value in values)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")


def _same(columns: tuple[str, ...], target: str, named: tuple[str, ...] | None = None) -> ForeignKeyConstraint:
    """Refer to another table's row by several columns: the row repeats what it relies on."""
    return ForeignKeyConstraint(list(columns), [f"{target}.{column}" for column in named or columns])


store_key = Table("store_key", metadata, _id(), Column("key", LargeBinary, nullable=False))
KEY, BY_HAND = 1, 2
"""Rows of it: the record's own random key; and, in a record whose instants are set by hand (practice, tests), a word that says so."""

sealed = Table(
    "sealed",
    metadata,
    Column("commitment", Text, primary_key=True),
    Column("case_id", _Id),
    _text("kind"),
    Column("salt", LargeBinary),
    Column("body", LargeBinary),
    CheckConstraint("(salt IS NULL) = (body IS NULL)", name="erased_together"),
)

actor = Table("actor", metadata, _id(), _text("kind"), _text("name_key"), _sealed("name"), _at("added_at"), UniqueConstraint("name_key"))

role_change = Table(
    "role_change",
    metadata,
    _id(),
    _of("actor_id", "actor"),
    _text("role"),
    Column("is_granted", Integer, nullable=False),
    _of("by_id", "actor"),
    _sealed("reason"),
    _at("changed_at"),
    _one_of("role", Role),
    CheckConstraint("is_granted IN (0, 1)", name="granted_or_not"),
)

review_case = Table(
    "review_case",
    metadata,
    _id(),
    _text("origin_key"),
    _sealed("origin"),
    _sealed("ad"),
    _sealed("raw"),
    Column("n_characters", Integer, nullable=False),
    _text("product"),
    _text("jurisdictions"),
    _at("opened_at"),
    UniqueConstraint("origin_key"),
)

assessment = Table(
    "assessment",
    metadata,
    _id(),
    _of("case_id", "review_case"),
    Column("number", Integer, nullable=False),
    _text("scope"),
    _text("language"),
    Column("risk", Float),
    Column("triage", Text),
    _text("categories"),
    _sealed("record"),
    _text("digest"),
    _text("reasons_digest"),
    _at("made_at"),
    UniqueConstraint("case_id", "number"),
    UniqueConstraint("id", "case_id", "reasons_digest", "scope"),
    CheckConstraint("(scope = 'in') = (risk IS NOT NULL)", name="refused_has_no_score"),
)

near_key = Table("near_key", metadata, _id(), _of("case_id", "review_case"), _text("band"), UniqueConstraint("band", "case_id"))

golden = Table(
    "golden",
    metadata,
    _id(),
    _of("case_id", "review_case"),
    _text("answer"),
    _of("by_id", "actor"),
    _at("added_at"),
    UniqueConstraint("case_id"),
    CheckConstraint("answer IN ('misleading', 'not_misleading')", name="known_answer"),
)

task = Table(
    "task",
    metadata,
    _id(),
    _of("case_id", "review_case"),
    Column("number", Integer, nullable=False),
    _text("kind"),
    Column("about_id", _Id),
    _at("opened_at"),
    ForeignKeyConstraint(
        ["about_id", "case_id"], ["decision.id", "decision.case_id"], use_alter=True, name="fk_task_about_id_case_id_decision"
    ),
    UniqueConstraint("case_id", "number"),
    UniqueConstraint("id", "case_id", "kind"),
    UniqueConstraint("kind", "about_id"),
    _one_of("kind", TaskKind),
    CheckConstraint("(kind = 'first') = (about_id IS NULL)", name="about_a_decision"),
    CheckConstraint("(kind = 'first') = (number = 1)", name="first_comes_first"),
)

claim = Table(
    "claim",
    metadata,
    _id(),
    _of("task_id", "task"),
    _of("reviewer_id", "actor"),
    _at("claimed_at"),
    _at("until"),
    UniqueConstraint("id", "task_id", "reviewer_id"),
    CheckConstraint(f"until > claimed_at AND until - claimed_at <= {STALE_AFTER}", name="instants_in_order"),
)

claim_end = Table(
    "claim_end",
    metadata,
    _id(),
    _of("claim_id", "claim"),
    _text("kind"),
    _sealed("reason"),
    _at("ended_at"),
    UniqueConstraint("claim_id"),
    CheckConstraint("kind IN ('skipped', 'given_back')", name="known_kind"),
)

_SHOWN = ("case_id", "task_id", "task_kind", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at")

receipt = Table(
    "receipt",
    metadata,
    _id(),
    Column("case_id", _Id, nullable=False),
    Column("task_id", _Id, nullable=False),
    _text("task_kind"),
    Column("claim_id", _Id, nullable=False),
    _of("reviewer_id", "actor"),
    Column("assessment_id", _Id, nullable=False),
    _text("reasons_digest"),
    _text("scope"),
    _at("shown_at"),
    _at("ready_at"),
    _at("stale_at"),
    _same(("assessment_id", "case_id", "reasons_digest", "scope"), "assessment", ("id", "case_id", "reasons_digest", "scope")),
    _same(("task_id", "case_id", "task_kind"), "task", ("id", "case_id", "kind")),
    _same(("claim_id", "task_id", "reviewer_id"), "claim", ("id", "task_id", "reviewer_id")),
    UniqueConstraint("id", *_SHOWN, name="uq_receipt_shown"),
    CheckConstraint("scope = 'in'", name="only_advertising"),
    CheckConstraint(f"stale_at > ready_at AND stale_at - shown_at <= {STALE_AFTER}", name="not_for_ever"),
)

first_view = Table(
    "first_view",
    metadata,
    _id(),
    _of("receipt_id", "receipt"),
    _text("outcome"),
    _text("reason_views"),
    _at("recorded_at"),
    UniqueConstraint("receipt_id"),
    UniqueConstraint("id", "receipt_id"),
    _one_of("outcome", Outcome),
)

score_view = Table(
    "score_view",
    metadata,
    _id(),
    Column("receipt_id", _Id, nullable=False),
    Column("first_view_id", _Id, nullable=False),
    _at("shown_at"),
    _same(("first_view_id", "receipt_id"), "first_view", ("id", "receipt_id")),
    UniqueConstraint("receipt_id"),
    UniqueConstraint("id", "receipt_id", "first_view_id"),
)

decision = Table(
    "decision",
    metadata,
    _id(),
    Column("receipt_id", _Id, nullable=False),
    Column("case_id", _Id, nullable=False),
    Column("task_id", _Id, nullable=False),
    _text("task_kind"),
    Column("reviewer_id", _Id, nullable=False),
    Column("assessment_id", _Id, nullable=False),
    _text("reasons_digest"),
    _at("ready_at"),
    _at("stale_at"),
    Column("first_view_id", _Id, nullable=False),
    Column("score_view_id", _Id, nullable=False),
    _text("outcome"),
    _text("grounds"),
    _sealed("rationale"),
    Column("change_reason", Text),  # sealed, where there is one
    _text("appeal_result"),
    _at("decided_at"),
    _same(("receipt_id", *_SHOWN), "receipt", ("id", *_SHOWN)),
    _same(("score_view_id", "receipt_id", "first_view_id"), "score_view", ("id", "receipt_id", "first_view_id")),
    UniqueConstraint("task_id"),
    UniqueConstraint("id", "case_id"),
    UniqueConstraint("id", "reviewer_id"),
    _one_of("outcome", Outcome),
    CheckConstraint("decided_at >= ready_at", name="reasons_looked_at"),
    CheckConstraint("decided_at <= stale_at", name="receipt_not_stale"),
    CheckConstraint("grounds LIKE '[\"_%\"]'", name="has_grounds"),
    CheckConstraint(
        f"(task_kind = 'appeal') = (appeal_result <> '') AND appeal_result IN ('', {', '.join(repr(r.value) for r in AppealResult)})",
        name="appeal_has_a_result",
    ),
)

appeal = Table(
    "appeal", metadata, _id(), _of("decision_id", "decision"), _sealed("letter"), _at("filed_at"), UniqueConstraint("decision_id")
)

evidence = Table("evidence", metadata, _id(), _of("decision_id", "decision"), _sealed("content"), _at("received_at"))

paper = Table(
    "paper",
    metadata,
    _id(),
    Column("decision_id", _Id, nullable=False),
    _text("kind"),
    _text("language"),
    _sealed("content"),
    Column("signer_id", _Id, nullable=False),
    _at("signed_at"),
    _same(("decision_id", "signer_id"), "decision", ("id", "reviewer_id")),
    UniqueConstraint("decision_id", "kind", "language"),
    _one_of("kind", PaperKind),
)

foreign_record = Table(
    "foreign_record", metadata, _id(), _text("origin_key"), _sealed("body"), _at("imported_at"), UniqueConstraint("origin_key")
)

stop = Table(
    "stop",
    metadata,
    _id(),
    Column("is_stopped", Integer, nullable=False),
    _of("by_id", "actor"),
    _sealed("reason"),
    _at("changed_at"),
    CheckConstraint("is_stopped IN (0, 1)", name="stopped_or_not"),
)

setting = Table("setting", metadata, _id(), _text("name"), _text("value"), _of("by_id", "actor"), _at("changed_at"))

archived = Table(
    "archived",
    metadata,
    _id(),
    _text("digest"),
    _text("name"),
    Column("body", LargeBinary, nullable=False),
    _at("archived_at"),
    UniqueConstraint("digest", "name"),
)

model_change = Table(
    "model_change", metadata, _id(), _text("from_digest"), _text("to_digest"), _text("comparison"), _of("by_id", "actor"), _at("changed_at")
)

erasure = Table("erasure", metadata, _id(), Column("case_id", _Id, nullable=False), _text("by_order"), _at("erased_at"))
"""Refers to nothing by key: a backup with erased texts is restored with its erasures first."""

audit_event = Table(
    "audit_event",
    metadata,
    Column("sequence", _Id, primary_key=True, autoincrement=False),
    _at("at"),
    Column("actor_id", _Id, nullable=False),
    _text("action"),
    Column("case_id", _Id),
    _text("body"),
    _text("previous_digest"),
    _text("digest"),
    UniqueConstraint("previous_digest"),
    UniqueConstraint("digest"),
)

INDEXES = (
    Index("ix_audit_event_case_id", audit_event.c.case_id),
    Index("ix_claim_task_id", claim.c.task_id),
    Index("ix_decision_case_id", decision.c.case_id),
    Index("ix_decision_reviewer_id", decision.c.reviewer_id),
    Index("ix_evidence_decision_id", evidence.c.decision_id),
    Index("ix_erasure_case_id", erasure.c.case_id),
    Index("ix_near_key_case_id", near_key.c.case_id),
    Index("ix_receipt_task_id", receipt.c.task_id),
    Index("ix_role_change_actor_id", role_change.c.actor_id),
    Index("ix_sealed_case_id", sealed.c.case_id),
)
"""What is looked for at each step, so that a step takes no longer in a large record."""

LOOSE = (store_key, sealed, near_key)
"""Tables without events: a random key, texts the chain holds commitments to, and an index that can be made anew."""

KEPT = (
    actor, role_change, review_case, assessment, golden, task, claim, claim_end, receipt, first_view, score_view, decision,
    appeal, evidence, paper, foreign_record, stop, setting, archived, model_change, erasure,
)  # fmt: skip
"""Tables whose every row has its event."""
