"""Rows that are right in all but one thing, handed to the database itself, past the workflow: the store must refuse each.

Every fault is made in a world prepared for it, on a connection of the application. A fault names the guard it is for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from review.record import schema
from review.record.chain import append_event
from review.record.sealing import seal
from review.record.store import Store, next_id

SECOND = 1_000_000
Values = dict[str, Any]


@dataclass
class World:
    """Who and what the faults are about: ids in a record a fixture has filled."""

    store: Store
    open_case: int
    decided_case: int
    appealed_case: int
    refused_case: int
    erased_case: int
    people: dict[str, int]
    now: int
    pace: int = SECOND
    made: dict[str, Values] = field(default_factory=dict)


def put(c: Connection, table: Any, **values: Any) -> Values:
    """Insert a row as it is; give it."""
    row = {"id": next_id(c, table), **values}
    c.execute(table.insert().values(row))
    return row


def task_of(c: Connection, case_id: int, kind: str) -> Values:
    """Give a case's task of a kind."""
    return dict(c.execute(select(schema.task).where(schema.task.c.case_id == case_id, schema.task.c.kind == kind)).mappings().one())


def way(c: Connection, w: World, last: str, /, kind: str = "first", who: str = "lan", **change: Any) -> None:
    """Insert the rows of the whole way up to a table; ``change`` alters the last of them."""
    case_id = {"first": w.open_case, "appeal": w.appealed_case, "refused": w.refused_case, "erased": w.erased_case}[kind]
    kind = "first" if kind in ("refused", "erased") else kind
    task = task_of(c, case_id, kind)
    person = w.people[who]
    chosen = select(schema.assessment).where(schema.assessment.c.case_id == case_id).order_by(schema.assessment.c.id.desc())
    assessed = dict(c.execute(chosen.limit(1)).mappings().one())
    look = 3 * SECOND + 5_000 * int(
        c.execute(select(schema.review_case.c.n_characters).where(schema.review_case.c.id == case_id)).scalar_one()
    )
    shown = {
        "case_id": case_id, "task_id": task["id"], "task_kind": kind, "reviewer_id": person, "assessment_id": assessed["id"],
        "reasons_digest": assessed["reasons_digest"], "ready_at": w.now + look, "stale_at": w.now + 1800 * SECOND,
    }  # fmt: skip

    def add(name: str, **values: Any) -> Values:
        w.made[name] = put(c, schema.metadata.tables[name], **values | (change if name == last else {}))
        return w.made[name]

    claim = add("claim", task_id=task["id"], reviewer_id=person, claimed_at=w.now, until=w.now + 1800 * SECOND)
    if last == "claim":
        return
    receipt = add("receipt", **shown, claim_id=claim["id"], scope="in", shown_at=w.now)
    if last == "receipt":
        return
    view = add("first_view", receipt_id=receipt["id"], outcome="misleading", reason_views="{}", recorded_at=w.now + 2 * w.pace)
    if last == "first_view":
        return
    score = add("score_view", receipt_id=receipt["id"], first_view_id=view["id"], shown_at=w.now + 3 * w.pace)
    if last == "score_view":
        return
    rationale = seal(c, "because", "rationale", case_id)
    add("decision", **shown, receipt_id=receipt["id"], first_view_id=view["id"], score_view_id=score["id"], outcome="misleading",
        grounds='["g"]', rationale=rationale, change_reason=None, appeal_result="upheld" if kind == "appeal" else "",
        decided_at=w.now + look + SECOND)  # fmt: skip


def revoke(c: Connection, w: World, who: str = "lan", role: str = "reviewer") -> None:
    """Take a role away from somebody, as the administrator would."""
    reason = seal(c, "", "note")
    put(c, schema.role_change, actor_id=w.people[who], role=role, is_granted=0, by_id=w.people["quan"], reason=reason, changed_at=w.now)


def newer(c: Connection, w: World, case_id: int) -> None:
    """Assess a case anew."""
    old = dict(c.execute(select(schema.assessment).where(schema.assessment.c.case_id == case_id)).mappings().first() or {})
    put(c, schema.assessment, **{k: v for k, v in old.items() if k != "id"} | {"number": 2})


