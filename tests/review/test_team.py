"""What a team needs: roles, one case for one person, second opinions, appeals, evidence, suggestions, the stop switch."""

import unicodedata

import pytest

from classifier.errors import AlreadyDecided, ClaimedByOther, FieldInvalid, NoFirstView, NotAllowed, ReviewError, ScoringStopped
from conftest import CURE_EN, CURE_VI, HARMLESS, HandClock, n_rows
from record_queue import Routing, take_next, waiting_cases
from record_support import TEAM, Assess, decide, engage, opened
from review.aftermath import ask_correction, file_appeal, set_share
from review.cases import receive_evidence, standing_decision, stop_scoring
from review.claims import let_go
from review.domain import AppealResult, Outcome, Role, TaskKind
from review.erasing import erase_cases
from review.oversight.golden import add_golden
from review.oversight.promotion import record_promotion
from review.oversight.report import oversight_report
from review.people import ALLOWED, actor_id, change_role, people, require_reader
from review.record.store import Store
from review.similar import suggest
from review.waiting import queue_counts
from review.workflow import record_first_view, show_reasons


@pytest.fixture
def team(store: Store) -> Store:
    """Give a record with a team and an administrator."""
    engage(store)
    return store


STEPS = {
    "decide": lambda s, n: show_reasons(s, 1, n),
    "ask_correction": lambda s, n: ask_correction(s, 2, by=n),
    "file_appeal": lambda s, n: file_appeal(s, 2, "x", by=n),
    "receive_evidence": lambda s, n: receive_evidence(s, 3, "x", by=n),
    "set_queue": lambda s, n: set_share(s, 0.5, by=n),
    "add_golden": lambda s, n: add_golden(s, 1, Outcome.MISLEADING, by=n),
    "stop_scoring": lambda s, n: stop_scoring(s, is_stopped=True, by=n, reason="drill"),
    "promote_model": lambda s, n: record_promotion(s, "a", "b", {}, by=n),
    "see_oversight": lambda s, n: oversight_report(s, n),
    "read_record": lambda s, n: require_reader(s, n, "read_record"),
    "erase": lambda s, n: erase_cases(s, (2,), by=n, by_order="court, 2026"),
    "change_roles": lambda s, n: change_role(s, "mai", Role.AUDITOR, by=n, is_granted=True),
}


@pytest.mark.parametrize("action", STEPS)
def test_roles_may_do_what_the_table_says(team: Store, assessed: Assess, clock: HandClock, action: str) -> None:
    """T3.3: each role does exactly what the table of rights allows, on the real step; a name without a role does nothing."""
    for name in ("1", "2", "3"):
        opened(team, assessed(CURE_VI), name)
    decide(team, 2, clock)
    decide(team, 3, clock, outcome=Outcome.NEEDS_SUBSTANTIATION)
    names = {role: name for name, role in TEAM.items()} | {Role.ADMINISTRATOR: "quan", None: "nobody"}
    names[Role.REVIEWER] = "minh"
    order = sorted(names, key=lambda role: role in ALLOWED[action])
    done = 0
    for role in order:
        if role in ALLOWED[action]:
            if done == 0:
                STEPS[action](team, names[role])
                done += 1
            continue
        with pytest.raises(NotAllowed):
            STEPS[action](team, names[role])
    assert done == 1


def test_a_role_taken_away_works_at_once(team: Store, assessed: Assess, clock: HandClock) -> None:
    """Somebody with reasons on the screen cannot go on once the role is gone; only an administrator gives it back."""
    opened(team, assessed(CURE_VI))
    receipt = show_reasons(team, 1, "lan")
    change_role(team, "lan", Role.REVIEWER, by="quan", is_granted=False, reason="left")
    with pytest.raises(NotAllowed):
        record_first_view(team, receipt.receipt_id, "lan", Outcome.MISLEADING)
    with pytest.raises(NotAllowed):
        change_role(team, "lan", Role.REVIEWER, by="lan", is_granted=True)
    assert {person.name: person.roles for person in people(team)}["lan"] == ()


def test_an_administrator_decides_nothing(team: Store) -> None:
    """Nobody looks after people and decides too."""
    with pytest.raises(NotAllowed):
        change_role(team, "quan", Role.REVIEWER, by="quan", is_granted=True)
    with pytest.raises(NotAllowed):
        change_role(team, "thu", Role.ADMINISTRATOR, by="quan", is_granted=True)


def test_a_record_of_one_person_works_at_once(store: Store, assessed: Assess, clock: HandClock) -> None:
    """Until an administrator is named, who gives a name is a reviewer."""
    opened(store, assessed(CURE_VI))
    assert decide(store, 1, clock, reviewer="mai").reviewer == "mai"


