"""Processes that work on a record until they are killed, and say what was acknowledged before.

``python record_worker.py serve`` loads everything once and forks for each line of JSON it is given, so that a kill costs little.
"""

import json
import os
import pickle
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from classifier.errors import StoreError
from review.cases import keep_foreign_record, open_case
from review.domain import Outcome
from review.papers.exports import decision_rows, json_lines
from review.record.checkpoints import Checkpoints, sign_checkpoint
from review.record.migrating import bring_up
from review.record.store import Store
from review.workflow import record_decision, record_first_view, show_reasons, show_score


class Hurried:
    """A clock that runs five seconds each time it is read, so that nobody has to wait."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=5)
        return self.now


def work(url: str, pickled: str, acks: str, most: int, folder: str = "") -> None:
    """Decide case after case, import and, in a folder, sign and export; write each decision's id once it is saved."""
    assessment = pickle.loads(Path(pickled).read_bytes())  # noqa: S301 (our own file, made by the test)
    store = Store(url, Hurried())
    out = _ready(acks)
    for n in range(most):
        try:
            _one(store, assessment, f"{os.getpid()} {n}", out)
        except StoreError as error:
            os.write(out, f"error {error.problems[0].code}\n".encode())
            if error.problems[0].code == "store_unreachable":
                break
        if folder and n % 3 == 2:
            sign_checkpoint(store, Checkpoints(Path(folder) / "checkpoints"), Path(folder) / "key.pem")
            (Path(folder) / "export.jsonl").write_text("".join(json_lines(decision_rows(store))), "utf-8")
            for k in range(5):
                keep_foreign_record(store, source=f"{os.getpid()}", external_id=f"{n} {k}", body={"outcome": "misleading"}, by="lan")
    os.write(out, b"done\n")


def migrate(url: str, folder: str, acks: str) -> None:
    """Bring a record up."""
    out = _ready(acks)
    bring_up(url, Path(folder))
    os.write(out, b"done\n")


def make(url: str, acks: str) -> None:
    """Make the tables of a new record."""
    out = _ready(acks)
    Store(url, Hurried()).close()
    os.write(out, b"done\n")


def _ready(acks: str) -> int:
    out = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(out, b"ready\n")
    return out


def _one(store: Store, assessment: object, name: str, out: int) -> None:
    case_id = open_case(store, assessment, source="w", external_id=name, raw=b"raw").case_id  # type: ignore[arg-type]
    receipt = show_reasons(store, case_id, "lan").receipt_id
    record_first_view(store, receipt, "lan", Outcome.MISLEADING)
    show_score(store, receipt, "lan")
    made = record_decision(store, receipt, "lan", outcome=Outcome.MISLEADING, grounds=("g",), rationale="because")
    os.write(out, f"decision {made.decision_id}\n".encode())


def serve() -> None:
    """Fork for each line: the name of a function above, its arguments and the environment it runs in."""
    for line in sys.stdin:
        name, args, environment = json.loads(line)
        child = os.fork()
        if child == 0:
            os.environ.update(environment)
            status = 1
            try:
                {"work": work, "migrate": migrate, "make": make}[name](*args)
                status = 0
            except Exception as error:  # noqa: BLE001 (a worker may be stopped by anything)
                sys.stderr.write(f"{type(error).__name__}: {error}\n")
            finally:
                os._exit(status)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        work(*sys.argv[1:4], int(sys.argv[4]), *sys.argv[5:6])  # type: ignore[misc]