Make = Callable[[Connection, World], None]


@dataclass(frozen=True)
class Fault:
    """A row with one fault. ``make`` may prepare; its last insert must be refused."""

    name: str
    guard: str
    make: Make


def _way(last: str, before: Callable[[Connection, World], None] | None = None, /, **change: Any) -> Make:
    def make(c: Connection, w: World) -> None:
        if before:
            before(c, w)
        kept = {k: v(w) if callable(v) else v for k, v in change.items() if k not in ("kind", "who")}
        way(c, w, last, kind=change.get("kind", "first"), who=change.get("who", "lan"), **kept)

    return make


def _after(last: str, then: Callable[[Connection, World], None], /, **change: Any) -> Make:
    """Go the way up to a table, do something, and insert the next row of the way by hand."""

    def make(c: Connection, w: World) -> None:
        way(c, w, last, **change)
        then(c, w)

    return make


def _role(actor: str, role: str, by: str, granted: int = 1) -> Make:
    def make(c: Connection, w: World) -> None:
        reason = seal(c, "", "note")
        ids = {"actor_id": w.people[actor], "by_id": w.people[by]}
        put(c, schema.role_change, **ids, role=role, is_granted=granted, reason=reason, changed_at=w.now)

    return make


def _led(table: str, **values: Any) -> Make:
    def make(c: Connection, w: World) -> None:
        if table == "stop":
            values["reason"] = seal(c, "halt", "note")
        if table == "golden":
            values["case_id"] = w.open_case
        put(c, schema.metadata.tables[table], **values, by_id=w.people["lan"])

    return make


def _sealed(body: bytes | None, kind: str = "rationale") -> Make:
    def make(c: Connection, w: World) -> None:
        salt = None if body is None else b"s" * 32
        c.execute(
            schema.sealed.insert().values(commitment=f"x{next_id(c, schema.receipt)}", case_id=w.open_case, kind=kind, salt=salt, body=body)
        )

    return make


def _task(**values: Any) -> Make:
    def make(c: Connection, w: World) -> None:
        kept = {k: v(c, w) if callable(v) else v for k, v in values.items()}
        put(c, schema.task, **{"opened_at": w.now} | kept)

    return make


def _decided(c: Connection, w: World, case: str = "decided_case") -> int:
    chosen = select(schema.decision.c.id).where(schema.decision.c.case_id == getattr(w, case)).order_by(schema.decision.c.id)
    return int(c.execute(chosen.limit(1)).scalar_one())


def _end_claim(c: Connection, w: World) -> None:
    reason = seal(c, "", "note", w.open_case)
    put(c, schema.claim_end, claim_id=w.made["claim"]["id"], kind="given_back", reason=reason, ended_at=w.now)


def _receipt_by_hand(**change: Any) -> Callable[[Connection, World], None]:
    def make(c: Connection, w: World) -> None:
        receipt = {k: v for k, v in w.made["receipt"].items() if k != "id"}
        put(c, schema.receipt, **receipt | change)

    return make


def _stop(c: Connection, w: World) -> None:
    put(c, schema.stop, is_stopped=1, by_id=w.people["an"], reason=seal(c, "halt", "note"), changed_at=w.now)


def _ended_then_receipt(c: Connection, w: World) -> None:
    way(c, w, "receipt")
    _end_claim(c, w)
    _receipt_by_hand()(c, w)


def _decision_by_hand(c: Connection, w: World, **change: Any) -> None:
    decision = {k: v for k, v in w.made["decision"].items() if k != "id"}
    decision["rationale"] = seal(c, "because", "rationale", decision["case_id"])
    put(c, schema.decision, **decision | change)


