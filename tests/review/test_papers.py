"""Papers that leave the building: dossiers checked offline, statements the database would take, notices, exports."""

import csv
import io
import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from classifier.errors import AdCheckError, FieldInvalid, NotAllowed, ReviewError, StoreError
from conftest import CURE_EN, CURE_VI, HARMLESS, HandClock
from record_support import Assess, checkpoints, decide, figure, opened, size
from review.cases import standing_decision
from review.domain import Outcome, PaperKind, Role
from review.erasing import erase_cases
from review.papers.check_dossier import Rejected, check
from review.papers.dossier import as_html, as_json, checker_file, gather, make_dossier
from review.papers.exports import csv_lines, decision_rows, json_lines, safe_cell
from review.papers.facts import facts_of, paper_facts, without_personal
from review.papers.signature import sign_paper, signed_paper
from review.papers.statement import Restriction, statement_faults, statement_of_reasons
from review.people import change_role
from review.record.checkpoints import leaves, sign_checkpoint
from review.record.store import Store
from ui.console.local import day
from ui.notice_text import notice_text
from ui.wording import say

DONE = Restriction(applied_on=date(2026, 10, 2), territorial_scope=("DE", "FR"))
GROUNDS = {CURE_VI: ("vn.food.disease",), CURE_EN: ("eu.food.disease",)}


def grounds_met(assessed: Assess, ad: str) -> tuple[str, ...]:
    """Give the rules an ad meets."""
    return tuple(dict.fromkeys(f.rule_id for claim in assessed(ad).claims for f in claim.findings))


