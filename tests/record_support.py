"""Records filled by hand, for tests of what happens to them: a whole way through review in a few lines."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from classifier.domain import Assessment
from conftest import HandClock
from review.cases import open_case
from review.domain import AppealResult, Decision, Outcome, Role
from review.people import change_role
from review.record.checkpoints import Checkpoints
from review.record.guards import put_guards, take_off_guards
from review.record.store import Store, engine_of
from review.workflow import record_decision, record_first_view, show_reasons, show_score

SHARE = float(os.environ.get("ADCHECK_FULL", "0"))
"""How much of the sizes of `make test-record` tests run at: 0 every day, 1 all of them."""
FIELDS: dict[str, Any] = {"grounds": ("vn.food.disease",), "rationale": "Nói chữa khỏi bệnh."}
TEAM = {"lan": Role.REVIEWER, "minh": Role.REVIEWER, "thu": Role.SENIOR, "hoa": Role.SENIOR, "an": Role.LEAD, "ly": Role.AUDITOR}


def size(everyday: int, full: int) -> int:
    """Give how many times to try: small every day, large by `make test-record`, or a share of that."""
    return max(everyday, round(full * SHARE))


def engage(store: Store) -> None:
    """Give everybody of a team the role they have, and name an administrator."""
    for name, role in TEAM.items():
        change_role(store, name, role, by="quan", is_granted=True)
        if role is not Role.REVIEWER:
            change_role(store, name, Role.REVIEWER, by="quan", is_granted=False)
    change_role(store, "quan", Role.ADMINISTRATOR, by="quan", is_granted=True)


def opened(store: Store, assessment: Assessment, external_id: str = "1") -> int:
    """Open a case for an ad of its own."""
    raw = assessment.ad.text.encode()
    return open_case(store, assessment, source="a.csv", external_id=external_id, raw=raw).case_id


def decide(
    store: Store,
    case_id: int,
    clock: HandClock,
    reviewer: str = "lan",
    outcome: Outcome = Outcome.MISLEADING,
    first: Outcome | None = None,
    result: AppealResult | None = None,
    **fields: Any,
) -> Decision:
    """Go the whole way: reasons, first view, score, decision."""
    receipt = show_reasons(store, case_id, reviewer)
    record_first_view(store, receipt.receipt_id, reviewer, first or outcome)
    show_score(store, receipt.receipt_id, reviewer)
    clock.pass_time(seconds=30)
    change = "Đọc lại." if first and first != outcome else ""
    told = FIELDS | fields
    return record_decision(store, receipt.receipt_id, reviewer, outcome=outcome, change_reason=change, appeal_result=result, **told)


def checkpoints(folder: Path) -> tuple[Checkpoints, Path]:
    """Give a folder for checkpoints and a file for the key."""
    return Checkpoints(folder / "checkpoints"), folder / "key" / "signing.pem"


@contextmanager
def as_owner(store: Store, *, guards: bool = False) -> Iterator[Connection]:
    """Give a connection of who owns the database, guards taken off; everything is undone at the end."""
    engine = engine_of(store.url, create=False, is_owner=True)
    with engine.execution_options(immediate=True).connect() as connection:
        transaction = connection.begin()
        if not guards:
            take_off_guards(connection)
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        transaction.rollback()
    engine.dispose()


@contextmanager
def unguarded(store: Store, *leave_out: str) -> Iterator[None]:
    """Take single guards away for a while."""
    engine = engine_of(store.url, create=False, is_owner=True)
    try:
        with engine.execution_options(immediate=True).begin() as connection:
            put_guards(connection, frozenset(leave_out))
        yield
    finally:
        with engine.execution_options(immediate=True).begin() as connection:
            put_guards(connection)
        engine.dispose()


def figure(name: str, found: object, bar: str, detail: str = "") -> None:
    """Print a figure, and keep it for docs/results/record.md when that is being written."""
    print(f"{name}: {found} ({bar}) {detail}")
    if file := os.environ.get("ADCHECK_FIGURES"):
        with Path(file).open("a", encoding="utf-8") as out:
            out.write(json.dumps({"name": name, "found": str(found), "bar": bar, "detail": detail}, ensure_ascii=False) + "\n")


Assess = Callable[..., Assessment]
