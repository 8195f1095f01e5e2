"""The law of review, on both databases: no decision without reasons shown, in order, in time, once."""

from collections.abc import Callable
from typing import Any

import pytest

from classifier.domain import Assessment
from classifier.errors import AdCheckError, AlreadyDecided, FieldInvalid, NoFirstView, NoReceipt, OutOfScope, ReviewError
from conftest import CURE_EN, CURE_VI, HARMLESS, HandClock, n_rows
from record_queue import waiting_cases
from review.cases import open_case, reassess
from review.claims import let_go
from review.domain import Outcome, ReasonView, Receipt
from review.people import actor_id
from review.record.store import Store
from review.waiting import queue_counts
from review.workflow import record_decision, record_first_view, show_reasons, show_score

Assess = Callable[..., Assessment]
FIELDS: dict[str, Any] = {"outcome": Outcome.MISLEADING, "grounds": ("vn.food.disease",), "rationale": "Nói chữa khỏi bệnh."}


@pytest.fixture
def case_id(store: Store, assessed: Assess) -> int:
    """Open a case."""
    return open_case(store, assessed(CURE_VI), source="a.csv", external_id="1", raw=CURE_VI.encode()).case_id


def shown(store: Store, case_id: int, reviewer: str = "lan") -> Receipt:
    """Show the reasons, record a first view, show the score."""
    receipt = show_reasons(store, case_id, reviewer)
    record_first_view(store, receipt.receipt_id, reviewer, Outcome.MISLEADING)
    show_score(store, receipt.receipt_id, reviewer)
    return receipt


def test_the_whole_way(store: Store, case_id: int, clock: HandClock) -> None:
    """Reasons, first view, score, decision: recorded as said, and the case leaves the queue."""
    receipt = show_reasons(store, case_id, "lan")
    record_first_view(store, receipt.receipt_id, "lan", Outcome.NEEDS_SUBSTANTIATION, {"1:disease_cure": ReasonView.AGREE})
    assert show_score(store, receipt.receipt_id, "lan").risk > 0.5
    clock.pass_time(seconds=10)
    decision = record_decision(store, receipt.receipt_id, "lan", change_reason="Đọc lại quy định.", **FIELDS)
    assert (decision.reviewer, decision.outcome, decision.first_view) == ("lan", Outcome.MISLEADING, Outcome.NEEDS_SUBSTANTIATION)
    assert decision.grounds == FIELDS["grounds"] and decision.decided_at == clock.now
    assert waiting_cases(store) == () and queue_counts(store) == {"waiting": 0, "decided": 1, "refused": 0}


def test_reasons_do_not_tell_the_score(store: Store, case_id: int) -> None:
    """Nothing handed out before the first view holds risk, triage, a probability or a log-odds."""

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {key for part in value.values() for key in keys(part)}
        return {key for part in value for key in keys(part)} if isinstance(value, list) else set()

    reasons = show_reasons(store, case_id, "lan").reasons
    assert not keys(reasons) & {"risk", "triage", "probability", "value", "decision_value", "base", "explanation", "elsewhere"}
    assert reasons["claims"][0]["findings"]


def test_the_score_waits_for_the_first_view(store: Store, case_id: int) -> None:
    """No score, and no decision, before the reviewer's own view; the view is given once."""
    receipt = show_reasons(store, case_id, "lan")
    with pytest.raises(NoFirstView):
        show_score(store, receipt.receipt_id, "lan")
    with pytest.raises(NoFirstView):
        record_decision(store, receipt.receipt_id, "lan", **FIELDS)
    record_first_view(store, receipt.receipt_id, "lan", Outcome.MISLEADING)
    with pytest.raises(NoFirstView):
        record_decision(store, receipt.receipt_id, "lan", **FIELDS)
    with pytest.raises(ReviewError):
        record_first_view(store, receipt.receipt_id, "lan", Outcome.ESCALATED)


def _without(store: Store, case_id: int, clock: HandClock, assessed: Assess) -> tuple[int, str]:
    return 4711, "lan"


def _foreign(store: Store, case_id: int, clock: HandClock, assessed: Assess) -> tuple[int, str]:
    receipt = shown(store, case_id, "minh")
    clock.pass_time(seconds=10)
    return receipt.receipt_id, "lan"


def _stale(store: Store, case_id: int, clock: HandClock, assessed: Assess) -> tuple[int, str]:
    receipt = shown(store, case_id)
    clock.pass_time(minutes=31)
    return receipt.receipt_id, "lan"


