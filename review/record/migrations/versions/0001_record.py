"""The record."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "actor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
        sa.UniqueConstraint("name_key", name=op.f("uq_actor_name_key")),
    )
    op.create_table(
        "archived",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archived")),
        sa.UniqueConstraint("digest", "name", name=op.f("uq_archived_digest_name")),
    )
    op.create_table(
        "audit_event",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous_digest", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("digest", name=op.f("uq_audit_event_digest")),
        sa.UniqueConstraint("previous_digest", name=op.f("uq_audit_event_previous_digest")),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_order", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "foreign_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("origin_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_record")),
        sa.UniqueConstraint("origin_key", name=op.f("uq_foreign_record_origin_key")),
    )
    op.create_table(
        "review_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("origin_key", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("ad", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("n_characters", sa.Integer(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("jurisdictions", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_case")),
        sa.UniqueConstraint("origin_key", name=op.f("uq_review_case_origin_key")),
    )
    op.create_table(
        "sealed",
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(salt IS NULL) = (body IS NULL)", name=op.f("ck_sealed_erased_together")),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_sealed")),
    )
    op.create_table(
        "store_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_key")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("risk", sa.Float(), nullable=True),
        sa.Column("triage", sa.Text(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reasons_digest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(scope = 'in') = (risk IS NOT NULL)", name=op.f("ck_assessment_refused_has_no_score")),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_assessment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_assessment_case_id_number")),
        sa.UniqueConstraint("id", "case_id", "reasons_digest", "scope", name=op.f("uq_assessment_id_case_id_reasons_digest_scope")),
    )
    op.create_table(
        "golden",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("answer IN ('misleading', 'not_misleading')", name=op.f("ck_golden_known_answer")),
        sa.ForeignKeyConstraint(["by_id"], ["actor.id"], name=op.f("fk_golden_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_golden_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_golden")),
        sa.UniqueConstraint("case_id", name=op.f("uq_golden_case_id")),
    )
    op.create_table(
        "model_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("from_digest", sa.Text(), nullable=False),
        sa.Column("to_digest", sa.Text(), nullable=False),
        sa.Column("comparison", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["actor.id"], name=op.f("fk_model_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_change")),
    )
    op.create_table(
        "role_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_granted", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('reviewer', 'senior', 'lead', 'auditor', 'administrator')", name=op.f("ck_role_change_known_role")),
        sa.CheckConstraint("is_granted IN (0, 1)", name=op.f("ck_role_change_granted_or_not")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_role_change_actor_id")),
        sa.ForeignKeyConstraint(["by_id"], ["actor.id"], name=op.f("fk_role_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_change")),
    )
    op.create_table(
        "setting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["actor.id"], name=op.f("fk_setting_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
    )
    op.create_table(
        "stop",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("is_stopped", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("is_stopped IN (0, 1)", name=op.f("ck_stop_stopped_or_not")),
        sa.ForeignKeyConstraint(["by_id"], ["actor.id"], name=op.f("fk_stop_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(kind = 'first') = (about_id IS NULL)", name=op.f("ck_task_about_a_decision")),
        sa.CheckConstraint("(kind = 'first') = (number = 1)", name=op.f("ck_task_first_comes_first")),
        sa.CheckConstraint(
            "kind IN ('first', 'second', 'adjudication', 'reopened', 'correction', 'appeal')", name=op.f("ck_task_known_kind")
        ),
        sa.ForeignKeyConstraint(
            ["about_id", "case_id"], ["decision.id", "decision.case_id"], name="fk_task_about_id_case_id_decision", use_alter=True
        ),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_task_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_task_case_id_number")),
        sa.UniqueConstraint("id", "case_id", "kind", name=op.f("uq_task_id_case_id_kind")),
        sa.UniqueConstraint("kind", "about_id", name=op.f("uq_task_kind_about_id")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until > claimed_at AND until - claimed_at <= 1800000000", name=op.f("ck_claim_instants_in_order")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["actor.id"], name=op.f("fk_claim_reviewer_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_claim_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("id", "task_id", "reviewer_id", name=op.f("uq_claim_id_task_id_reviewer_id")),
    )
    op.create_table(
        "claim_end",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('skipped', 'given_back')", name=op.f("ck_claim_end_known_kind")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_end_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_end")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_claim_end_claim_id")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_kind", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reasons_digest", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("stale_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("scope = 'in'", name=op.f("ck_receipt_only_advertising")),
        sa.CheckConstraint("stale_at > ready_at AND stale_at - shown_at <= 1800000000", name=op.f("ck_receipt_not_for_ever")),
        sa.ForeignKeyConstraint(
            ["assessment_id", "case_id", "reasons_digest", "scope"],
            ["assessment.id", "assessment.case_id", "assessment.reasons_digest", "assessment.scope"],
            name=op.f("fk_receipt_assessment_id_case_id_reasons_digest_scope"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id", "task_id", "reviewer_id"],
            ["claim.id", "claim.task_id", "claim.reviewer_id"],
            name=op.f("fk_receipt_claim_id_task_id_reviewer_id"),
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["actor.id"], name=op.f("fk_receipt_reviewer_id")),
        sa.ForeignKeyConstraint(
            ["task_id", "case_id", "task_kind"], ["task.id", "task.case_id", "task.kind"], name=op.f("fk_receipt_task_id_case_id_task_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint(
            "id",
            "case_id",
            "task_id",
            "task_kind",
            "reviewer_id",
            "assessment_id",
            "reasons_digest",
            "ready_at",
            "stale_at",
            name="uq_receipt_shown",
        ),
    )
    op.create_table(
        "first_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason_views", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('misleading', 'not_misleading', 'needs_substantiation', 'escalated')", name=op.f("ck_first_view_known_outcome")
        ),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_first_view_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_view")),
        sa.UniqueConstraint("id", "receipt_id", name=op.f("uq_first_view_id_receipt_id")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_first_view_receipt_id")),
    )
    op.create_table(
        "score_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_view_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_view_id", "receipt_id"], ["first_view.id", "first_view.receipt_id"], name=op.f("fk_score_view_first_view_id_receipt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_view")),
        sa.UniqueConstraint("id", "receipt_id", "first_view_id", name=op.f("uq_score_view_id_receipt_id_first_view_id")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_score_view_receipt_id")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_kind", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reasons_digest", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("stale_at", sa.BigInteger(), nullable=False),
        sa.Column("first_view_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score_view_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("change_reason", sa.Text(), nullable=True),
        sa.Column("appeal_result", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(task_kind = 'appeal') = (appeal_result <> '') AND appeal_result IN ('', 'upheld', 'overturned', 'partly')",
            name=op.f("ck_decision_appeal_has_a_result"),
        ),
        sa.CheckConstraint(
            "outcome IN ('misleading', 'not_misleading', 'needs_substantiation', 'escalated')", name=op.f("ck_decision_known_outcome")
        ),
        sa.CheckConstraint("decided_at <= stale_at", name=op.f("ck_decision_receipt_not_stale")),
        sa.CheckConstraint("decided_at >= ready_at", name=op.f("ck_decision_reasons_looked_at")),
        sa.CheckConstraint("grounds LIKE '[\"_%\"]'", name=op.f("ck_decision_has_grounds")),
        sa.ForeignKeyConstraint(
            ["receipt_id", "case_id", "task_id", "task_kind", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at"],
            [
                "receipt.id",
                "receipt.case_id",
                "receipt.task_id",
                "receipt.task_kind",
                "receipt.reviewer_id",
                "receipt.assessment_id",
                "receipt.reasons_digest",
                "receipt.ready_at",
                "receipt.stale_at",
            ],
            name=op.f("fk_decision_receipt_id_case_id_task_id_task_kind_reviewer_id_assessment_id_reasons_digest_ready_at_stale_at"),
        ),
        sa.ForeignKeyConstraint(
            ["score_view_id", "receipt_id", "first_view_id"],
            ["score_view.id", "score_view.receipt_id", "score_view.first_view_id"],
            name=op.f("fk_decision_score_view_id_receipt_id_first_view_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("id", "case_id", name=op.f("uq_decision_id_case_id")),
        sa.UniqueConstraint("id", "reviewer_id", name=op.f("uq_decision_id_reviewer_id")),
        sa.UniqueConstraint("task_id", name=op.f("uq_decision_task_id")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_decision_id")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_evidence_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("signer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('transparency', 'notice')", name=op.f("ck_paper_known_kind")),
        sa.ForeignKeyConstraint(
            ["decision_id", "signer_id"], ["decision.id", "decision.reviewer_id"], name=op.f("fk_paper_decision_id_signer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("decision_id", "kind", "language", name=op.f("uq_paper_decision_id_kind_language")),
    )
    if op.get_bind().dialect.name != "sqlite":  # SQLite takes it with the table, although the other table is made later
        op.create_foreign_key("fk_task_about_id_case_id_decision", "task", "decision", ["about_id", "case_id"], ["id", "case_id"])
