"""What people did: cases, tasks, receipts, first views, decisions, papers, events."""

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


class Role(StrEnum):
    """What a person may do. Read from the record at each write."""

    REVIEWER = "reviewer"
    SENIOR = "senior"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class TaskKind(StrEnum):
    """Why a decision on a case is asked for. Each task ends with one decision."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"
    REOPENED = "reopened"
    CORRECTION = "correction"
    APPEAL = "appeal"


class AppealResult(StrEnum):
    """What an appeal came to."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"
    PARTLY = "partly"


class PaperKind(StrEnum):
    """A paper that leaves the building, made from one decision and signed by the decider."""

    TRANSPARENCY = "transparency"
    NOTICE = "notice"


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
    task_kind: TaskKind
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
    task_kind: TaskKind
    receipt_id: int
    reviewer: str
    outcome: Outcome
    grounds: tuple[str, ...]
    rationale: str
    first_view: Outcome
    change_reason: str
    appeal_result: AppealResult | None
    decided_at: datetime
