"""Going on in a case after the score was seen: with the same receipt, as long as that is good, and never with more."""

from collections.abc import Callable

import pytest

from classifier.domain import Assessment
from conftest import CURE_VI, HandClock, n_rows
from review.cases import open_case, reassess
from review.claims import let_go
from review.domain import Outcome, ReasonView
from review.record.store import Store
from review.resuming import unfinished
from review.workflow import record_decision, record_first_view, show_reasons, show_score

Assess = Callable[..., Assessment]


@pytest.fixture
def case_id(store: Store, assessed: Assess) -> int:
    """Open a case."""
    return open_case(store, assessed(CURE_VI), source="a.csv", external_id="1", raw=CURE_VI.encode()).case_id


def viewed(store: Store, case_id: int) -> int:
    """Show the reasons to Lan, record her first view, show the score."""
    receipt = show_reasons(store, case_id, "lan")
    record_first_view(store, receipt.receipt_id, "lan", Outcome.MISLEADING, {"1:disease_cure": ReasonView.DISAGREE})
    show_score(store, receipt.receipt_id, "lan")
    return receipt.receipt_id


def test_the_same_receipt_decides(store: Store, case_id: int, clock: HandClock) -> None:
    """What comes back is receipt, first view, views and score as recorded; no row is added, and the receipt decides once."""
    receipt_id = viewed(store, case_id)
    before = [n_rows(store, table) for table in ("receipt", "first_view", "score_view", "audit_event")]
    left = unfinished(store, case_id, "lan")
    assert left is not None and left.receipt.receipt_id == receipt_id and left.receipt.reasons["claims"]
    assert (left.first_view, left.views, left.score.risk > 0) == (Outcome.MISLEADING, {"1:disease_cure": ReasonView.DISAGREE}, True)
    assert [n_rows(store, table) for table in ("receipt", "first_view", "score_view", "audit_event")] == before
    clock.pass_time(seconds=10)
    record_decision(store, receipt_id, "lan", outcome=Outcome.MISLEADING, grounds=("other",), rationale="Nói chữa khỏi.")
    assert unfinished(store, case_id, "lan") is None


def test_before_the_first_view_nothing_is_left(store: Store, case_id: int) -> None:
    """Reasons are shown anew, with a new receipt, until a first view rests on one."""
    show_reasons(store, case_id, "lan")
    assert unfinished(store, case_id, "lan") is None and unfinished(store, 77, "lan") is None and unfinished(store, case_id, "x") is None


def test_another_person_gets_nothing(store: Store, case_id: int) -> None:
    """A receipt is one person's."""
    viewed(store, case_id)
    assert unfinished(store, case_id, "minh") is None


@pytest.mark.parametrize("ending", ["stale", "let go", "assessed anew"])
def test_a_receipt_that_is_no_longer_good_is_not_gone_on_with(
    store: Store, case_id: int, assessed: Assess, clock: HandClock, ending: str
) -> None:
    """After half an hour, after the case was given back, after a new assessment."""
    viewed(store, case_id)
    if ending == "stale":
        clock.pass_time(seconds=1801)
    elif ending == "let go":
        let_go(store, case_id, "lan", reason="rest", skip=False)
    else:
        reassess(store, case_id, assessed(CURE_VI, jurisdictions=("vn",)))
    assert unfinished(store, case_id, "lan") is None
