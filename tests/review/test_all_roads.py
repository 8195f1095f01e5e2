"""Every road to a decision, against an oracle written apart: random programs on both databases, and every state of a small world."""

import random
from collections import deque

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from classifier.errors import AdCheckError
from conftest import CURE_EN, CURE_VI, HandClock
from record_oracle import GOOD, NO_GROUND, NO_REASON, PEOPLE, UNEXPLAINED, State, beginning, faults_of, step
from record_support import Assess, engage, figure, opened, size
from review.aftermath import ask_correction, file_appeal
from review.cases import keep_foreign_record, reassess, stop_scoring
from review.claims import let_go
from review.domain import AppealResult, Outcome, Role
from review.people import change_role
from review.record import schema
from review.record.sealing import seal
from review.record.store import Store, next_id
from review.record.verification import verify_history
from review.workflow import record_decision, record_first_view, show_reasons, show_score

ROLES = {"lan": Role.REVIEWER, "thu": Role.SENIOR, "hoa": Role.SENIOR}
FIELDS = {
    GOOD: {"outcome": Outcome.MISLEADING, "grounds": ("g",), "rationale": "because"},
    NO_GROUND: {"outcome": Outcome.MISLEADING, "grounds": (), "rationale": "because"},
    NO_REASON: {"outcome": Outcome.MISLEADING, "grounds": ("g",), "rationale": "  "},
    UNEXPLAINED: {"outcome": Outcome.NOT_MISLEADING, "grounds": ("g",), "rationale": "because"},
}