def test_two_people_never_get_the_same_case(team: Store, assessed: Assess, clock: HandClock) -> None:
    """A case in work is not offered to others; a given-back or forgotten one is; a skipped one not to who skipped it."""
    for n, ad in enumerate((CURE_VI, CURE_EN)):
        opened(team, assessed(ad), str(n))
    first, second = take_next(team, "lan"), take_next(team, "minh")
    assert first and second and first.case_id != second.case_id and take_next(team, "thu") is None
    with pytest.raises(ClaimedByOther):
        show_reasons(team, first.case_id, "minh")
    with pytest.raises(FieldInvalid):
        let_go(team, first.case_id, "lan", skip=True)
    let_go(team, first.case_id, "lan", skip=True, reason="I know the seller")
    assert take_next(team, "lan") is None
    third = take_next(team, "thu")
    assert third and third.case_id == first.case_id and n_rows(team, "decision") == 0
    clock.pass_time(minutes=31)
    assert len(waiting_cases(team, reviewer="minh")) == 2
    with pytest.raises(ReviewError):
        let_go(team, first.case_id, "thu")


def test_queues_are_routed(team: Store, assessed: Assess) -> None:
    """A queue can hold one language, jurisdiction, product or seller."""
    from review.cases import open_case

    for n, ad in enumerate((CURE_VI, CURE_EN)):
        open_case(team, assessed(ad), source="a", external_id=str(n), raw=ad.encode(), seller=f"shop {n}")
    assert [c.ad_text for c in waiting_cases(team, routing=Routing(language="en"))] == [CURE_EN]
    assert [c.seller for c in waiting_cases(team, routing=Routing(seller="shop 0"))] == ["shop 0"]
    assert len(waiting_cases(team, routing=Routing(jurisdiction="eu"))) == 2
    assert waiting_cases(team, routing=Routing(product="food")) == ()
    assert waiting_cases(team, routing=Routing(kinds=(TaskKind.APPEAL,))) == ()


def test_a_second_opinion_is_blind(team: Store, assessed: Assess, clock: HandClock) -> None:
    """On the share a lead sets, another person decides anew and cannot tell; a disagreement goes to a senior who did neither."""
    set_share(team, 1.0, by="an")
    opened(team, assessed(CURE_VI))
    decide(team, 1, clock)
    assert waiting_cases(team, reviewer="lan") == ()
    waiting = waiting_cases(team, reviewer="minh")
    assert [case.task_kind for case in waiting] == [TaskKind.FIRST]
    with pytest.raises(NotAllowed):
        show_reasons(team, 1, "lan")
    assert show_reasons(team, 1, "minh").task_kind is TaskKind.FIRST
    decide(team, 1, clock, reviewer="minh", outcome=Outcome.NOT_MISLEADING)
    assert [case.task_kind for case in waiting_cases(team, reviewer="thu")] == [TaskKind.ADJUDICATION]
    assert waiting_cases(team, reviewer="minh") == ()
    decide(team, 1, clock, reviewer="thu", outcome=Outcome.NOT_MISLEADING)
    assert standing(team, 1) == ("adjudication", "not_misleading") and queue_counts(team)["waiting"] == 0


def test_agreement_needs_no_third_word(team: Store, assessed: Assess, clock: HandClock) -> None:
    """Two who agree are enough; the first decision stands."""
    set_share(team, 1.0, by="an")
    opened(team, assessed(CURE_VI))
    decide(team, 1, clock)
    decide(team, 1, clock, reviewer="minh")
    assert standing(team, 1) == ("first", "misleading") and queue_counts(team) == {"waiting": 0, "decided": 1, "refused": 0}


def test_an_appeal_is_another_persons(team: Store, assessed: Assess, clock: HandClock) -> None:
    """A senior who did not decide answers, with a result; once; and sees the machine's word only after a first view."""
    opened(team, assessed(CURE_VI))
    with pytest.raises(ReviewError):
        file_appeal(team, 1, "x", by="lan")
    decide(team, 1, clock, reviewer="hoa")
    file_appeal(team, 1, "Chúng tôi có giấy phép.", by="lan")
    with pytest.raises(ReviewError):
        file_appeal(team, 1, "x", by="lan")
    for name in ("lan", "hoa"):
        with pytest.raises(NotAllowed):
            show_reasons(team, 1, name)
    with pytest.raises(FieldInvalid):
        decide(team, 1, clock, reviewer="thu", outcome=Outcome.NOT_MISLEADING)
    made = decide(team, 1, clock, reviewer="thu", outcome=Outcome.NOT_MISLEADING, result=AppealResult.OVERTURNED)
    assert (made.task_kind, made.appeal_result) == (TaskKind.APPEAL, AppealResult.OVERTURNED)
    assert standing(team, 1) == ("appeal", "not_misleading")


