"""What a reviewer has written in a case, kept at every step and there again after a reload or a new sign-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from classifier.domain import Span
from classifier.errors import NoReceipt
from review.case_file import appeal_letter
from review.domain import Outcome, ReasonView
from review.resuming import unfinished
from review.workflow import show_reasons
from ui.drafts import drafts
from ui.record import record, saying_errors
from ui.session import CaseWork, begin_work, language, last_written, note_written, reviewer
from ui.wording import say


def resume(case_id: int) -> CaseWork:
    """Go on with a receipt that is still good for a decision, or show the reasons anew; then take up what was written."""
    left = unfinished(record(), case_id, reviewer())
    receipt = left.receipt if left else show_reasons(record(), case_id, reviewer())
    work = CaseWork(receipt=receipt, letter=appeal_letter(record(), receipt))
    told = drafts().written(reviewer(), case_id)
    if told.get("about") == _about(work):
        _take_up(work, told)
    if left:
        work.first_view, work.score = left.first_view, left.score
        work.missed = {_missed_span(reason): reason.split(":")[2] for reason in left.views if _is_missed(reason)}
        work.views = {reason: view for reason, view in left.views.items() if not _is_missed(reason)}
    else:
        work.outcome = None
    return work


def _is_missed(reason: str) -> bool:
    """Say whether a view kept with the first view is about words the reviewer marked: ``missed:START-END:KIND``."""
    return reason.startswith("missed:")


def _missed_span(reason: str) -> Span:
    start, end = reason.split(":")[1].split("-")
    return Span(int(start), int(end))


def keep_written(work: CaseWork) -> None:
    """Keep what is written now, if it is not what is kept already."""
    told = _written(work)
    if told != last_written(work.receipt.case_id):
        drafts().keep(reviewer(), work.receipt.case_id, told)
        note_written(work.receipt.case_id, told)


def forget_written(case_id: int) -> None:
    """Forget what was written: it is recorded now, or let go of."""
    drafts().forget(case_id, reviewer())
    note_written(case_id, {})


@contextmanager
def saying_refusals(work: CaseWork) -> Iterator[None]:
    """Say why a step was refused; where only reasons shown anew can help, offer that, and nothing written is lost."""
    with saying_errors():
        try:
            yield
        except NoReceipt as error:
            if error.problems[0].code != "receipt_too_fresh":
                st.button(say(language(), "case.show_anew"), on_click=begin_work, args=(work.receipt.case_id, None))
            raise


def _about(work: CaseWork) -> list[str]:
    """Give which reasons a draft is about: on other reasons, or for another ask, nothing of it is taken up."""
    return [work.receipt.reasons_digest, work.receipt.task_kind.value]


def _written(work: CaseWork) -> dict[str, Any]:
    return {
        "about": _about(work),
        "views": {reason: view.value for reason, view in work.views.items()},
        "missed": [[span.start, span.end, kind] for span, kind in work.missed.items()],
        "first_view": work.first_view.value if work.first_view else "",
        "outcome": work.outcome.value if work.outcome else "",
        "grounds": None if work.grounds is None else list(work.grounds),
        "rationale": work.rationale,
        "change_reason": work.change_reason,
    }


def _take_up(work: CaseWork, told: dict[str, Any]) -> None:
    work.views = {reason: ReasonView(view) for reason, view in told["views"].items()}
    work.missed = {Span(start, end): kind for start, end, kind in told["missed"]}
    work.first_view = Outcome(told["first_view"]) if told["first_view"] else None
    work.outcome = Outcome(told["outcome"]) if told["outcome"] else None
    work.grounds = None if told["grounds"] is None else tuple(told["grounds"])
    work.rationale, work.change_reason = told["rationale"], told["change_reason"]
