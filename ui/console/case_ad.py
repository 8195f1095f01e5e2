"""Step 1 of a case: the ad as received, seller hidden until asked."""

import streamlit as st

from classifier.domain import Span
from review.case_file import seller_of
from review.claims import let_go
from ui.console.local import day
from ui.console.places import go_to
from ui.console.written import forget_written
from ui.marked_text import marked_html, table_html
from ui.marking import Mark, finding_marks
from ui.record import record, saying_errors
from ui.session import CaseWork, begin_work, language, reviewer
from ui.wording import say

_SKIP_REASONS = ("no_reason", "conflict", "not_my_field", "distressing", "unclear")


def show_ad(work: CaseWork) -> None:
    """Show the ad with the words marked, what disguises it, and the ways to ask for the seller or to let go."""
    reasons = work.receipt.reasons
    st.subheader(say(language(), "console.ad_received"))
    st.html(marked_html(reasons["ad"]["text"], _marks(work), language()))
    if reasons["disguises"]:
        kinds = dict.fromkeys(say(language(), f"disguise.{d['kind']}") for d in reasons["disguises"])
        st.warning(f"{say(language(), 'report.disguised')}: {', '.join(kinds)}")
    st.caption(_setting(reasons["ad"]))
    with st.container(horizontal=True):
        with st.popover(say(language(), "case.seller")):
            _seller(work.receipt.case_id)
        if st.button(say(language(), "case.skip"), shortcut="s", key="skip"):
            st.dialog(say(language(), "case.skip_title"))(_skip)(work.receipt.case_id)


def _marks(work: CaseWork) -> list[Mark]:
    own = [Mark(span, ("case.marked_by_you",)) for span in work.missed]
    return finding_marks(work.receipt.reasons["claims"]) + own


def _setting(ad: dict[str, object]) -> str:
    from datetime import date

    jurisdictions = ad["jurisdictions"]
    assert isinstance(jurisdictions, list)  # noqa: S101 (for the type checker)
    where = ", ".join(say(language(), f"jurisdiction.{name}") for name in jurisdictions)
    product = say(language(), f"product.{ad['product']}") if ad["product"] else say(language(), "case.product_unknown")
    return say(language(), "case.setting", day=day(date.fromisoformat(str(ad["as_of"])), language()), where=where, product=product)


def _seller(case_id: int) -> None:
    """Show where the ad came from; the reviewer asked for it."""
    if not st.toggle(say(language(), "case.show_seller"), key=f"seller {case_id}"):
        st.caption(say(language(), "case.seller_why"))
        return
    with saying_errors():
        origin = seller_of(record(), case_id)
        rows = [(say(language(), f"case.{name}"), origin.get(name, "")) for name in ("seller_name", "source", "external_id")]
        rows[0] = (rows[0][0], origin.get("seller", "") or say(language(), "case.not_known"))
        st.html(table_html((say(language(), "case.what"), say(language(), "case.told")), rows))


def _skip(case_id: int) -> None:
    st.write(say(language(), "case.skip_note"))
    chosen = st.selectbox(
        say(language(), "case.skip_reason"), _SKIP_REASONS, format_func=lambda name: say(language(), f"skip.{name}"), key="skip reason"
    )
    if st.button(say(language(), "case.skip_now"), type="primary", key="skip now", shortcut="alt+s"):
        with saying_errors():
            let_go(record(), case_id, reviewer(), reason=say(language(), f"skip.{chosen}"), skip=True)
            forget_written(case_id)
            begin_work(case_id, None)
            go_to("waiting")


def found_in(text: str, words: str) -> Span | None:
    """Give where words stand in an ad, exactly or else with case, diacritics and disguises undone; None for nowhere."""
    from classifier.reading.folding import fold
    from classifier.reading.normalise import normalise

    words = words.strip()
    start = text.find(words)
    if words and start >= 0:
        return Span(start, start + len(words))
    view = normalise(text)
    wanted = fold(normalise(words).view).strip()
    begin = fold(view.view).find(wanted) if wanted else -1
    return view.original_span(begin, begin + len(wanted)) if begin >= 0 else None