class Real:
    """The same actions on a real record: two cases of its own, and the receipts it was given."""

    def __init__(self, store: Store, clock: HandClock, assessments: list, tag: str) -> None:
        self.store, self.clock, self.assessments = store, clock, assessments
        self.cases = [opened(store, assessments[n % 2], f"{tag} {n}") for n in range(2)]
        self.receipts: list[int] = []
        self.tag, self.n_foreign = tag, 0

    def do(self, action: tuple) -> bool:
        """Do an action; say whether it was accepted."""
        try:
            getattr(self, action[0])(*action[1:])
        except (AdCheckError, IndexError, DBAPIError):
            return False
        return True

    def tick(self, by: int) -> None:
        self.clock.pass_time(minutes=10 * by)

    def reassess(self, case: int) -> None:
        reassess(self.store, self.cases[case], self.assessments[case % 2])

    def stop(self, on: bool) -> None:
        stop_scoring(self.store, is_stopped=on, by="an", reason="drill")

    def role(self, who: str, on: bool) -> None:
        change_role(self.store, who, ROLES[who], by="quan", is_granted=on)

    def appeal(self, case: int) -> None:
        file_appeal(self.store, self.cases[case], "x", by="an")

    def correct(self, case: int) -> None:
        ask_correction(self.store, self.cases[case], by="an")

    def show(self, case: int, who: str) -> None:
        self.receipts.append(show_reasons(self.store, self.cases[case], who).receipt_id)

    def let_go(self, case: int, who: str) -> None:
        let_go(self.store, self.cases[case], who)

    def view(self, n: int, who: str) -> None:
        record_first_view(self.store, self.receipts[n], who, Outcome.MISLEADING)

    def score(self, n: int, who: str) -> None:
        show_score(self.store, self.receipts[n], who)

    def decide(self, n: int, who: str, fields: str) -> None:
        with self.store.reading() as connection:
            kind = connection.execute(select(schema.receipt.c.task_kind).where(schema.receipt.c.id == self.receipts[n])).scalar()
        result = AppealResult.PARTLY if kind == "appeal" else None
        record_decision(self.store, self.receipts[n], who, **FIELDS[fields], appeal_result=result)

    def raw(self, n: int) -> None:
        """Put a decision row in past the workflow, from a receipt's own rows; take it out again."""
        r, v, w = schema.receipt, schema.first_view, schema.score_view
        with self.store._engine.execution_options(immediate=True).connect() as connection:
            transaction = connection.begin()
            try:
                row = dict(connection.execute(select(r).where(r.c.id == self.receipts[n])).mappings().one())
                view = connection.execute(select(v.c.id).where(v.c.receipt_id == row["id"])).scalar() or 0
                score = connection.execute(select(w.c.id).where(w.c.receipt_id == row["id"])).scalar() or 0
                named = ("case_id", "task_id", "task_kind", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at")
                connection.execute(
                    schema.decision.insert().values(
                        id=next_id(connection, schema.decision), **{name: row[name] for name in named}, receipt_id=row["id"],
                        first_view_id=view, score_view_id=score, outcome="misleading", grounds='["g"]', change_reason=None,
                        rationale=seal(connection, "because", "rationale", row["case_id"]), decided_at=self.store.now,
                        appeal_result="partly" if row["task_kind"] == "appeal" else "",
                    )
                )  # fmt: skip
            finally:
                transaction.rollback()

    def foreign(self) -> None:
        self.n_foreign += 1
        body = {"outcome": "misleading", "case": self.cases[0]}
        keep_foreign_record(self.store, source=self.tag, external_id=str(self.n_foreign), body=body, by="an")

    def n_decisions(self) -> int:
        with self.store.reading() as connection:
            found = connection.execute(select(schema.decision.c.id).where(schema.decision.c.case_id.in_(self.cases))).all()
        return len(found)


def likely(s: State, draw: random.Random) -> tuple:
    """Draw an action, mostly one that goes on with the work, sometimes with one thing wrong."""
    n = draw.randrange(len(s.shown)) if s.shown and draw.random() < 0.25 else len(s.shown) - 1
    who = s.shown[n].who if n >= 0 and draw.random() < 0.92 else draw.choice(PEOPLE)
    case = draw.randrange(len(s.versions))
    go_on: list[tuple] = [("show", case, draw.choice(PEOPLE))]
    if n >= 0:
        r = s.shown[n]
        if r.viewed is None:
            go_on = [("view", n, who)] * 3
        elif r.scored is None:
            go_on = [("score", n, who)] * 3
        elif not r.used:
            go_on = [("decide", n, who, GOOD)] * 3 + [("tick", 1)] * 2 + [("raw", n)]
    if draw.random() < 0.72:
        return draw.choice(go_on)
    return draw.choice([
        ("tick", 1), ("tick", 4), ("tick", -1), ("reassess", case), ("role", draw.choice(PEOPLE), draw.random() < 0.7), ("appeal", case),
        ("correct", case), ("let_go", case, who), ("view", n, who), ("score", n, who), ("decide", n, who, draw.choice(list(FIELDS))),
        ("raw", max(0, n)), ("foreign",), ("stop", draw.random() < 0.3), ("show", case, who),
    ])  # fmt: skip


@pytest.fixture
def worked(store: Store, clock: HandClock, assessed: Assess) -> tuple[Store, HandClock, list]:
    """Give a record with a team and two assessments."""
    engage(store)
    return store, clock, [assessed(CURE_VI), assessed(CURE_EN)]


def test_random_programs_keep_the_law(worked: tuple[Store, HandClock, list]) -> None:
    """T5.1: on every road the record accepts exactly what the oracle accepts; enough is accepted for that to mean something."""
    store, clock, assessments = worked
    n_programs, n_steps = size(5, 2_000), 40
    tried = accepted = decided = n = 0

    @settings(
        max_examples=n_programs, deadline=None, database=None, derandomize=True, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.randoms(use_true_random=True))
    def programs(draw: random.Random) -> None:
        nonlocal tried, accepted, decided, n
        n += 1
        real, state = Real(store, clock, assessments, f"p{n}"), beginning(2)
        for _ in range(n_steps):
            action = likely(state, draw)
            expected = step(state, action)
            found = real.do(action)
            tried += 1
            accepted += found
            assert found == (expected is not None), (action, state)
            if expected is not None:
                assert faults_of(state, action, expected) == [], (action, state)
                state = expected
        decided += len(state.decisions)
        assert real.n_decisions() == len(state.decisions)
        for who in PEOPLE:
            if who not in state.roles:
                real.role(who, True)
        real.stop(False)

    programs()
    with store.reading() as connection:
        assert verify_history(connection).faults == ()
    kind = store.url.split(":")[0].split("+")[0]
    share = accepted / tried
    figure(
        f"T5.1 random programs, {kind}", f"0 violations in {tried} steps", "0", f"{n} programs, {share:.0%} accepted, {decided} decisions"
    )
    assert share >= 0.2 and decided > 0


def actions(s: State) -> list[tuple]:
    """Give every action of the small world."""
    found: list[tuple] = [("tick", 1), ("tick", 4)]
    for case in range(len(s.versions)):
        found += [("show", case, who) for who in PEOPLE[:2]] + [("appeal", case)]
        found += [("reassess", case)] if s.versions[case] < 2 else []
    for n, r in enumerate(s.shown):
        found += [(name, n, r.who) for name in ("view", "score")]
        found += [("decide", n, who, GOOD) for who in PEOPLE[:2]] + [("decide", n, r.who, NO_GROUND)]
    return [*found, ("role", "lan", "lan" not in s.roles)]


def explore(depth: int, most_shown: int, broken: str = "") -> tuple[int, list]:
    """Visit every state within so many actions; give their number and the first broken law."""
    first = beginning(2)
    seen, queue = {first}, deque([(first, 0)])
    while queue:
        state, so_far = queue.popleft()
        if so_far == depth:
            continue
        for action in actions(state):
            after = step(state, action, broken)
            if after is None or len(after.shown) > most_shown or after.now > 6:
                continue
            faults = faults_of(state, action, after)
            if faults:
                return len(seen), [*faults, action]
            if after not in seen:
                seen.add(after)
                queue.append((after, so_far + 1))
    return len(seen), []


def test_every_state_of_a_small_world() -> None:
    """T5.3: two reviewers, two cases, two assessments: no reachable state breaks the law; each planted bug is found."""
    depth = size(5, 8)
    n_states, faults = explore(depth, 2)
    planted = ("role", "person", "newest", "stale", "view", "look", "another")
    caught = {}
    for bug in planted:
        caught[bug] = bool(_walk(bug, 12))
    figure(
        "T5.3 states of the small world",
        f"{n_states}, {len(faults)} bad",
        "0 bad",
        f"depth {depth}; {sum(caught.values())} of {len(planted)} planted bugs found",
    )
    assert faults == [] and all(caught.values()), caught


def _walk(bug: str, depth: int) -> list:
    """Look for a planted bug along random ways through the small world."""
    draw = random.Random(bug)
    for _ in range(40_000):
        state = beginning(2)
        for _ in range(2 * depth):
            action = likely(state, draw)
            after = step(state, action, bug)
            if after is None:
                continue
            faults = faults_of(state, action, after)
            if faults:
                return faults
            state = after
    return []
