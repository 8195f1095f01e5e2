"""Many at once: appended without forks, decided once, on both databases; and what happens without the guards."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text

from classifier.errors import AdCheckError, AlreadyDecided, NoReceipt, StoreError
from conftest import CURE_VI, HandClock, n_rows
from record_support import FIELDS, Assess, engage, figure, opened, size
from review.claims import let_go
from review.domain import Outcome
from review.people import actor_id
from review.record import schema
from review.record.sealing import seal
from review.record.store import Store, engine_of
from review.record.verification import verify_history
from review.workflow import record_decision, record_first_view, show_reasons, show_score

WRITERS = 8


def together(*jobs: Callable[[], None]) -> None:
    """Run jobs at the same moment, each in a thread."""
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        barrier.wait()
        job()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_writers_never_fork_the_chain(store: Store, clock: HandClock) -> None:
    """T1.4: everything acknowledged to eight writers is there once, in one chain without gaps."""
    each, acknowledged, busy = size(15, 250), [0] * WRITERS, [0]
    stores = [Store(store.url, clock) for _ in range(WRITERS)]

    def write(k: int) -> None:
        while acknowledged[k] < each:
            try:
                with stores[k].writing() as connection:
                    actor = actor_id(stores[k], connection, "adcheck")
                    body = seal(connection, f"{k} {acknowledged[k]}", "foreign")
                    values = {"origin_key": f"{k} {acknowledged[k]}", "body": body, "imported_at": 1}
                    stores[k].add(connection, schema.foreign_record, by=actor, action="foreign_record_kept", **values)
                acknowledged[k] += 1
            except StoreError as error:
                assert error.problems[0].code == "store_busy"
                busy[0] += 1

    together(*(lambda k=k: write(k) for k in range(WRITERS)))
    with store.reading() as connection:
        found = verify_history(connection)
    rows = n_rows(store, "foreign_record")
    kind = store.url.split(":")[0].split("+")[0]
    figure(
        f"T1.4 {WRITERS} writers × {each}, {kind}",
        f"{rows} rows of {sum(acknowledged)} acknowledged, {len(found.faults)} faults",
        "all, 0 forks",
        f"{busy[0]} busy, tried again",
    )
    assert rows == sum(acknowledged) == WRITERS * each and found.faults == () and found.n_events == rows + 1
    for opened_store in stores:
        opened_store.close()


def test_without_the_guards_the_chain_forks(store: Store) -> None:
    """T1.4, control: “read the last digest, then append” on a bare table forks, or the test above would prove nothing."""
    engine = engine_of(store.url, create=False, is_owner=True)
    plain = create_engine(engine.url)
    with plain.begin() as connection:
        connection.execute(text("CREATE TABLE naive (previous BIGINT, own BIGINT)"))
    barrier = threading.Barrier(WRITERS)

    def append() -> None:
        with plain.connect() as connection:
            last = connection.execute(text("SELECT max(own) FROM naive")).scalar() or 0
            connection.commit()
        barrier.wait()
        with plain.begin() as connection:
            connection.execute(text("INSERT INTO naive VALUES (:previous, :own)"), {"previous": last, "own": threading.get_ident()})

    together(*([append] * WRITERS))
    with plain.connect() as connection:
        forks = connection.execute(
            text("SELECT count(*) FROM (SELECT previous FROM naive GROUP BY previous HAVING count(*) > 1) AS f")
        ).scalar()
    figure(f"T1.4 control without guards, {store.url.split(':')[0].split('+')[0]}", f"{forks} forks", "at least 1")
    assert forks
    plain.dispose()
    engine.dispose()


@pytest.mark.parametrize("kind", ["two tabs", "two reviewers"])
def test_a_case_is_decided_once(store: Store, clock: HandClock, assessed: Assess, kind: str) -> None:
    """T2.7: of two who decide the same case at the same moment one is recorded, the other is told so."""
    engage(store)
    other = Store(store.url, clock)
    n_races, wins, losses = size(10, 500), 0, 0
    names = ("lan", "lan") if kind == "two tabs" else ("minh", "lan")
    assessment = assessed(CURE_VI)
    for n in range(n_races):
        case_id = opened(store, assessment, str(n))
        receipts = []
        for name in names:
            receipt = show_reasons(store, case_id, name).receipt_id
            record_first_view(store, receipt, name, Outcome.MISLEADING)
            show_score(store, receipt, name)
            receipts.append(receipt)
            if kind == "two reviewers" and name == "minh":
                let_go(store, case_id, name)
        clock.pass_time(seconds=30)
        results: list[object] = []

        def decide(k: int, receipts: list[int] = receipts, results: list[object] = results) -> None:
            try:
                results.append(record_decision((store, other)[k], receipts[k], names[k], outcome=Outcome.MISLEADING, **FIELDS).decision_id)
            except AdCheckError as error:
                results.append(error)

        together(lambda: decide(0), lambda: decide(1))
        wins += sum(isinstance(result, int) for result in results)
        losses += sum(isinstance(result, AlreadyDecided | NoReceipt) for result in results)
    other.close()
    figure(
        f"T2.7 races of {kind}, {store.url.split(':')[0].split('+')[0]}",
        f"{wins} decisions in {n_races} races",
        "one each",
        f"{losses} told it is decided",
    )
    assert (wins, losses) == (n_races, n_races) and n_rows(store, "decision") == n_races
