"""Step 5 of a case: the decision, its grounds, the written reason, and what would be sent. No outcome is chosen beforehand."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from review.case_file import draft_facts
from review.domain import AppealResult, Outcome, ReasonView, TaskKind
from review.proofs import newest_checkpoint
from review.workflow import MOST_RATIONALE, record_decision
from ui.console.case_first_view import outcome_buttons
from ui.console.case_reasons import reasons_in_order
from ui.console.keys import written_words
from ui.console.written import forget_written, saying_refusals
from ui.marked_text import escaped
from ui.notice_text import notice_text
from ui.record import record, saying_errors
from ui.session import CaseWork, language, reviewer
from ui.wording import say

_OTHER = "other"


def show_decision(work: CaseWork) -> None:
    """Ask for the decision."""
    st.subheader(say(language(), "console.decision"))
    st.write(say(language(), "console.outcome"))
    outcome_buttons(work, "outcome")
    _grounds(work)
    receipt = work.receipt
    has_changed = work.outcome is not None and work.outcome is not work.first_view
    with st.form(f"decision {receipt.receipt_id}", enter_to_submit=False), st.container(key="written"):
        key = f"rationale {receipt.receipt_id}"
        rationale = st.text_area(say(language(), "console.rationale"), value=work.rationale, max_chars=5000, key=key)
        if has_changed:
            key = f"change {receipt.receipt_id}"
            change = st.text_input(say(language(), "console.change_reason"), value=work.change_reason, max_chars=500, key=key)
        result = _appeal_result(work) if receipt.task_kind == TaskKind.APPEAL else None
        with st.container(horizontal=True):
            is_decided = st.form_submit_button(say(language(), "console.record"), type="primary", shortcut="alt+enter")
            is_previewed = st.form_submit_button(say(language(), "case.preview"), shortcut="alt+p")
    written_words(f"written {receipt.receipt_id}", partial(_take_written, work))
    if is_decided or is_previewed:
        work.rationale, work.change_reason = rationale, change if has_changed else work.change_reason
    if is_previewed:
        work.is_previewed = not work.is_previewed
    if work.is_previewed:
        _preview(work)
    if is_decided:
        with saying_refusals(work):
            _decide(work, change if has_changed else "", result)


def _decide(work: CaseWork, change_reason: str, result: AppealResult | None) -> None:
    decided = record_decision(
        record(),
        work.receipt.receipt_id,
        reviewer(),
        outcome=work.outcome or "",  # type: ignore[arg-type]  # the workflow says what is missing
        grounds=work.grounds or (),
        rationale=work.rationale,
        change_reason=change_reason,
        appeal_result=result,
    )
    work.decision_id = decided.decision_id
    forget_written(work.receipt.case_id)
    st.rerun()


def _grounds(work: CaseWork) -> None:
    """Ask for the grounds, filled with the rules agreed with."""
    work.grounds = tuple(
        st.multiselect(
            say(language(), "console.grounds"),
            [*_rules(work), _OTHER],
            default=_agreed_rules(work) if work.grounds is None else work.grounds,
            placeholder=say(language(), "case.choose"),
            format_func=lambda rule: say(language(), "console.other_ground") if rule == _OTHER else rule,
            key=f"grounds {work.receipt.receipt_id}",
        )
    )


def _take_written(work: CaseWork, rationale: str, change_reason: str) -> None:
    """Take what was typed so far, unless a step was taken with it meanwhile."""
    work.rationale, work.change_reason = rationale[:MOST_RATIONALE], change_reason[:500]


def _rules(work: CaseWork) -> list[str]:
    return list(dict.fromkeys(finding["rule_id"] for claim in work.receipt.reasons["claims"] for finding in claim["findings"]))


def _agreed_rules(work: CaseWork) -> list[str]:
    """Give the rules of the reasons the reviewer agreed with; words the reviewer marked alone are another ground."""
    agreed = [
        finding["rule_id"]
        for key, claim, category in reasons_in_order(work.receipt.reasons)
        if work.views.get(key) is ReasonView.AGREE
        for finding in claim["findings"]
        if finding["category"] == category
    ]
    return [*dict.fromkeys(agreed), *([_OTHER] if work.missed else [])]


def _appeal_result(work: CaseWork) -> AppealResult | None:
    return st.segmented_control(
        say(language(), "appeal.result"),
        list(AppealResult),
        required=True,
        format_func=lambda result: say(language(), f"appeal.{result}"),
        key=f"appeal {work.receipt.receipt_id}",
    )


def _preview(work: CaseWork) -> None:
    """Show what would be sent to the advertiser."""
    if work.outcome in (None, Outcome.ESCALATED) or work.score is None:
        st.info(say(language(), "case.no_preview"))
        return
    with saying_errors():
        facts = draft_facts(work.receipt, work.score, work.outcome, work.grounds or (), work.rationale, datetime.now(UTC).date())
        newest = newest_checkpoint(record())
        st.html(f'<div class="paper">{escaped(notice_text(facts, language(), newest, is_signed=False))}</div>')
