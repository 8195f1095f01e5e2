"""What people did: cases, receipts, first views, decisions, events."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """A person's judgement of an ad."""

    MISLEADING = "misleading"
    NOT_MISLEADING = "not_misleading"
    NEEDS_SUBSTANTIATION = "needs_substantiation"
    ESCALATED = "escalated"


class ReasonView(StrEnum):
    """What the reviewer thinks of one reason shown."""

    AGREE = "agree"
    DISAGREE = "disagree"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCase:
    """An ad that waits for, or has had, a person's decision."""

    case_id: int
    ad_text: str
    source: str
    external_id: str
    opened_at: datetime
    language: str
    n_findings: int
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """A case for an ad, and whether it is a new one."""

    case_id: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that these reasons were shown to this reviewer, good for one decision between two instants.

    ``reasons`` is the assessment without anything that tells the score.
    """

    receipt_id: int
    case_id: int
    reviewer: str
    reasons_digest: str
    reasons: dict[str, Any]
    shown_at: datetime
    ready_at: datetime
    stale_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the machine makes of an ad, shown only after the reviewer's own first view."""

    risk: float
    triage: str
    assessment: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's judgement, with what it rests on. ``grounds`` are rule ids or reason codes."""

    decision_id: int
    case_id: int
    receipt_id: int
    reviewer: str
    outcome: Outcome
    grounds: tuple[str, ...]
    rationale: str
    first_view: Outcome
    change_reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One step, chained to the one before by its digest."""

    sequence: int
    at: str
    actor: str
    action: str
    body: str
    previous_digest: str
    digest: str