def test_a_dossier_checks_itself_offline(sqlite_store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> None:
    """The stand-alone file, with nothing but Python's own library, accepts a dossier in both forms and rejects another key."""
    kept, key = checkpoints(tmp_path)
    case_id = opened(sqlite_store, assessed(CURE_VI))
    decide(sqlite_store, case_id, clock)
    with pytest.raises(StoreError):
        make_dossier(sqlite_store, case_id, kept)
    sign_checkpoint(sqlite_store, kept, key)
    made = make_dossier(sqlite_store, case_id, kept)
    for name, written in (("d.json", as_json(made)), ("d.html", as_html(made))):
        (tmp_path / name).write_text(written, "utf-8")
        command = [sys.executable, "-I", "-S", str(checker_file()), str(tmp_path / name)]
        held = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", env={"PYTHONIOENCODING": "utf-8"})
        assert held.returncode == 0 and "HOLDS" in held.stdout, held.stdout + held.stderr
        assert subprocess.run([*command, "--key", "00" * 32], capture_output=True, check=False).returncode == 1
    assert CURE_VI in as_html(made) and "<script>" not in as_html(made).replace('<script type="application/json"', "")


def test_dossiers_hold_and_flipped_bytes_do_not(sqlite_store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> None:
    """T1.7: every dossier verifies, in both forms; one changed byte anywhere rejects it."""
    n_cases, n_flips, draw = size(12, 1_000), size(60, 5_000), random.Random(7)
    ads = [assessed(CURE_VI), assessed(CURE_EN)]
    for n in range(n_cases):
        decide(sqlite_store, opened(sqlite_store, ads[n % 2], str(n)), clock)
    kept, key = checkpoints(tmp_path)
    sign_checkpoint(sqlite_store, kept, key)
    written = []
    with sqlite_store.reading() as connection:
        tree = leaves(connection)
        for case_id in range(1, n_cases + 1):
            made = gather(connection, case_id, kept, tree)
            raw = (as_html(made) if case_id % 2 else as_json(made)).encode()
            check(raw)
            if len(written) < 20:
                written.append(raw)
    rejected = 0
    for _ in range(n_flips):
        raw = bytearray(draw.choice(written))
        raw[draw.randrange(len(raw))] ^= draw.randrange(1, 256)
        try:
            check(bytes(raw))
        except (Rejected, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError):
            rejected += 1
    figure("T1.7 dossiers that verify", f"{n_cases} of {n_cases}", "all")
    figure("T1.7 one-byte changes rejected", f"{rejected} of {n_flips}", "all")
    assert rejected == n_flips


def test_a_dossier_forged_and_sealed_anew_is_rejected(sqlite_store: Store, assessed: Assess, clock: HandClock, tmp_path: Path) -> None:
    """Somebody who changes a step and makes the file's own digest anew still fails at the signed root."""
    from classifier.records import digest_of

    kept, key = checkpoints(tmp_path)
    decide(sqlite_store, opened(sqlite_store, assessed(CURE_VI)), clock)
    sign_checkpoint(sqlite_store, kept, key)
    made = json.loads(as_json(make_dossier(sqlite_store, 1, kept)))
    step = next(s for s in made["steps"] if '"table":"decision"' in s["event"]["body"])
    step["row"]["outcome"] = "not_misleading"
    body = json.loads(step["event"]["body"]) | {"row": digest_of(step["row"])}
    step["event"]["body"] = json.dumps(body, sort_keys=True, separators=(",", ":"))
    step["event"]["digest"] = digest_of({k: v for k, v in step["event"].items() if k != "digest"})
    del made["digest"]
    made["digest"] = digest_of(made)
    with pytest.raises(Rejected, match="place of event"):
        check(as_json(made).encode())


def test_statements_are_complete_and_valid(sqlite_store: Store, assessed: Assess, clock: HandClock) -> None:
    """T5.9: statement and notice from many decisions: schema-valid, both languages, facts, rule, automation, redress, deadline, no name."""
    n_cases = size(10, 200)
    corpus = [
        CURE_VI,
        CURE_EN,
        "Serum trị nám tận gốc, cam kết hết 100% sau 7 ngày. Zalo 0912 345 678",
        "Guaranteed cure for arthritis, call 0912345678",
    ]
    valid = complete = 0
    for n in range(n_cases):
        ad = corpus[n % len(corpus)]
        case_id = opened(sqlite_store, assessed(ad), str(n))
        chosen = grounds_met(assessed, ad)[: 1 + n % 3] or ("other",)
        made = decide(sqlite_store, case_id, clock, reviewer="Nguyễn Thị Lan", grounds=chosen, rationale=f"Nói chữa khỏi bệnh, mục {n}.")
        facts = paper_facts(sqlite_store, made.decision_id)
        record = statement_of_reasons(facts, DONE)
        valid += statement_faults(record) == () and record["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
        notices = {language: notice_text(facts, language, None, is_signed=True) for language in ("vi", "en")}
        for language, text in notices.items():
            wanted = [say(language, f"paper.{key}").upper() for key in ("facts", "automated", "lawful", "redress", "written")]
            wanted += [day(facts.appeal_until, language), facts.rationale, *(g.instrument for g in facts.grounds), facts.excerpt]
            complete += all(part in text for part in wanted) and "Nguyễn" not in text and "0912" not in text
        assert "Nguyễn" not in json.dumps(record, ensure_ascii=False) and "0912" not in json.dumps(record)
    figure("T5.9 statements schema-valid", f"{valid} of {n_cases}", "200 of 200")
    figure("T5.9 notices complete, two languages each", f"{complete} of {2 * n_cases}", "all")
    assert (valid, complete) == (n_cases, 2 * n_cases)


WRONG: dict[str, object] = {
    "decision_visibility": ["DECISION_VISIBILITY_NONE"], "decision_ground": "DECISION_GROUND_OTHER", "illegal_content_legal_ground": "x" * 501,
    "illegal_content_explanation": "", "incompatible_content_ground": "terms", "content_type": [], "category": "STATEMENT_CATEGORY_ADS",
    "category_specification": ["KEYWORD_PHISHING"], "territorial_scope": ["VN"], "content_language": "vie", "content_date": "2026-02-31",
    "application_date": "2019-12-31", "decision_facts": "Gọi 0912 345 678", "source_type": "SOURCE_MODEL", "automated_detection": "yes",
    "automated_decision": "AUTOMATED_DECISION_NONE", "puid": "case 1", "source_identity": "somebody", "content_id": {"EAN-13": "123"},
    "decision_visibility_other": "x", "unknown": 1,
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_the_database_would_refuse_is_refused_here(sqlite_store: Store, assessed: Assess, clock: HandClock, name: str) -> None:
    """Each wrong field, value, date, keyword of another category or personal number is named before anything leaves."""
    made = decide(sqlite_store, opened(sqlite_store, assessed(CURE_EN)), clock, grounds=grounds_met(assessed, CURE_EN))
    record = statement_of_reasons(paper_facts(sqlite_store, made.decision_id), DONE)
    assert statement_faults(record) == () and statement_faults(record | {name: WRONG[name]})


def test_a_missing_field_is_refused(sqlite_store: Store, assessed: Assess, clock: HandClock) -> None:
    """Every required field is missed when it is gone; so is a restriction of any kind."""
    made = decide(sqlite_store, opened(sqlite_store, assessed(CURE_EN)), clock, grounds=grounds_met(assessed, CURE_EN))
    record = statement_of_reasons(paper_facts(sqlite_store, made.decision_id), DONE)
    for name in set(record) - {"category_specification", "territorial_scope", "content_language"}:
        assert statement_faults({k: v for k, v in record.items() if k != name}), name


def test_only_the_decider_signs_and_once(store: Store, assessed: Assess, clock: HandClock) -> None:
    """A paper needs its decider's signature while the role is held; what was signed stays as it was sent."""
    made = decide(store, opened(store, assessed(CURE_VI)), clock)
    with pytest.raises(NotAllowed):
        sign_paper(store, made.decision_id, "minh", PaperKind.NOTICE, "vi", "x")
    sign_paper(store, made.decision_id, "lan", PaperKind.NOTICE, "vi", "đã ký")
    with pytest.raises(ReviewError):
        sign_paper(store, made.decision_id, "lan", PaperKind.NOTICE, "vi", "khác")
    change_role(store, "lan", Role.REVIEWER, by="x", is_granted=False)
    with pytest.raises(NotAllowed):
        sign_paper(store, made.decision_id, "lan", PaperKind.NOTICE, "en", "x")
    assert signed_paper(store, made.decision_id, PaperKind.NOTICE, "vi") == "đã ký"


def test_only_a_misleading_ad_gets_a_statement(sqlite_store: Store, assessed: Assess, clock: HandClock) -> None:
    """A decision that restricts nothing gives no statement; one passed on gives no paper at all."""
    made = decide(sqlite_store, opened(sqlite_store, assessed(HARMLESS)), clock, outcome=Outcome.NOT_MISLEADING, grounds=("other",))
    with pytest.raises(ReviewError):
        statement_of_reasons(paper_facts(sqlite_store, made.decision_id), DONE)
    passed_on = decide(sqlite_store, opened(sqlite_store, assessed(CURE_EN)), clock, outcome=Outcome.ESCALATED)
    with pytest.raises(ReviewError):
        paper_facts(sqlite_store, passed_on.decision_id)


HOSTILE = [
    *(f"{start}HYPERLINK(\"http://x\")" for start in ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "＋", "－", "＠", "'=", '"=', "\x00=", "|", "%")),
    'a","=1+1', "a;=1", "a\n=1", "bình thường", "", "0912", "\u202e=1",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_starts_a_formula(text: str) -> None:
    """T3.7: however a text begins, the cell does not begin like a formula, and JSONL gives it back to the byte."""
    cell = safe_cell(text)
    assert not cell.lstrip(' "').startswith(tuple("=+-@\t\r\n|%＝＋－＠")) and "\x00" not in cell
    row = next(csv.reader(io.StringIO(list(csv_lines(iter([{"a": text}]), ("a",)))[1])))
    assert row == [cell]
    assert json.loads(next(json_lines(iter([{"a": text}]))))["a"] == text


def test_exports_hold_every_decision(sqlite_store: Store, assessed: Assess, clock: HandClock) -> None:
    """Decisions come out with case, first view and grounds; no name of a reviewer; an erased case says so."""
    for n, ad in enumerate((CURE_VI, CURE_EN)):
        decide(sqlite_store, opened(sqlite_store, assessed(ad), str(n)), clock, reviewer="Trần Minh")
    change_role(sqlite_store, "quan", Role.ADMINISTRATOR, by="quan", is_granted=True)
    erase_cases(sqlite_store, (1,), by="quan", by_order="court, 2026-10-05")
    rows = list(decision_rows(sqlite_store))
    assert [row["ad"] for row in rows] == ["", CURE_EN] and [row["erased"] for row in rows] == [True, False]
    assert "Trần" not in "".join(json_lines(iter(rows))) and rows[1]["stands"]


def test_personal_details_are_taken_out() -> None:
    """Addresses, links, numbers and account names go; prices, percentages and dates stay."""
    text = "Gọi 0912 345 678 hoặc +84 (28) 1234-5678, a.b@shop.vn, https://x.vn/a, @tiem.thuoc. Giá 199.000đ, giảm 50%, 7 ngày."
    kept = without_personal(text)
    assert not any(part in kept for part in ("0912", "1234", "shop.vn", "x.vn", "tiem")) and "199.000đ, giảm 50%, 7 ngày" in kept


def test_a_paper_of_an_erased_case_is_refused(sqlite_store: Store, assessed: Assess, clock: HandClock) -> None:
    """After an erasure there is nothing left to quote, and the paper says so."""
    made = decide(sqlite_store, opened(sqlite_store, assessed(CURE_VI)), clock)
    change_role(sqlite_store, "quan", Role.ADMINISTRATOR, by="quan", is_granted=True)
    erase_cases(sqlite_store, (1,), by="quan", by_order="court, 2026-10-05")
    with pytest.raises(AdCheckError), sqlite_store.reading() as connection:
        facts_of(connection, made.decision_id)
    with sqlite_store.reading() as connection:
        assert standing_decision(connection, 1) is not None


def test_a_field_too_many_is_named(sqlite_store: Store, assessed: Assess, clock: HandClock) -> None:
    """Further fields are checked like the others."""
    made = decide(sqlite_store, opened(sqlite_store, assessed(CURE_EN)), clock, grounds=grounds_met(assessed, CURE_EN))
    further = Restriction(applied_on=date(2026, 10, 2), further={"account_type": "ACCOUNT_TYPE_SHOP"})
    with pytest.raises(FieldInvalid):
        statement_of_reasons(paper_facts(sqlite_store, made.decision_id), further)
