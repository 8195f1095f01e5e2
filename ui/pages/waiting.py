"""The queue: what waits, in the order to take it, and why in that order."""

import streamlit as st

from classifier.domain import CLAIM_TYPES, JURISDICTIONS, Language, ProductKind
from review.domain import TaskKind
from review.looking import Look, Row, Wanted
from ui.console.local import instant, number
from ui.console.places import go_to
from ui.intake.excerpts import excerpt
from ui.record import saying_errors, waiting
from ui.session import language, reviewer
from ui.wording import say

_SHOWN = 50
_MOST_TEXT = 300
_WIDTHS = {"queue.case": 60, "console.text": 270, "queue.why": 160, "queue.type": 155, "console.waiting_since": 130, "queue.working": 90}
"""Pixels a column: together what a screen of 1280 leaves, so that none stands outside."""
_KINDS = (TaskKind.FIRST, TaskKind.REOPENED, TaskKind.CORRECTION, TaskKind.ADJUDICATION, TaskKind.APPEAL)


def show() -> None:
    """Show the queue page."""
    st.title(say(language(), "console.queue"))
    with saying_errors():
        if not reviewer():
            st.info(say(language(), "console.reviewer_needed"))
        wanted = _wanted()
        part = st.session_state.get("queue part", 0)
        look = waiting().look(reviewer(), wanted, first=part * _SHOWN, most=_SHOWN)
        if part and not look.rows:
            st.session_state["queue part"] = 0
            st.rerun()
        _counts(look)
        if look.rows:
            _list(look, part)
        else:
            st.info(say(language(), "console.no_match" if look.n_waiting else "console.queue_empty"))


def _counts(look: Look) -> None:
    told = {"waiting": look.n_waiting, "decided": look.n_decided, "refused": look.n_refused, "matching": look.n_matching}
    st.caption(say(language(), "console.counts", **{name: number(count, language()) for name, count in told.items()}))


def _wanted() -> Wanted:
    """Ask what to look for."""
    words = st.text_input(say(language(), "console.search"), key="search", on_change=_to_beginning)
    with st.expander(say(language(), "queue.filters")):
        columns = st.columns(5)
        language_ = _choice(columns[0], "language", [Language.VI, Language.EN, Language.MIXED])
        category = _choice(columns[1], "type", list(CLAIM_TYPES))
        jurisdiction = _choice(columns[2], "jurisdiction", list(JURISDICTIONS))
        product = _choice(columns[3], "product", list(ProductKind))
        kind = _choice(columns[4], "task", list(_KINDS))
        name = say(language(), "queue.seller")
        seller = st.text_input(name, key="filter seller", on_change=_to_beginning, help=say(language(), "queue.seller_why")).strip()
    return Wanted(language=language_, jurisdiction=jurisdiction, product=product, category=category, kind=kind, seller=seller, words=words)


def _choice(column: "st.delta_generator.DeltaGenerator", section: str, values: list[str]) -> str:
    chosen = column.selectbox(
        say(language(), f"queue.{section}"),
        ["", *values],
        format_func=lambda value: say(language(), f"{section}.{value}") if value else say(language(), "queue.any"),
        key=f"filter {section}",
        on_change=_to_beginning,
    )
    return str(chosen)


def _to_beginning() -> None:
    st.session_state["queue part"] = 0


def _list(look: Look, part: int) -> None:
    st.write(say(language(), "console.order"))
    free = next((row for row in look.rows if row.is_own), look.rows[0])
    buttons = st.container(horizontal=True)
    if buttons.button(say(language(), "console.take_next"), type="primary", shortcut="n", disabled=not reviewer()):
        open_case_page(free.waits.case_id)
    chosen = st.dataframe(
        [_cells(row) for row in look.rows],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"queue {look.rows[0].waits.task_id} {look.n_matching} {part} {language()}",
        column_config={say(language(), key): st.column_config.TextColumn(width=width) for key, width in _WIDTHS.items()},
        alt=say(language(), "queue.table"),
    )
    rows = chosen["selection"]["rows"]
    if buttons.button(say(language(), "console.open"), shortcut="o", disabled=not (rows and reviewer())):
        open_case_page(look.rows[rows[0]].waits.case_id)
    if look.n_matching > _SHOWN:
        _parts(look, part)


def _cells(row: Row) -> dict[str, str]:
    waits = row.waits
    kinds = "; ".join(say(language(), f"type.{name}") for name in waits.categories[:2]) + (" …" if len(waits.categories) > 2 else "")
    working = say(language(), "queue.yours") if row.is_own else row.working
    return {
        say(language(), "queue.case"): str(waits.case_id),
        say(language(), "console.text"): excerpt(row.text, _MOST_TEXT),
        say(language(), "queue.why"): _why(row),
        say(language(), "queue.type"): kinds or say(language(), "queue.no_rule"),
        say(language(), "console.waiting_since"): instant(waits.opened_at, language()),
        say(language(), "queue.working"): working,
    }


def _why(row: Row) -> str:
    """Say why a case stands where it stands, as far as that tells no score."""
    kind = row.waits.shown_kind
    if kind is not TaskKind.FIRST:
        return say(language(), f"task.{kind}")
    return (
        say(language(), "queue.rules_met", count=len(row.waits.categories)) if row.waits.categories else say(language(), "queue.by_order")
    )


def _parts(look: Look, part: int) -> None:
    last = (look.n_matching - 1) // _SHOWN
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(say(language(), "queue.earlier"), disabled=part == 0, on_click=_go_to, args=(part - 1,))
        st.write(say(language(), "queue.part", part=number(part + 1, language()), last=number(last + 1, language())))
        st.button(say(language(), "queue.later"), disabled=part == last, on_click=_go_to, args=(part + 1,))


def _go_to(part: int) -> None:
    st.session_state["queue part"] = part


def open_case_page(case_id: int) -> None:
    """Go to the page of a case."""
    go_to("case", case=str(case_id))


show()
