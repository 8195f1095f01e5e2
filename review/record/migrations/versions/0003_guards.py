"""Indexes for what is looked for at each step; every guard is put on anew at the end."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEXED = (
    ("audit_event", "case_id"),
    ("claim", "task_id"),
    ("decision", "case_id"),
    ("decision", "reviewer_id"),
    ("evidence", "decision_id"),
    ("erasure", "case_id"),
    ("near_key", "case_id"),
    ("receipt", "task_id"),
    ("role_change", "actor_id"),
    ("sealed", "case_id"),
)


def upgrade() -> None:
    """Bring the tables to this version."""
    for table, column in _INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column])
