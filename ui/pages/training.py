"""A newcomer's first half hour: how the work goes, then practice cases with known answers. Nothing here is recorded."""

import html
from datetime import date

import streamlit as st

from classifier.checker import assess, make_ad
from classifier.records import as_record
from review.domain import Outcome
from review.reasons import reasons_of
from ui.console.case_reasons import claims_in_order
from ui.console.practice import PracticeCase, practice_cases
from ui.marked_text import escaped, marked_html
from ui.marking import finding_marks
from ui.reason_blocks import categories, category_html, counter_html
from ui.record import checker, saying_errors
from ui.session import language, practice
from ui.wording import say

_STEPS = ("read", "reasons", "own_view", "score", "decide", "never")


def show() -> None:
    """Show the page."""
    st.title(say(language(), "page.training"))
    st.write(say(language(), "practice.intro"))
    with st.expander(say(language(), "practice.how"), expanded=not _n_answered()):
        steps = "".join(f"<li>{html.escape(say(language(), f'practice.{step}'))}</li>" for step in _STEPS)
        st.html(f"<ol>{steps}</ol>")
    with saying_errors():
        cases = practice_cases()
        right = sum(practice(case.key).answer == case.answer for case in cases)
        st.caption(say(language(), "practice.progress", done=_n_answered(), of=len(cases), right=right))
        numbers = list(range(len(cases)))
        chosen = st.segmented_control(
            say(language(), "practice.choose"), numbers, default=0, format_func=lambda n: str(n + 1), required=True, key="practice case"
        )
        _case(cases[chosen or 0])


def _n_answered() -> int:
    return sum(bool(practice(case.key).answer) for case in practice_cases())


def _case(case: PracticeCase) -> None:
    assessment = assess(make_ad(case.text, as_of=date.today()), checker())
    record = as_record(assessment)
    reasons = reasons_of(record)
    st.html(marked_html(case.text, finding_marks(reasons["claims"]), language()))
    speaking = claims_in_order(reasons)
    if not speaking:
        st.write(say(language(), "report.nothing_found"))
    for claim in speaking:
        evidence, counter = st.columns([3, 2])
        with counter:
            st.html(counter_html(claim, case.text, language()))
        with evidence:
            for category in categories(claim):
                st.markdown(f"**{say(language(), f'type.{category}')}**")
                st.html(category_html(claim, category, case.text, language()))
    st.write(say(language(), "console.your_view"))
    _answers(case)
    if practice(case.key).answer:
        _explain(case, assessment.triage.value if assessment.triage else "", assessment.risk)


def _answers(case: PracticeCase) -> None:
    with st.container(horizontal=True):
        for number, outcome in enumerate((Outcome.MISLEADING, Outcome.NOT_MISLEADING, Outcome.NEEDS_SUBSTANTIATION), 1):
            is_chosen = practice(case.key).answer == outcome
            st.button(
                ("✓ " if is_chosen else "") + say(language(), f"outcome.{outcome}"),
                key=f"practice {case.key} {outcome}",
                shortcut=str(number),
                on_click=setattr,
                args=(practice(case.key), "answer", outcome.value),
            )


def _explain(case: PracticeCase, triage: str, risk: float | None) -> None:
    is_right = practice(case.key).answer == case.answer
    told = say(language(), "practice.right" if is_right else "practice.other", answer=say(language(), f"outcome.{case.answer}"))
    st.html(f'<p class="said" role="status"><strong>{escaped(told)}</strong><br>{escaped(case.why[language()])}</p>')
    if risk is not None:
        count = min(99, max(1, round(100 * risk)))
        st.write(
            f"{say(language(), 'practice.machine')} {say(language(), f'triage.{triage}')}. {say(language(), 'report.risk', count=count)}"
        )
    else:
        st.write(say(language(), "practice.machine_refused"))


show()