def _fresh(store: Store, case_id: int, clock: HandClock, assessed: Assess) -> tuple[int, str]:
    return shown(store, case_id).receipt_id, "lan"


def _outdated(store: Store, case_id: int, clock: HandClock, assessed: Assess) -> tuple[int, str]:
    receipt = shown(store, case_id)
    reassess(store, case_id, assessed(CURE_VI, jurisdictions=("vn",)))
    clock.pass_time(seconds=10)
    return receipt.receipt_id, "lan"


@pytest.mark.parametrize("fault", [_without, _foreign, _stale, _fresh, _outdated])
def test_no_decision_without_a_valid_receipt(
    store: Store, case_id: int, clock: HandClock, assessed: Assess, fault: Callable[..., tuple[int, str]]
) -> None:
    """Without, with a foreign, a stale, a too fresh or an outdated receipt nothing is recorded."""
    receipt_id, reviewer = fault(store, case_id, clock, assessed)
    before = n_rows(store, "audit_event")
    with pytest.raises(NoReceipt):
        record_decision(store, receipt_id, reviewer, **FIELDS)
    assert (n_rows(store, "decision"), n_rows(store, "audit_event")) == (0, before)


def test_a_receipt_serves_once(store: Store, case_id: int, clock: HandClock) -> None:
    """A used receipt is refused, and so is a second reviewer on a decided case."""
    other = shown(store, case_id, "minh")
    let_go(store, case_id, "minh")
    receipt = shown(store, case_id)
    clock.pass_time(seconds=10)
    record_decision(store, receipt.receipt_id, "lan", **FIELDS)
    with pytest.raises(NoReceipt):
        record_decision(store, receipt.receipt_id, "lan", **FIELDS)
    with pytest.raises(AlreadyDecided):
        record_decision(store, other.receipt_id, "minh", **FIELDS)
    with pytest.raises(AlreadyDecided):
        show_reasons(store, case_id, "an")
    assert n_rows(store, "decision") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "guilty"},
        {"outcome": ""},
        {"grounds": ()},
        {"grounds": (" ",)},
        {"rationale": " a "},
        {"rationale": "x" * 6000},
        {"outcome": Outcome.NOT_MISLEADING},
    ],
)
def test_fields_are_refused(store: Store, case_id: int, clock: HandClock, wrong: dict[str, Any]) -> None:
    """An unknown outcome, no grounds, no written reason, a changed view without a word why: nothing is recorded."""
    receipt = shown(store, case_id)
    clock.pass_time(seconds=10)
    with pytest.raises(FieldInvalid):
        record_decision(store, receipt.receipt_id, "lan", **FIELDS | wrong)
    assert n_rows(store, "decision") == 0


def test_what_is_no_advert_is_never_decided(store: Store, assessed: Assess) -> None:
    """A refused text has no score in the record, no reasons to show and no place in the queue."""
    refused = open_case(store, assessed(""), source="a.csv", external_id="9", raw=b"").case_id
    with pytest.raises(OutOfScope):
        show_reasons(store, refused, "lan")
    assert waiting_cases(store) == () and queue_counts(store)["refused"] == 1


def test_the_same_ad_opens_one_case(store: Store, case_id: int, assessed: Assess) -> None:
    """Queueing a file twice does not double its cases."""
    again = open_case(store, assessed(CURE_VI), source="a.csv", external_id="1", raw=CURE_VI.encode())
    assert (again.case_id, again.is_new) == (case_id, False)


def test_what_needs_a_look_comes_first(store: Store, assessed: Assess) -> None:
    """Flagged ads wait in front of quiet ones; a language can be asked for."""
    for n, ad in enumerate((HARMLESS, CURE_VI, CURE_EN)):
        open_case(store, assessed(ad), source="b.csv", external_id=str(n), raw=ad.encode())
    assert [waiting.ad_text for waiting in waiting_cases(store)] == [CURE_VI, CURE_EN, HARMLESS]
    assert [waiting.ad_text for waiting in waiting_cases(store, language="en")] == [CURE_EN]


def test_a_failed_step_leaves_nothing_behind(store: Store, case_id: int) -> None:
    """What breaks in the middle of a transaction is not half-written."""
    before = n_rows(store, "audit_event")
    with pytest.raises(AdCheckError), store.writing() as connection:
        actor_id(store, connection, "x")
        raise ReviewError
    assert n_rows(store, "audit_event") == before