def _full_then(then: Callable[[Connection, World], None], kind: str = "first", who: str = "lan") -> Make:
    """Go the way to the score, do something, then decide."""

    def make(c: Connection, w: World) -> None:
        way(c, w, "score_view", kind=kind, who=who)
        then(c, w)
        receipt, view, score = (w.made[name] for name in ("receipt", "first_view", "score_view"))
        repeated = ("case_id", "task_id", "task_kind", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at")
        put(
            c, schema.decision, **{name: receipt[name] for name in repeated}, receipt_id=receipt["id"], first_view_id=view["id"],
            score_view_id=score["id"], outcome="misleading", grounds='["g"]', rationale=seal(c, "because", "rationale", receipt["case_id"]),
            change_reason=None, appeal_result="upheld" if kind == "appeal" else "", decided_at=receipt["ready_at"] + SECOND,
        )  # fmt: skip

    return make


def _decide_a_correction(c: Connection, w: World) -> None:
    """Let the appeal's reviewer decide a correction of the same case meanwhile."""
    made, task = (
        dict(w.made),
        put(
            c, schema.task, case_id=w.appealed_case, number=9, kind="correction", about_id=_decided(c, w, "appealed_case"), opened_at=w.now
        ),
    )
    claim = {k: v for k, v in made["claim"].items() if k != "id"} | {"task_id": task["id"]}
    w.made["claim"] = put(c, schema.claim, **claim)
    other = {"task_id": task["id"], "task_kind": "correction"}
    receipt = put(
        c, schema.receipt, **{k: v for k, v in made["receipt"].items() if k != "id"} | other | {"claim_id": w.made["claim"]["id"]}
    )
    view = put(c, schema.first_view, **{k: v for k, v in made["first_view"].items() if k != "id"} | {"receipt_id": receipt["id"]})
    moved = {"receipt_id": receipt["id"], "first_view_id": view["id"]}
    score = put(c, schema.score_view, **{k: v for k, v in made["score_view"].items() if k != "id"} | moved)
    repeated = ("case_id", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at")
    put(
        c, schema.decision, **{name: receipt[name] for name in repeated}, **other, **moved, score_view_id=score["id"], outcome="misleading",
        grounds='["g"]', rationale=seal(c, "because", "rationale", w.appealed_case), change_reason=None, appeal_result="",
        decided_at=receipt["ready_at"] + SECOND,
    )  # fmt: skip
    w.made.update(made)


def _late_score(c: Connection, w: World) -> None:
    way(c, w, "score_view", shown_at=w.now + 900 * SECOND)


def _late_score_then_decide(c: Connection, w: World) -> None:
    _late_score(c, w)
    rest(c, w)


def rest(c: Connection, w: World, **change: Any) -> None:
    receipt, view, score = (w.made[name] for name in ("receipt", "first_view", "score_view"))
    repeated = ("case_id", "task_id", "task_kind", "reviewer_id", "assessment_id", "reasons_digest", "ready_at", "stale_at")
    put(c, schema.decision, **{name: receipt[name] for name in repeated} | {
        "receipt_id": receipt["id"], "first_view_id": view["id"], "score_view_id": score["id"], "outcome": "misleading", "grounds": '["g"]',
        "rationale": seal(c, "because", "rationale", receipt["case_id"]), "change_reason": None, "appeal_result": "",
        "decided_at": receipt["ready_at"] + SECOND,
    } | change)  # fmt: skip


def _wrong_kind_of_text(c: Connection, w: World) -> None:
    way(c, w, "score_view")
    rest(c, w, rationale=seal(c, "because", "note", w.open_case))


def _text_of_another_case(c: Connection, w: World) -> None:
    way(c, w, "score_view")
    rest(c, w, rationale=seal(c, "because", "rationale", w.decided_case))


def _reason_of_another_decision(c: Connection, w: World) -> None:
    used = c.execute(select(schema.decision.c.rationale).where(schema.decision.c.case_id == w.appealed_case)).scalar()
    way(c, w, "decision", kind="appeal", who="thu", rationale=used)


def _when_time_went_on(c: Connection, w: World) -> None:
    """Decide in time by the clock, after something happened that was later than the reasons were good for."""
    way(c, w, "score_view")
    told = {"actor_id": w.people["lan"], "action": "x", "case_id": w.open_case}
    append_event(c, at=w.now, table="receipt", row=w.made["receipt"], **told)
    append_event(c, at=w.made["receipt"]["stale_at"] + 1, table="claim", row=w.made["claim"], **told)
    rest(c, w)


def _case(text: str, n_characters: int, kind: str = "ad") -> Make:
    def make(c: Connection, w: World) -> None:
        case_id = next_id(c, schema.review_case)
        texts = {"ad": seal(c, text, kind, case_id), "raw": seal(c, text, "raw", case_id), "origin": seal(c, "{}", "origin", case_id)}
        put(c, schema.review_case, **texts, origin_key="x", n_characters=n_characters, product="", jurisdictions="vn", opened_at=w.now)

    return make


def _assessed_from_nothing(c: Connection, w: World) -> None:
    old = dict(c.execute(select(schema.assessment).where(schema.assessment.c.case_id == w.open_case)).mappings().first() or {})
    put(c, schema.assessment, **{k: v for k, v in old.items() if k != "id"} | {"number": 2, "record": "nothing"})


def _paper(**change: Any) -> Make:
    def make(c: Connection, w: World) -> None:
        decision = dict(c.execute(select(schema.decision).where(schema.decision.c.case_id == w.decided_case)).mappings().first() or {})
        before = change.get("before")
        if before:
            before(c, w)
        values = {
            "decision_id": decision["id"],
            "kind": "notice",
            "language": "vi",
            "signer_id": decision["reviewer_id"],
            "signed_at": w.now,
        }
        values |= {k: v(w) if callable(v) else v for k, v in change.items() if k != "before"}
        put(c, schema.paper, content=seal(c, "x", "paper", w.decided_case), **values)

    return make


def _event(**change: Any) -> Make:
    def make(c: Connection, w: World) -> None:
        newest = dict(c.execute(select(schema.audit_event).order_by(schema.audit_event.c.sequence.desc()).limit(1)).mappings().one())
        row = newest | {"sequence": newest["sequence"] + 1, "previous_digest": newest["digest"], "digest": "d" * 64}
        c.execute(schema.audit_event.insert().values(row | change))

    return make


FAULTS = (
    Fault("another key", "store_key.made_with_the_record", lambda c, w: c.execute(schema.store_key.insert().values(id=3, key=b"k")) and None),
    Fault("text without a body", "sealed.text_kept", _sealed(None)),
    Fault("change without a word", "sealed.reason_written", _sealed("\u200b \u00a0".encode(), "change_reason")),
    Fault("reason nobody can see", "sealed.reason_written", _sealed("\u200b\u3164\u2800\ufeff".encode())),
    Fault("case without its ad", "review_case.ad_kept", _case("ad", 2, "note")),
    Fault("case of less than nothing", "review_case.length_told", _case("", -600)),
    Fault("case shorter than its ad", "review_case.length_told", _case("ad " * 100, 3)),
    Fault("assessment without its text", "assessment.reasons_kept", _assessed_from_nothing),
    Fault("reason of blanks", "sealed.reason_written", _sealed(b" \n\t  a b\r ")),
    Fault("role given by a reviewer", "role_change.role_given_by_administrator", _role("ly", "lead", "lan")),
    Fault("administrator made a reviewer", "role_change.administrator_decides_nothing", _role("quan", "reviewer", "quan")),
    Fault("reviewer made an administrator", "role_change.administrator_decides_nothing", _role("lan", "administrator", "quan")),
    Fault("unknown role", "ck_role_change_known_role", _role("ly", "king", "quan")),
    Fault("scored while stopped", "assessment.scoring_not_stopped", lambda c, w: (_stop(c, w), newer(c, w, w.open_case))[1]),
    Fault("golden by a reviewer", "golden.led_by_lead", _led("golden", answer="misleading", added_at=1)),
    Fault("stopped by a reviewer", "stop.led_by_lead", _led("stop", is_stopped=1, changed_at=1)),
    Fault("share set by a reviewer", "setting.led_by_lead", _led("setting", name="s", value="1", changed_at=1)),
    Fault("model changed by a reviewer", "model_change.led_by_lead", _led("model_change", from_digest="a", to_digest="b", comparison="{}", changed_at=1)),
    Fault("appeal nobody filed", "task.has_its_cause", _task(case_id=lambda c, w: w.decided_case, number=5, kind="appeal", about_id=_decided)),
    Fault("reopened without evidence", "task.has_its_evidence", _task(case_id=lambda c, w: w.decided_case, number=5, kind="reopened", about_id=_decided)),
    Fault("a second first", "ck_task_first_comes_first", _task(case_id=lambda c, w: w.decided_case, number=5, kind="first", about_id=None)),
    Fault("a task about nothing", "ck_task_about_a_decision", _task(case_id=lambda c, w: w.decided_case, number=5, kind="second", about_id=None)),
    Fault("a task about another case's decision", "fk_task_about_id_case_id_decision",
          _task(case_id=lambda c, w: w.open_case, number=5, kind="second", about_id=_decided)),
    Fault("the same task twice", "uq_task_kind_about_id",
          _task(case_id=lambda c, w: w.appealed_case, number=7, kind="appeal", about_id=lambda c, w: _decided(c, w, "appealed_case"))),
    Fault("claim by an auditor", "claim.may_claim", _way("claim", who="ly")),
    Fault("claim of a claimed case", "claim.claimed_by_one", lambda c, w: (way(c, w, "claim", who="minh"), way(c, w, "claim"))[1]),
    Fault("claim for ever", "ck_claim_instants_in_order", _way("claim", until=lambda w: w.now + 10**12)),
    Fault("reasons on an ended claim", "receipt.claim_is_live", _ended_then_receipt),
    Fault("reasons that were erased", "receipt.reasons_readable", _way("receipt", kind="erased")),
    Fault("reasons of a decided task", "receipt.task_is_open", _after("decision", _receipt_by_hand())),
    Fault("reasons of an old assessment", "receipt.newest_assessment", _after("receipt", lambda c, w: (newer(c, w, w.open_case), _receipt_by_hand()(c, w))[1])),
    Fault("reasons to whom no role allows", "receipt.role_valid_now", _after("receipt", lambda c, w: (revoke(c, w), _receipt_by_hand()(c, w))[1])),
    Fault("appeal shown to a reviewer", "receipt.role_valid_now", _way("receipt", kind="appeal", who="minh")),
    Fault("appeal shown to the decider", "receipt.another_person", _way("receipt", kind="appeal", who="hoa")),
    Fault("ready too soon", "receipt.looked_long_enough", _way("receipt", ready_at=lambda w: w.now + 3 * SECOND)),
    Fault("good for ever", "ck_receipt_not_for_ever", _way("receipt", stale_at=lambda w: w.now + 10**12)),
    Fault("other reasons", "fk receipt assessment", _way("receipt", reasons_digest="0" * 64)),
    Fault("out of scope", "ck_receipt_only_advertising", _way("receipt", kind="refused", scope="cannot_assess")),
    Fault("task of another kind", "fk receipt task", _way("receipt", task_kind="correction")),
    Fault("claim of another", "fk receipt claim", _way("receipt", reviewer_id=lambda w: w.people["minh"])),
    Fault("view of whom no role allows", "first_view.role_valid_now",
          _after("receipt", lambda c, w: (revoke(c, w), put(c, schema.first_view, receipt_id=w.made["receipt"]["id"], outcome="misleading",
                                                            reason_views="{}", recorded_at=w.now + SECOND))[0])),
    Fault("view before the reasons", "first_view.after_the_reasons", _way("first_view", recorded_at=lambda w: w.now - 1)),
    Fault("view when the reasons are stale", "first_view.after_the_reasons", _way("first_view", recorded_at=lambda w: w.now + 1801 * SECOND)),
    Fault("view of no receipt", "first_view.after_the_reasons", _way("first_view", receipt_id=999)),
    Fault("view given twice", "uq_first_view_receipt_id",
          _after("first_view", lambda c, w: put(c, schema.first_view, **{k: v for k, v in w.made["first_view"].items() if k != "id"}) and None)),
    Fault("score to whom no role allows", "score_view.role_valid_now",
          _after("first_view", lambda c, w: (revoke(c, w), put(c, schema.score_view, receipt_id=w.made["receipt"]["id"],
                                                               first_view_id=w.made["first_view"]["id"], shown_at=w.now + 3 * SECOND))[0])),
    Fault("score before the view", "score_view.after_the_first_view", _way("score_view", shown_at=lambda w: w.now + SECOND)),
    Fault("score with another's view", "fk score_view first_view", _way("score_view", first_view_id=1)),
    Fault("decision on an old assessment", "decision.newest_assessment", _full_then(lambda c, w: newer(c, w, w.open_case))),
    Fault("decision of whom no role allows", "decision.role_valid_now", _full_then(revoke)),
    Fault("appeal decided by the decider", "decision.another_person", _full_then(_decide_a_correction, kind="appeal", who="thu")),
    Fault("decision before the score", "decision.after_the_score", _late_score_then_decide),
    Fault("reason that is no text", "decision.reason_kept", _way("decision", rationale="nothing")),
    Fault("reason that is another text", "decision.reason_kept", _wrong_kind_of_text),
    Fault("reason of another decision", "decision.reason_of_its_own", _reason_of_another_decision),
    Fault("reasons outlived", "decision.time_went_on", _when_time_went_on),
    Fault("a blank among the grounds", "decision.grounds_named", _way("decision", grounds='["a"," "]')),
    Fault("reason of another case", "decision.reason_kept", _text_of_another_case),
    Fault("changed without a word", "decision.change_has_its_reason", _way("decision", outcome="not_misleading")),
    Fault("decided too soon", "ck_decision_reasons_looked_at", _way("decision", decided_at=lambda w: w.now + 3 * SECOND)),
    Fault("decided too late", "ck_decision_receipt_not_stale", _way("decision", decided_at=lambda w: w.now + 1801 * SECOND)),
    Fault("no ground", "ck_decision_has_grounds", _way("decision", grounds="[]")),
    Fault("blank ground", "ck_decision_has_grounds", _way("decision", grounds='[""]')),
    Fault("unknown outcome", "ck_decision_known_outcome",
          lambda c, w: (way(c, w, "score_view"), rest(c, w, outcome="guilty", change_reason=seal(c, "x", "change_reason", w.open_case)))[1]),
    Fault("result without an appeal", "ck_decision_appeal_has_a_result", _way("decision", appeal_result="upheld")),
    Fault("appeal without a result", "ck_decision_appeal_has_a_result", _way("decision", kind="appeal", who="thu", appeal_result="")),
    Fault("another reviewer", "fk decision receipt", _way("decision", reviewer_id=lambda w: w.people["minh"])),
    Fault("another case", "fk decision receipt",
          lambda c, w: (way(c, w, "score_view"), rest(c, w, case_id=w.decided_case, rationale=seal(c, "because", "rationale", w.decided_case)))[1]),
    Fault("stale moved", "fk decision receipt", _way("decision", stale_at=lambda w: w.now + 10**12)),
    Fault("no receipt", "fk decision receipt", _way("decision", receipt_id=999)),
    Fault("another's score", "fk decision score_view", _way("decision", score_view_id=1)),
    Fault("decided twice", "uq_decision_task_id", _after("decision", _decision_by_hand)),
    Fault("signed by another", "fk paper decision", _paper(signer_id=lambda w: w.people["minh"])),
    Fault("signed by whom no role allows", "paper.role_valid_now", _paper(before=revoke)),
    Fault("signed twice", "uq_paper_decision_id_kind_language", lambda c, w: (_paper()(c, w), _paper()(c, w))[1]),
    Fault("event in the wrong place", "audit_event.follows_the_newest", _event(sequence=10**6)),
    Fault("event on another chain", "audit_event.follows_the_newest", _event(previous_digest="f" * 64)),
)  # fmt: skip


def is_refused(store: Store, world: World, fault: Fault) -> bool:
    """Say whether the database refuses a fault's last row. What was done is undone."""
    world.made.clear()
    try:
        with store._engine.execution_options(immediate=True).connect() as connection:
            transaction = connection.begin()
            try:
                fault.make(connection, world)
                return False
            finally:
                transaction.rollback()
    except DBAPIError:
        return True
