"""T5.10: breaks are proposed every time, and nothing about a person ranks or hurries anybody."""

import random
from collections.abc import Callable

import pytest

from classifier.domain import Assessment
from conftest import CURE_VI
from record_queue import waiting_cases
from review.cases import open_case
from review.claims import let_go
from review.oversight.report import OversightReport
from review.papers.exports import COLUMNS
from review.record.store import Store
from review.waiting import queue_counts
from review.workflow import show_reasons
from ui import session


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Give a clock that a test moves on, and a session of its own."""
    at = [1_000.0]
    monkeypatch.setattr(session.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(session.st, "session_state", {})

    def later(seconds: float) -> None:
        at[0] += seconds

    return later


def test_a_break_is_proposed_a_hundred_times_of_a_hundred(passing: Callable[[float], None]) -> None:
    """In a hundred stretches of every rhythm: never before fifty minutes, always after, anew after a break or ten idle minutes."""
    rhythm = random.Random(20_261_125)
    n_proposed = 0
    for stretch in range(100):
        worked = 0.0
        session.note_work()
        while worked <= session.BREAK_AFTER:
            assert not session.is_break_due(), (stretch, worked)
            step = rhythm.uniform(1, 590)
            passing(step)
            worked += step
            session.note_work()
        n_proposed += session.is_break_due()
        if stretch % 2:
            session.take_break()
        else:
            passing(601)
            session.note_work()
    assert n_proposed == 100


def test_a_skip_is_no_decision(sqlite_store: Store, assessed: Callable[..., Assessment]) -> None:
    """A skipped case still waits, for others; nothing counts it as decided."""
    case_id = open_case(sqlite_store, assessed(CURE_VI), source="a.csv", external_id="1", raw=CURE_VI.encode()).case_id
    show_reasons(sqlite_store, case_id, "lan")
    let_go(sqlite_store, case_id, "lan", reason="no reason given", skip=True)
    assert queue_counts(sqlite_store) == {"waiting": 1, "decided": 0, "refused": 0}
    assert [case.claimed_by for case in waiting_cases(sqlite_store)] == [""]


def test_no_report_names_a_person() -> None:
    """The oversight report holds no figure by reviewer, and no export has a column of anybody's time."""
    assert not {"reviewer", "by_reviewer", "person"} & set(OversightReport.__dataclass_fields__)
    assert not [column for column in COLUMNS if any(word in column for word in ("second", "speed", "duration", "name"))]
