"""One case, top to bottom as the work is done: ad, reasons, first view, score, decision."""

import html

import streamlit as st

from review.domain import AppealResult, Outcome, ReasonView, TaskKind
from review.workflow import record_decision, record_first_view, show_reasons, show_score
from ui.marked_text import STYLE, marked_html
from ui.marking import finding_marks
from ui.reason_blocks import categories, category_html, claims_with_reasons, counter_html
from ui.record import record, saying_errors
from ui.session import CaseWork, begin_work, language, reviewer, work_on
from ui.wording import say

_OTHER = "other"


def show() -> None:
    """Show the page of the case named in the address."""
    named = st.query_params.get("case", "")
    if not (named.isdecimal() and named.isascii() and len(named) < 16):
        st.error(say(language(), "console.not_found"))
        return
    if not reviewer():
        st.info(say(language(), "console.reviewer_needed"))
        return
    with saying_errors():
        work = work_on(int(named))
        if work is None:
            work = CaseWork(receipt=show_reasons(record(), int(named), reviewer()))
            begin_work(int(named), work)
        _case(int(named), work)


def _case(case_id: int, work: CaseWork) -> None:
    st.title(say(language(), "console.case", number=case_id))
    _ad(work)
    _reasons(work)
    if work.score is None:
        _first_view(work)
        return
    _score(work)
    if work.recorded:
        st.success(say(language(), "console.recorded", outcome=say(language(), f"outcome.{work.recorded}")))
        if st.button(say(language(), "console.back"), type="primary", shortcut="b"):
            st.switch_page("pages/waiting.py")
        return
    _decision(case_id, work)


def _ad(work: CaseWork) -> None:
    reasons = work.receipt.reasons
    st.subheader(say(language(), "console.ad_received"))
    st.html(STYLE + marked_html(reasons["ad"]["text"], finding_marks(reasons["claims"]), language()))
    if reasons["disguises"]:
        kinds = dict.fromkeys(say(language(), f"disguise.{d['kind']}") for d in reasons["disguises"])
        st.warning(f"{say(language(), 'report.disguised')}: {', '.join(kinds)}")


def _reasons(work: CaseWork) -> None:
    reasons, text = work.receipt.reasons, work.receipt.reasons["ad"]["text"]
    st.subheader(say(language(), "console.reasons"))
    st.caption(say(language(), "console.reasons_note"))
    speaking = claims_with_reasons(reasons)
    if not speaking:
        st.write(say(language(), "report.nothing_found"))
    for claim in speaking:
        with st.container(border=True):
            st.html(f"<p><strong>{html.escape(claim['claim']['text'])}</strong></p>")
            for category in categories(claim):
                st.markdown(f"**{say(language(), f'type.{category}')}**")
                st.html(category_html(claim, category, text, language()))
            st.html(counter_html(claim, text, language()))
    if reasons["questions"]:
        asked = "".join(f"<li>{html.escape(question[language()])}</li>" for question in reasons["questions"])
        st.html(f"<p><strong>{html.escape(say(language(), 'report.ask'))}</strong></p><ul>{asked}</ul>")
    with st.expander(say(language(), "report.not_checked")):
        for missing in reasons["not_checked"]:
            st.write(f"{say(language(), 'not_checked.' + missing['what'])}: {say(language(), 'why.' + missing['why'])}")


def _first_view(work: CaseWork) -> None:
    st.subheader(say(language(), "console.first_view"))
    receipt = work.receipt
    with st.form(f"first view {receipt.receipt_id}"):
        views = {}
        for number, claim in enumerate(claims_with_reasons(receipt.reasons), 1):
            for category in categories(claim):
                views[f"{number}:{category}"] = st.radio(
                    f"{number} · {say(language(), f'type.{category}')}",
                    list(ReasonView),
                    index=None,
                    horizontal=True,
                    format_func=lambda view: say(language(), f"view.{view}"),
                )
        outcome = _outcome_radio(say(language(), "console.your_view"), key=f"view {receipt.receipt_id}")
        if st.form_submit_button(say(language(), "console.keep_view"), type="primary", shortcut="alt+v"):
            with saying_errors():
                _keep_first_view(work, outcome, {reason: view for reason, view in views.items() if view})


def _keep_first_view(work: CaseWork, outcome: Outcome | None, views: dict[str, ReasonView]) -> None:
    if outcome is None:
        st.error(say(language(), "error.first_view_missing"))
        return
    record_first_view(record(), work.receipt.receipt_id, reviewer(), outcome, views)
    work.score = show_score(record(), work.receipt.receipt_id, reviewer())
    st.rerun()


def _outcome_radio(label: str, key: str) -> Outcome | None:
    return st.radio(
        label,
        list(Outcome),
        index=None,
        horizontal=True,
        format_func=lambda outcome: say(language(), f"outcome.{outcome}"),
        key=key,
    )


def _appeal_result(work: CaseWork) -> AppealResult | None:
    return st.radio(
        say(language(), "appeal.result"),
        list(AppealResult),
        index=None,
        horizontal=True,
        format_func=lambda result: say(language(), f"appeal.{result}"),
        key=f"appeal {work.receipt.receipt_id}",
    )


def _score(work: CaseWork) -> None:
    assert work.score is not None  # noqa: S101 (for the type checker; the page comes here only with a score)
    st.subheader(say(language(), "console.score"))
    count = min(99, max(1, round(100 * work.score.risk)))
    st.write(f"{say(language(), f'triage.{work.score.triage}')}. {say(language(), 'report.risk', count=count)}")
    st.caption(say(language(), "report.person_decides"))


def _decision(case_id: int, work: CaseWork) -> None:
    st.subheader(say(language(), "console.decision"))
    rules = dict.fromkeys(finding["rule_id"] for claim in work.receipt.reasons["claims"] for finding in claim["findings"])
    with st.form(f"decision {work.receipt.receipt_id}"):
        outcome = _outcome_radio(say(language(), "console.outcome"), key=f"outcome {work.receipt.receipt_id}")
        grounds = st.multiselect(
            say(language(), "console.grounds"),
            [*rules, _OTHER],
            format_func=lambda rule: say(language(), "console.other_ground") if rule == _OTHER else rule,
        )
        rationale = st.text_area(say(language(), "console.rationale"), max_chars=5000)
        change = st.text_input(say(language(), "console.change_reason"), max_chars=500)
        result = _appeal_result(work) if work.receipt.task_kind == TaskKind.APPEAL else None
        if st.form_submit_button(say(language(), "console.record"), type="primary", shortcut="alt+d"):
            with saying_errors():
                decided = record_decision(
                    record(),
                    work.receipt.receipt_id,
                    reviewer(),
                    outcome=outcome or "",  # type: ignore[arg-type]  # the workflow says what is missing
                    grounds=tuple(grounds),
                    rationale=rationale,
                    change_reason=change,
                    appeal_result=result,
                )
                work.recorded = decided.outcome
                begin_work(case_id, work)
                st.rerun()


show()
