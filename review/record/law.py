"""The law of review once more, over a written history: no decision stands that the guards would not have let in on its day.

The guards watch new rows; who owns the database can take them off. Here the rows are read in the order of their events, and
each decision is looked at again with what the record held at that point.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from review.domain import Outcome, Role, TaskKind
from review.record.schema import LEAST_LOOK, LOOK_PER_CHARACTER, STALE_AFTER

_DECIDING = (Role.REVIEWER.value, Role.SENIOR.value)
_OF_SENIORS = (TaskKind.ADJUDICATION.value, TaskKind.APPEAL.value)
_OF_ANOTHER = (TaskKind.SECOND.value, *_OF_SENIORS)


class Law:
    """What the record holds so far, as far as decisions depend on it."""

    def __init__(self) -> None:
        self._sequence = 0
        self._lengths: dict[int, int] = {}
        self._newest: dict[int, tuple[int, str, str]] = {}
        self._roles: dict[tuple[int, str], bool] = {}
        self._has_administrator = False
        self._is_stopped = False
        self._tasks: dict[int, tuple[int, str]] = {}
        self._receipts: dict[int, tuple[Any, int]] = {}
        self._views: dict[int, Any] = {}
        self._scores: dict[int, Any] = {}
        self._decided: dict[int, set[int]] = {}
        self._deciders: dict[int, int] = {}
        self._answered: set[int] = set()
        self._peaks: list[tuple[int, int]] = []
        self._rules: dict[str, Callable[[Any], object]] = {
            "review_case": self._review_case, "assessment": self._assessment, "role_change": self._role_change, "stop": self._stop,
            "task": self._task, "receipt": self._receipt, "first_view": self._first_view, "score_view": self._score_view,
            "decision": self._decision, "paper": self._paper,
        }  # fmt: skip

    def allows(self, table: str, row: Any, sequence: int, at: int) -> bool:
        """Say whether the law allowed a row at its place in the history; from then on the record holds it."""
        self._sequence = sequence
        while self._peaks and self._peaks[-1][1] <= at:
            self._peaks.pop()
        self._peaks.append((sequence, at))
        rule = self._rules.get(table)
        return rule is None or bool(rule(row))

    def _review_case(self, row: Any) -> object:
        self._lengths[row.id] = row.n_characters
        return row.n_characters >= 0

    def _assessment(self, row: Any) -> object:
        self._newest[row.case_id] = (row.id, row.reasons_digest, row.scope)
        return not self._is_stopped

    def _role_change(self, row: Any) -> object:
        holds = not self._has_administrator or self._holds(row.by_id, Role.ADMINISTRATOR.value)
        self._roles[row.actor_id, row.role] = bool(row.is_granted)
        self._has_administrator |= bool(row.is_granted) and row.role == Role.ADMINISTRATOR
        return holds

    def _stop(self, row: Any) -> object:
        self._is_stopped = bool(row.is_stopped)
        return self._holds(row.by_id, Role.LEAD.value)

    def _task(self, row: Any) -> object:
        self._tasks[row.id] = (row.case_id, row.kind)
        return (row.kind == TaskKind.FIRST) == (row.about_id is None)

    def _receipt(self, row: Any) -> object:
        self._receipts[row.id] = (row, self._sequence)
        look = LEAST_LOOK + LOOK_PER_CHARACTER * self._lengths.get(row.case_id, 0)
        return (
            self._newest.get(row.case_id) == (row.assessment_id, row.reasons_digest, "in")
            and self._tasks.get(row.task_id) == (row.case_id, row.task_kind)
            and row.task_id not in self._answered
            and row.ready_at - row.shown_at >= look
            and row.ready_at < row.stale_at <= row.shown_at + STALE_AFTER
            and self._may_decide(row)
        )

    def _first_view(self, row: Any) -> object:
        self._views[row.id] = row
        receipt, _ = self._receipts.get(row.receipt_id, (None, 0))
        return receipt is not None and receipt.shown_at <= row.recorded_at <= receipt.stale_at

    def _score_view(self, row: Any) -> object:
        self._scores[row.id] = row
        view = self._views.get(row.first_view_id)
        return view is not None and view.receipt_id == row.receipt_id and view.recorded_at <= row.shown_at

    def _decision(self, row: Any) -> object:
        receipt, shown = self._receipts.pop(row.receipt_id, (None, 0))
        view, score = self._views.pop(row.first_view_id, None), self._scores.pop(row.score_view_id, None)
        holds = (
            receipt is not None
            and view is not None
            and score is not None
            and _is_shown(row, receipt)
            and (view.receipt_id, score.receipt_id, score.first_view_id) == (receipt.id, receipt.id, view.id)
            and row.task_id not in self._answered
            and self._newest.get(row.case_id, (0,))[0] == row.assessment_id
            and max(score.shown_at, receipt.ready_at) <= row.decided_at <= receipt.stale_at
            and self._latest_since(shown) <= receipt.stale_at
            and row.outcome in list(Outcome)
            and (view.outcome == row.outcome or row.change_reason is not None)
            and self._may_decide(row)
        )
        self._answered.add(row.task_id)
        self._decided.setdefault(row.case_id, set()).add(row.reviewer_id)
        self._deciders[row.id] = row.reviewer_id
        return holds

    def _paper(self, row: Any) -> object:
        return self._deciders.get(row.decision_id) == row.signer_id

    def _may_decide(self, row: Any) -> bool:
        """Say whether the reviewer of a receipt or a decision may decide it: by role, and as another person where one is asked."""
        roles = (Role.SENIOR.value,) if row.task_kind in _OF_SENIORS else _DECIDING
        is_other = row.task_kind not in _OF_ANOTHER or row.reviewer_id not in self._decided.get(row.case_id, ())
        return bool(is_other) and any(self._holds(row.reviewer_id, role) for role in roles)

    def _holds(self, actor: int, role: str) -> bool:
        return self._roles.get((actor, role), False)

    def _latest_since(self, sequence: int) -> int:
        """Give the latest instant any event after a place in the history tells, this one's own included."""
        return self._peaks[bisect_right(self._peaks, (sequence, 1 << 62))][1]


def _is_shown(decision: Any, receipt: Any) -> bool:
    """Say whether a decision repeats what its receipt says was shown, and to whom."""
    return all(
        getattr(decision, name) == getattr(receipt, name)
        for name in ("case_id", "task_id", "task_kind", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at")
    )