def test_a_correction_is_a_new_decision(team: Store, assessed: Assess, clock: HandClock) -> None:
    """Nothing is changed: the reasons are shown anew, a second decision is written, and it stands."""
    opened(team, assessed(CURE_VI))
    decide(team, 1, clock)
    with pytest.raises(AlreadyDecided):
        show_reasons(team, 1, "lan")
    ask_correction(team, 1, by="an")
    decide(team, 1, clock, outcome=Outcome.NOT_MISLEADING)
    assert standing(team, 1) == ("correction", "not_misleading") and n_rows(team, "decision") == 2


def test_evidence_opens_a_case_again(team: Store, assessed: Assess, clock: HandClock) -> None:
    """Evidence is kept only when it was asked for; then the case waits again."""
    opened(team, assessed(CURE_VI))
    with pytest.raises(ReviewError):
        receive_evidence(team, 1, "x", by="lan")
    decide(team, 1, clock, outcome=Outcome.NEEDS_SUBSTANTIATION)
    assert waiting_cases(team) == ()
    receive_evidence(team, 1, "Giấy xác nhận số 12", by="lan")
    assert [case.task_kind for case in waiting_cases(team)] == [TaskKind.REOPENED]
    decide(team, 1, clock)
    assert standing(team, 1) == ("reopened", "misleading")


def test_what_is_passed_on_goes_to_a_senior(team: Store, assessed: Assess, clock: HandClock) -> None:
    """An escalated case waits for a senior and for nobody else."""
    opened(team, assessed(CURE_VI))
    decide(team, 1, clock, outcome=Outcome.ESCALATED)
    assert waiting_cases(team, reviewer="minh") == () and len(waiting_cases(team, reviewer="thu")) == 1


def test_a_decision_on_a_near_duplicate_is_suggested(team: Store, assessed: Assess, clock: HandClock) -> None:
    """After the first view, and not before, decisions on nearly the same ad are shown; nothing is applied."""
    copy = "Trà thảo mộc CHỮA dứt điểm tiểu đường chỉ sau 7 ngày, cam kết khỏi 100% nhé"
    for n, ad in enumerate((CURE_VI, copy, HARMLESS)):
        opened(team, assessed(ad), str(n))
    decide(team, 1, clock)
    receipt = show_reasons(team, 2, "minh").receipt_id
    with pytest.raises(NoFirstView):
        suggest(team, receipt)
    record_first_view(team, receipt, "minh", Outcome.MISLEADING)
    found = suggest(team, receipt)
    assert [(s.case_id, s.outcome) for s in found] == [(1, Outcome.MISLEADING)] and found[0].similarity > 0.7
    assert n_rows(team, "decision") == 1


def test_the_stop_switch_stops_scoring_only(team: Store, assessed: Assess, clock: HandClock) -> None:
    """T5.7: no case is scored while stopped; what was shown is decided, and appeals go on; a lead lets it go on."""
    opened(team, assessed(CURE_VI))
    receipt = show_reasons(team, 1, "lan")
    stop_scoring(team, is_stopped=True, by="an", reason="odd scores")
    with pytest.raises(ScoringStopped):
        opened(team, assessed(CURE_EN), "2")
    record_first_view(team, receipt.receipt_id, "lan", Outcome.MISLEADING)
    decide(team, 1, clock)
    file_appeal(team, 1, "x", by="lan")
    decide(team, 1, clock, reviewer="thu", result=AppealResult.UPHELD)
    stop_scoring(team, is_stopped=False, by="an", reason="looked at")
    assert opened(team, assessed(CURE_EN), "2") == 2


def standing(store: Store, case_id: int) -> tuple[str, str]:
    """Give kind and outcome of the decision that stands."""
    with store.reading() as connection:
        found = standing_decision(connection, case_id)
    assert found is not None
    return found["task_kind"], found["outcome"]


def test_another_way_to_write_a_name_is_no_other_person(team: Store, assessed: Assess, clock: HandClock) -> None:
    """Who decided cannot answer the appeal under the same name in other letters, marks or blanks."""
    opened(team, assessed(CURE_VI))
    decide(team, 1, clock, reviewer="hoa")
    file_appeal(team, 1, "x", by="lan")
    for name in ("Hoa", " HOA ", "h\u200boa", "ｈｏａ"):
        with pytest.raises(NotAllowed) as caught:
            show_reasons(team, 1, name)
        assert caught.value.problems[0].code == "another_person"
    with team.writing() as connection:
        assert actor_id(team, connection, "Nguyễn  Thị Hoa") == actor_id(team, connection, unicodedata.normalize("NFD", "nguyễn thị hoa"))
