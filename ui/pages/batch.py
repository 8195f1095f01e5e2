"""A batch: drop a file or paste ads, see what was read and what was refused, then queue or download."""

from datetime import date
from functools import partial

import altair as alt
import streamlit as st

from classifier.checker import make_ad
from classifier.domain import JURISDICTIONS, Assessment, Channel, ProductKind
from ui.console.batch_work import ENDINGS_READ, Batch, assess_batch, download_of, queue_batch, read_pasted, read_upload
from ui.console.local import number
from ui.intake.excerpts import excerpt
from ui.marked_text import said_html, table_html, visible
from ui.record import checker, record, saying_errors
from ui.session import language, reviewer
from ui.wording import say, say_problem

_MOST_REFUSED, _MOST_TEXT = 50, 300


def show() -> None:
    """Show the batch page."""
    st.title(say(language(), "page.batch"))
    st.write(say(language(), "batch.intro"))
    with saying_errors():
        _ask()
    batch = st.session_state.get("batch")
    if isinstance(batch, Batch):
        with saying_errors():
            _results(batch)


def _ask() -> None:
    with st.form("batch form"):
        upload = st.file_uploader(say(language(), "batch.file"), type=[e[1:] for e in ENDINGS_READ])
        pasted = st.text_area(say(language(), "batch.paste"), max_chars=200_000)
        columns = st.columns(4)
        text_column = columns[0].text_input(say(language(), "batch.text_column"), value="text")
        jurisdictions = columns[1].multiselect(
            say(language(), "queue.jurisdiction"),
            JURISDICTIONS,
            format_func=lambda name: say(language(), f"jurisdiction.{name}"),
            placeholder=say(language(), "queue.any"),
        )
        product = columns[2].selectbox(
            say(language(), "queue.product"),
            [None, *ProductKind],
            format_func=lambda kind: say(language(), f"product.{kind}") if kind else say(language(), "case.product_unknown"),
        )
        channel = columns[3].selectbox(
            say(language(), "batch.channel"),
            [None, *Channel],
            format_func=lambda place: say(language(), f"channel.{place}" if place else "case.product_unknown"),
        )
        is_whole = st.checkbox(say(language(), "batch.whole"))
        if not st.form_submit_button(say(language(), "batch.read"), type="primary", shortcut="alt+enter"):
            return
    read = read_upload(upload.name, upload.getvalue(), text_column) if upload else read_pasted(pasted)
    if not read.ads and not read.unreadable:
        st.html(said_html(say(language(), "batch.nothing"), "error"))
        return
    bar = st.progress(0.0, text=say(language(), "batch.reading"))
    kinds = tuple(jurisdictions) or JURISDICTIONS
    name = upload.name if upload else say(language(), "batch.pasted")
    make = partial(make_ad, as_of=date.today(), jurisdictions=kinds, product=product, channel=channel, is_whole=is_whole)
    st.session_state["batch"] = assess_batch(name, read, checker(), make, progress=bar.progress)
    bar.empty()


def _results(batch: Batch) -> None:
    counts = {"count": len(batch.results), "read": len(batch.in_scope), "refused": len(batch.refused), "look": batch.n_flagged}
    st.subheader(say(language(), "batch.results"))
    st.html(said_html(f"{batch.name}: " + say(language(), "batch.counts", **{k: number(v, language()) for k, v in counts.items()})))
    if batch.in_scope:
        _picture(batch)
        _table(batch)
    for notice in batch.read.notices:
        st.html(said_html(say_problem(language(), notice)))
    if batch.refused:
        rows = [(r.row.row_id, excerpt(r.row.text), say(language(), f"scope.{r.assessment.ruling.reason}")) for r in batch.refused]
        _left_out("batch.refused", rows, expanded=not batch.in_scope)
    if batch.read.unreadable:
        told = [(r.row_id, r.excerpt[:120], say_problem(language(), r.reason)) for r in batch.read.unreadable]
        _left_out("batch.unreadable", told, expanded=True)
    _onwards(batch)


def _left_out(key: str, rows: list[tuple[str, str, str]], *, expanded: bool) -> None:
    with st.expander(say(language(), key, count=number(len(rows), language())), expanded=expanded):
        heads = (say(language(), "batch.id"), say(language(), "console.text"), say(language(), "batch.why"))
        st.html(table_html(heads, rows[:_MOST_REFUSED]))


def _picture(batch: Batch) -> None:
    """Draw how many ads lie at which risk; no ad is named, so whoever decides later has seen no score of it."""
    heads = say(language(), "batch.risk_axis"), say(language(), "batch.count_axis")
    bins = [{"from": f"{10 * n}–{10 * n + 10}", "order": n, "ads": count} for n, count in enumerate(batch.histogram())]
    bars = (
        alt.Chart(alt.Data(values=bins))
        .mark_bar()
        .encode(
            x=alt.X("from:O", sort=alt.SortField("order"), title=heads[0], axis=alt.Axis(labelAngle=0)), y=alt.Y("ads:Q", title=heads[1])
        )
    )
    st.altair_chart(bars.properties(height=220), alt=say(language(), "batch.picture"))
    st.caption(say(language(), "batch.no_scores"))


def _table(batch: Batch) -> None:
    st.dataframe(
        [
            {
                say(language(), "batch.id"): visible(r.row.row_id),
                say(language(), "console.text"): excerpt(r.row.text, _MOST_TEXT),
                say(language(), "batch.language"): say(language(), f"language.{r.assessment.ruling.language}"),
                say(language(), "batch.rules"): len({f.rule_id for claim in r.assessment.claims for f in claim.findings}),
                say(language(), "queue.type"): "; ".join(say(language(), f"type.{name}") for name in _categories(r.assessment)),
            }
            for r in batch.in_scope
        ],
        hide_index=True,
        alt=say(language(), "batch.results"),
        column_config={say(language(), "console.text"): st.column_config.TextColumn(width="large")},
    )


def _categories(assessment: Assessment) -> list[str]:
    """Give the kinds of claim that rules name, in the order of the ad; missing sentences last."""
    findings = [finding for claim in assessment.claims for finding in claim.findings]
    return list(dict.fromkeys(f.category for f in (*findings, *(statement.finding for statement in assessment.missing))))


def _onwards(batch: Batch) -> None:
    with st.container(horizontal=True):
        for ending in ("csv", "jsonl"):
            label = say(language(), f"batch.download_{ending}")
            st.download_button(label, partial(download_of, batch, ending), file_name=f"adcheck.{ending}", on_click="ignore", key=ending)
        if st.button(say(language(), "batch.queue"), type="primary", disabled=not reviewer(), key="queue batch"):
            opened = queue_batch(record(), batch, checker().packs)
            st.success(
                say(language(), "batch.queued", opened=number(opened, language()), known=number(len(batch.results) - opened, language()))
            )
    if not reviewer():
        st.caption(say(language(), "console.reviewer_needed"))


show()
