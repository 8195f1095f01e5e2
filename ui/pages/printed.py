"""A case on paper: the ad, its decisions, what came afterwards, the notice, the dossier."""

import streamlit as st

from review.case_file import CaseFile, case_file
from review.domain import Decision, Outcome, PaperKind
from review.papers.dossier import as_html, as_json, checker_file
from review.papers.facts import paper_facts
from review.papers.signature import sign_paper, signed_paper
from review.proofs import dossier_of, newest_checkpoint
from ui.console.local import instant
from ui.console.places import case_named, link_to
from ui.marked_text import escaped, plain_html, said_html, table_html
from ui.notice_text import notice_text
from ui.record import record, saying_errors
from ui.session import language, reviewer
from ui.wording import say


def show() -> None:
    """Show the page of the case named in the address."""
    case_id = case_named()
    if case_id is None:
        return
    with saying_errors():
        _file(case_file(record(), case_id, reviewer()))


def _file(found: CaseFile) -> None:
    st.title(say(language(), "console.case", number=found.case_id))
    st.caption(say(language(), "printed.how"))
    st.subheader(say(language(), "report.the_ad"))
    st.html(plain_html(found.text))
    st.caption(say(language(), "printed.received", at=instant(found.opened_at, language())))
    if found.open_kinds:
        st.info(say(language(), "printed.open", kinds=", ".join(say(language(), f"task.{kind}") for kind in found.open_kinds)))
    for decision in found.decisions:
        _decision(decision)
    for key, letters in (("appeal", found.appeals), ("evidence", found.evidence)):
        for letter in letters:
            st.subheader(say(language(), f"second.{key}"))
            st.html(said_html(letter))
    if found.decisions:
        with saying_errors():
            _notice(found.decisions[-1])
        _dossier(found.case_id)
        link_to("appeals", say(language(), "second.enter"), case=str(found.case_id))


def _decision(decision: Decision) -> None:
    st.subheader(say(language(), "printed.decision", number=decision.decision_id))
    rows = [
        (say(language(), "printed.kind"), say(language(), f"task.{decision.task_kind}")),
        (say(language(), "console.outcome"), say(language(), f"outcome.{decision.outcome}")),
        (say(language(), "mine.first"), say(language(), f"outcome.{decision.first_view}")),
        (say(language(), "console.grounds"), ", ".join(_ground(ground) for ground in decision.grounds)),
        (say(language(), "console.rationale"), decision.rationale),
        (say(language(), "second.decided_at"), instant(decision.decided_at, language())),
        (say(language(), "printed.by"), decision.reviewer),
    ]
    if decision.change_reason:
        rows.append((say(language(), "console.change_reason"), decision.change_reason))
    if decision.appeal_result:
        rows.append((say(language(), "appeal.result"), say(language(), f"appeal.{decision.appeal_result}")))
    st.html(table_html((say(language(), "case.what"), say(language(), "case.told")), rows))


def _ground(ground: str) -> str:
    return say(language(), "console.other_ground") if ground == "other" else ground


def _notice(decision: Decision) -> None:
    """Show the notice as signed, or its draft; the decider may sign it."""
    if decision.outcome is Outcome.ESCALATED:
        return
    st.subheader(say(language(), "printed.notice"))
    text = signed_paper(record(), decision.decision_id, PaperKind.NOTICE, language())
    newest = newest_checkpoint(record())
    facts = paper_facts(record(), decision.decision_id)
    st.html(f'<div class="paper">{escaped(text or notice_text(facts, language(), newest, is_signed=False))}</div>')
    if text is None and decision.reviewer == reviewer():
        st.caption(say(language(), "printed.sign_note"))
        if st.button(say(language(), "printed.sign"), key=f"sign {decision.decision_id}"):
            signed = notice_text(facts, language(), newest, is_signed=True)
            sign_paper(record(), decision.decision_id, reviewer(), PaperKind.NOTICE, language(), signed)
            st.rerun()


def _dossier(case_id: int) -> None:
    """Offer the dossier, once a checkpoint covers the case."""
    st.subheader(say(language(), "printed.dossier"))
    with saying_errors():
        made = dossier_of(record(), case_id)
        with st.container(horizontal=True):
            label = say(language(), "printed.dossier_html")
            st.download_button(label, as_html(made), file_name=f"case-{case_id}.html", mime="text/html", on_click="ignore")
            st.download_button(
                say(language(), "printed.dossier_json"),
                as_json(made),
                file_name=f"case-{case_id}.json",
                mime="application/json",
                on_click="ignore",
            )
            label = say(language(), "printed.dossier_checker")
            st.download_button(label, checker_file().read_bytes(), file_name="check_dossier.py", mime="text/x-python", on_click="ignore")
        st.caption(say(language(), "printed.dossier_note"))


show()
