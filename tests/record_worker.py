"""A process that works on a record until it is killed: opens cases, decides them, signs, exports; says what was acknowledged.

python record_worker.py URL ASSESSMENT.pickle ACK_FILE N [FOLDER]
"""

import os
import pickle
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from classifier.errors import StoreError
from review.cases import open_case
from review.domain import Outcome
from review.papers.exports import decision_rows, json_lines
from review.record.checkpoints import Checkpoints, sign_checkpoint
from review.record.store import Store
from review.workflow import record_decision, record_first_view, show_reasons, show_score


class Hurried:
    """A clock that runs a minute each time it is read, so that nobody has to wait."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=5)
        return self.now


def work(url: str, pickled: str, acks: str, most: int, folder: str = "") -> None:
    """Decide case after case; write each decision's id to the file of acknowledgements once it is saved."""
    assessment = pickle.loads(Path(pickled).read_bytes())  # noqa: S301 (our own file, made by the test)
    store = Store(url, Hurried())
    out = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(out, b"ready\n")
    for n in range(most):
        try:
            _one(store, assessment, f"{os.getpid()} {n}", out)
        except StoreError as error:
            os.write(out, f"error {error.problems[0].code}\n".encode())
        if folder and n % 3 == 2:
            sign_checkpoint(store, Checkpoints(Path(folder) / "checkpoints"), Path(folder) / "key.pem")
            (Path(folder) / "export.jsonl").write_text("".join(json_lines(decision_rows(store))), "utf-8")
    os.write(out, b"done\n")


def _one(store: Store, assessment: object, name: str, out: int) -> None:
    case_id = open_case(store, assessment, source="w", external_id=name, raw=b"raw").case_id  # type: ignore[arg-type]
    receipt = show_reasons(store, case_id, "lan").receipt_id
    record_first_view(store, receipt, "lan", Outcome.MISLEADING)
    show_score(store, receipt, "lan")
    made = record_decision(store, receipt, "lan", outcome=Outcome.MISLEADING, grounds=("g",), rationale="because")
    os.write(out, f"decision {made.decision_id}\n".encode())


if __name__ == "__main__":
    work(*sys.argv[1:4], int(sys.argv[4]), *sys.argv[5:6])  # type: ignore[misc]
