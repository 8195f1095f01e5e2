"""The queue kept in memory says the same as the record, whatever is added."""

from collections.abc import Callable

from classifier.domain import Assessment
from conftest import CURE_EN, CURE_VI, HARMLESS, HandClock
from record_queue import Routing, waiting_cases
from record_support import engage
from review.cases import open_case
from review.claims import let_go
from review.domain import Outcome, TaskKind
from review.erasing import erase_cases
from review.looking import Waiting, Wanted
from review.record.store import Store
from review.waiting import queue_counts
from review.workflow import record_decision, record_first_view, show_reasons, show_score


def _open(store: Store, assessed: Callable[..., Assessment], *texts: str) -> None:
    for text in texts:
        open_case(store, assessed(text), source="a", external_id=text, raw=text.encode())


def _decide(store: Store, clock: HandClock, case_id: int, name: str) -> None:
    receipt = show_reasons(store, case_id, name)
    record_first_view(store, receipt.receipt_id, name, Outcome.MISLEADING)
    show_score(store, receipt.receipt_id, name)
    clock.pass_time(seconds=10)
    record_decision(store, receipt.receipt_id, name, outcome=Outcome.MISLEADING, grounds=("x",), rationale="It says so.")


def _same(store: Store, queue: Waiting, name: str) -> None:
    look = queue.look(name, Wanted())
    assert [row.waits.task_id for row in look.rows] == [case.task_id for case in waiting_cases(store, reviewer=name)]
    assert {"waiting": look.n_waiting, "decided": look.n_decided, "refused": look.n_refused} == queue_counts(store)


def test_the_queue_follows_the_record(store: Store, clock: HandClock, assessed: Callable[..., Assessment]) -> None:
    """New cases, claims, skips, decisions and claims that ran out are seen at the next look, as the record itself tells them."""
    queue = Waiting(store)
    _open(store, assessed, HARMLESS, CURE_VI, "!!! ???")
    _same(store, queue, "Lan")
    _open(store, assessed, CURE_EN)
    show_reasons(store, 2, "Minh")
    _same(store, queue, "Lan")
    _same(store, queue, "Minh")
    show_reasons(store, 4, "Lan")
    let_go(store, 4, "Lan", reason="outside my field", skip=True)
    _same(store, queue, "Lan")
    _decide(store, clock, 1, "Lan")
    _same(store, queue, "Lan")
    clock.pass_time(hours=1)
    _same(store, queue, "Lan")


def test_words_are_found_without_diacritics(store: Store, assessed: Callable[..., Assessment]) -> None:
    """“tieu duong” finds “tiểu đường”; kind of claim and kind of ask leave out what does not fit."""
    queue = Waiting(store)
    _open(store, assessed, HARMLESS, CURE_VI)
    assert [row.text for row in queue.look("Lan", Wanted(words="Tieu Duong")).rows] == [CURE_VI]
    assert queue.look("Lan", Wanted(category="disease_cure")).n_matching == 1
    assert queue.look("Lan", Wanted(kind=TaskKind.APPEAL)).rows == ()


def test_one_sellers_ads(store: Store, assessed: Callable[..., Assessment]) -> None:
    """A seller's name narrows the queue to that seller's ads, only when written as the case has it, and not once it is erased."""
    engage(store)
    queue = Waiting(store)
    for n, seller in enumerate(("Nhà thuốc An", "nhà thuốc an", "", "Nhà thuốc An")):
        open_case(store, assessed((CURE_VI, CURE_EN)[n % 2]), source="a", external_id=str(n), raw=b"", seller=seller)
    for seller, cases in (("Nhà thuốc An", [1, 4]), ("nhà thuốc an", [2]), ("Nhà thuốc", []), ("", [1, 2, 3, 4])):
        found = [row.waits.case_id for row in queue.look("lan", Wanted(seller=seller)).rows]
        told = [case.case_id for case in waiting_cases(store, reviewer="lan", routing=Routing(seller=seller))]
        assert sorted(found) == cases and found == told
    erase_cases(store, (4,), by="quan", by_order="court, 2026-10-05")
    assert [row.waits.case_id for row in queue.look("lan", Wanted(seller="Nhà thuốc An")).rows] == [1]
