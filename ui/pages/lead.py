"""For leads and auditors: queues, trends, agreement, over-reliance, what thresholds cost, rules on trial. No figure is about one person."""

from datetime import UTC, datetime, timedelta

import altair as alt
import streamlit as st

from classifier.law.loading import load_packs
from review.aftermath import set_share
from review.cases import is_stopped, stop_scoring
from review.looking import Wanted
from review.oversight.drift import drift
from review.oversight.reliance import ALARM, Rate
from review.oversight.report import OversightReport, oversight_report
from review.oversight.trends import by_week, seen
from review.thresholds import threshold_costs
from ui.console.local import number, share
from ui.console.trial import trial_rules
from ui.marked_text import escaped, said_html, table_html
from ui.oversight_text import METERS, drift_lines, other_lines
from ui.record import record, saying_errors, waiting
from ui.session import language, reviewer
from ui.wording import say

_MOST_KINDS, _LAST_MONTHS = 6, 2


def show() -> None:
    """Show the page."""
    st.title(say(language(), "page.lead"))
    if not reviewer():
        st.info(say(language(), "console.reviewer_needed"))
        return
    with saying_errors():
        report = oversight_report(record(), reviewer())
        st.caption(say(language(), "lead.note"))
        _queues()
        _reliance(report)
        _trends()
        _thresholds()
        _trial()
        _settings()


def _queues() -> None:
    st.subheader(say(language(), "lead.queues"))
    look = waiting().look("", Wanted(), most=1)
    rows = [(say(language(), f"lead.{name}"), number(getattr(look, f"n_{name}"), language())) for name in ("waiting", "decided", "refused")]
    for code in ("vi", "en", "mixed"):
        n = waiting().look("", Wanted(language=code), most=0).n_matching
        rows.append((say(language(), "lead.waiting_in", named=say(language(), f"language.{code}")), number(n, language())))
    st.html(table_html((say(language(), "mine.what"), say(language(), "mine.figure")), rows, numbers=(1,)))


def _reliance(report: OversightReport) -> None:
    st.subheader(say(language(), "lead.reliance"))
    st.write(say(language(), "lead.reliance_note"))
    over = report.overall.over
    if over.share is not None:
        st.progress(over.share, text=say(language(), "lead.over", share=share(over.share, language()), alarm=share(ALARM, language())))
    if report.overall.is_alarming:
        st.html(said_html(say(language(), "oversight.alarm"), "error"))
    parts = {say(language(), "lead.all_work"): report.overall}
    parts |= {say(language(), f"language.{code}"): part for code, part in report.by_language.items()}
    parts |= dict(list(report.by_month.items())[-_LAST_MONTHS:])
    rows = [[say(language(), f"oversight.{name}"), *(_rate(getattr(part, name)) for part in parts.values())] for name in METERS]
    st.html(table_html((say(language(), "lead.measure"), *parts), rows, numbers=range(1, len(parts) + 1)))
    with st.expander(say(language(), "lead.reliance_other")):
        st.html("<ul>" + "".join(f"<li>{escaped(line)}</li>" for line in other_lines(report, language())) + "</ul>")


def _rate(found: Rate) -> str:
    if found.share is None:
        return "–"
    shares = {name: share(getattr(found, name), language()) for name in ("share", "low", "high")}
    return say(language(), "lead.n_of", n=number(found.n, language()), of=number(found.of, language()), **shares)


def _trends() -> None:
    st.subheader(say(language(), "lead.trends"))
    ads = seen(record())
    weeks = by_week(ads)
    totals: dict[str, int] = {}
    for counts in weeks.values():
        for name, n in counts.items():
            totals[name] = totals.get(name, 0) + n
    kept = sorted(totals, key=lambda name: -totals[name])[:_MOST_KINDS]
    points = [
        {"week": week, "kind": say(language(), f"type.{name}"), "ads": counts[name]} for week, counts in weeks.items() for name in kept
    ]
    if not points:
        st.write(say(language(), "oversight.none"))
        return
    lines = (
        alt.Chart(alt.Data(values=points))
        .mark_line(point=True)
        .encode(
            x=alt.X("week:O", title=say(language(), "lead.week"), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("ads:Q", title=say(language(), "lead.ads")),
            color=alt.Color("kind:N", title=None, legend=alt.Legend(orient="bottom", columns=2, labelLimit=400)),
            strokeDash=alt.StrokeDash("kind:N", title=None),
            shape=alt.Shape("kind:N", title=None),
        )
    )
    st.altair_chart(lines.properties(height=320), alt=say(language(), "lead.trends"))
    since = datetime.now(UTC) - timedelta(days=28)
    with st.expander(say(language(), "lead.drift")):
        st.html("<ul>" + "".join(f"<li>{escaped(line)}</li>" for line in drift_lines(drift(ads, since), language())) + "</ul>")


def _thresholds() -> None:
    st.subheader(say(language(), "lead.thresholds"))
    costs = threshold_costs(record())
    if not costs.n_ads:
        st.write(say(language(), "oversight.none"))
        return
    seconds = "–" if costs.seconds is None else number(costs.seconds, language())
    facts = {"ads": number(costs.n_ads, language()), "timed": number(costs.n_timed, language()), "seconds": seconds}
    st.write(say(language(), "lead.thresholds_note", **facts))
    rows = [
        (
            share(c.threshold, language()),
            number(c.per_thousand, language()),
            "–" if c.hours is None else number(c.hours, language(), digits=1),
        )
        for c in costs.by_threshold
    ]
    st.html(table_html([say(language(), f"lead.{name}") for name in ("threshold", "per_thousand", "hours")], rows, numbers=(0, 1, 2)))


def _trial() -> None:
    st.subheader(say(language(), "lead.trial"))
    found = trial_rules(load_packs(), [ad.text for ad in seen(record())])
    if not found:
        st.write(say(language(), "lead.no_trial"))
        return
    rows = [(trial.rule_id, number(trial.n_met, language()), number(trial.n_new, language())) for trial in found]
    heads = [say(language(), key) for key in ("browse.rule", "lead.would_meet", "lead.would_add")]
    st.html(table_html(heads, rows, numbers=(1, 2)))


def _settings() -> None:
    st.subheader(say(language(), "lead.settings"))
    with st.form("share", enter_to_submit=False):
        wanted = st.number_input(say(language(), "lead.share"), min_value=0, max_value=100, value=None, step=1)
        if st.form_submit_button(say(language(), "lead.set")) and wanted is not None:
            set_share(record(), wanted / 100, by=reviewer())
            st.html(said_html(say(language(), "record.share", share=share(wanted / 100, language()))))
    with record().reading() as connection:
        is_halted = is_stopped(connection)
    st.write(say(language(), "lead.is_stopped" if is_halted else "lead.is_running"))
    with st.form("stop", enter_to_submit=False):
        reason = st.text_input(say(language(), "lead.stop_reason"), max_chars=300)
        if st.form_submit_button(say(language(), "lead.resume" if is_halted else "lead.stop")):
            stop_scoring(record(), is_stopped=not is_halted, by=reviewer(), reason=reason)
            st.rerun()


show()
