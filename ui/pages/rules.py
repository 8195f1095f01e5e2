"""The rules: browse and search, one rule with its authorities on a time line, and a text tried against it."""

from datetime import date

import altair as alt
import streamlit as st

from classifier.domain import CLAIM_TYPES
from classifier.law.examples import findings_in
from classifier.law.loading import load_packs
from classifier.law.rules import Rule, RulePack
from review.looking import plain
from ui.console.local import day, number
from ui.marked_text import escaped, marked_html, said_html
from ui.marking import Mark
from ui.record import saying_errors
from ui.rule_text import authority_line, authority_lines
from ui.session import language
from ui.wording import say

_WIDTHS = {"browse.rule": 170, "queue.type": 190, "browse.reason": 230, "browse.law": 190, "browse.status": 85}
"""Pixels a column: together what a screen of 1280 leaves."""


def show() -> None:
    """Show the page; ``?rule=`` names a rule."""
    st.title(say(language(), "page.rules"))
    with saying_errors():
        packs = {pack.name: pack for pack in load_packs()}
        rules = {rule.rule_id: rule for pack in packs.values() for rule in pack.rules}
        named = st.query_params.get("rule", "")
        if named in rules:
            st.button(say(language(), "browse.all"), on_click=_forget, shortcut="b")
            _rule(rules[named], packs[named.split(".")[0]] if named.split(".")[0] in packs else next(iter(packs.values())))
            return
        if named:
            st.html(said_html(say(language(), "error.rule_unknown", value=named[:80]), "error"))
        _browse(list(packs.values()))


def _forget() -> None:
    st.query_params.pop("rule", None)


def _browse(packs: list[RulePack]) -> None:
    columns = st.columns([3, 2, 2, 2])
    words = columns[0].text_input(say(language(), "browse.search"), key="rule search")
    pack_name = columns[1].selectbox(
        say(language(), "queue.jurisdiction"),
        ["", *(pack.name for pack in packs)],
        format_func=lambda name: say(language(), f"jurisdiction.{name}") if name else say(language(), "queue.any"),
    )
    category = columns[2].selectbox(
        say(language(), "queue.type"),
        ["", *CLAIM_TYPES],
        format_func=lambda name: say(language(), f"type.{name}") if name else say(language(), "queue.any"),
    )
    statuses = sorted({rule.status for pack in packs for rule in pack.rules})
    status = columns[3].selectbox(
        say(language(), "browse.status"),
        ["", *statuses],
        format_func=lambda name: say(language(), f"status.{name}") if name else say(language(), "queue.any"),
    )
    found = [
        rule
        for pack in packs
        for rule in pack.rules
        if (not pack_name or pack.name == pack_name)
        and (not category or rule.category == category)
        and (not status or rule.status == status)
        and plain(words) in _searched(rule)
    ]
    st.caption(say(language(), "browse.found", count=number(len(found), language())))
    if found:
        _table(found)


def _searched(rule: Rule) -> str:
    authorities = " ".join(f"{a.instrument} {a.locator}" for a in rule.authorities)
    return plain(f"{rule.rule_id} {rule.reason_vi} {rule.reason_en} {authorities} {' '.join(rule.terms)}")


def _table(found: list[Rule]) -> None:
    today = date.today()
    chosen = st.dataframe(
        [
            {
                say(language(), "browse.rule"): rule.rule_id,
                say(language(), "queue.type"): say(language(), f"type.{rule.category}"),
                say(language(), "browse.reason"): rule.reason_vi if language() == "vi" else rule.reason_en,
                say(language(), "browse.law"): _law_today(rule, today),
                say(language(), "browse.status"): say(language(), f"status.{rule.status}"),
            }
            for rule in found
        ],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"rules {len(found)} {found[0].rule_id} {language()}",
        column_config={say(language(), key): st.column_config.TextColumn(width=width) for key, width in _WIDTHS.items()},
        alt=say(language(), "browse.table"),
    )
    rows = chosen["selection"]["rows"]
    named = st.selectbox(
        say(language(), "browse.open"),
        [rule.rule_id for rule in found],
        index=rows[0] if rows else None,
        placeholder=say(language(), "case.choose"),
    )
    if named:
        st.query_params["rule"] = named
        st.rerun()


def _law_today(rule: Rule, today: date) -> str:
    authority = rule.authority_on(today)
    return f"{authority.instrument}, {authority.locator}" if authority else say(language(), "browse.not_in_force")


def _rule(rule: Rule, pack: RulePack) -> None:
    st.subheader(rule.rule_id)
    facts = (f"type.{rule.category}", f"verdict.{rule.verdict}", f"severity.{rule.severity}", f"confidence.{rule.confidence}")
    st.write(" · ".join([say(language(), f"status.{rule.status}"), *(say(language(), key) for key in facts)]))
    st.html(f"<p>{escaped(rule.reason_vi if language() == 'vi' else rule.reason_en)}</p>")
    question = rule.question_vi if language() == "vi" else rule.question_en
    st.html(f"<p><strong>{escaped(say(language(), 'report.ask'))}:</strong> {escaped(question)}</p>")
    st.subheader(say(language(), "browse.authorities"))
    for authority in rule.authorities:
        first, *rest = authority_lines(authority, language())
        link = (
            f' <a href="{escaped(authority.url)}" target="_blank" rel="noreferrer noopener">{escaped(authority.url)}</a>'
            if authority.url
            else ""
        )
        lines = "".join(f"<br>{escaped(line.strip())}" for line in rest)
        st.html(f"<p>{escaped(first)}{link}{lines}</p>")
    for beside in rule.beside:
        st.html(f"<p>{escaped(say(language(), 'authority.beside'))}: {escaped(authority_line(beside, language()))}</p>")
    _time_line(rule)
    _wording(rule)
    _try(rule, pack)


def _time_line(rule: Rule) -> None:
    """Draw when each authority is in force; an open end reaches to next year."""
    today = date.today()
    bars = [
        {
            "law": f"{authority.instrument}, {authority.locator}",
            "from": (authority.in_force_from or date(2000, 1, 1)).isoformat(),
            "until": (authority.in_force_until or date(today.year + 1, 12, 31)).isoformat(),
        }
        for authority in (*rule.authorities, *rule.beside)
    ]
    drawn = (
        alt.Chart(alt.Data(values=bars))
        .mark_bar(height=14)
        .encode(
            x=alt.X("from:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", labelOverlap="greedy")),
            x2="until:T",
            y=alt.Y("law:N", title=None, axis=alt.Axis(labelLimit=400)),
        )
    )
    now = alt.Chart(alt.Data(values=[{"now": today.isoformat()}])).mark_rule(strokeDash=[4, 3], color="#888888").encode(x="now:T")
    st.altair_chart((drawn + now).properties(height=40 + 34 * len(bars)), alt=say(language(), "browse.time_line"))
    st.caption(say(language(), "browse.time_note", day=day(today, language())))


def _wording(rule: Rule) -> None:
    with st.expander(say(language(), "browse.phrases")):
        parts = {"terms": rule.terms, "near": rule.near, "unless": rule.unless, "paraphrases": rule.paraphrases}
        for name, phrases in parts.items():
            if phrases:
                told = say(language(), f"browse.{name}", words=rule.within_words) if name == "near" else say(language(), f"browse.{name}")
                st.html(f"<p><strong>{escaped(told)}</strong><br>{escaped(' · '.join(phrases))}</p>")
    for name, examples in (("flagged", rule.flags), ("passed", rule.passes)):
        listed = "".join(f"<li>{escaped(example)}</li>" for example in examples)
        st.html(f"<p><strong>{escaped(say(language(), f'browse.{name}'))}</strong></p><ul>{listed}</ul>")


def _try(rule: Rule, pack: RulePack) -> None:
    """Try a text against one rule."""
    st.subheader(say(language(), "browse.try"))
    text = st.text_area(say(language(), "browse.try_text"), max_chars=5_000, key="tried text")
    as_of = st.date_input(say(language(), "browse.try_day"), value=date.today(), format="DD/MM/YYYY", key="tried day")
    if not text.strip():
        return
    found = [finding for finding in findings_in(text, pack, as_of) if finding.rule_id == rule.rule_id]
    st.html(marked_html(text, [Mark(span, (f.category,)) for f in found for span in f.spans], language()))
    st.write(say(language(), "browse.met" if found else "browse.not_met"))
    for finding in found:
        st.html(f"<p>{escaped(say(language(), f'confidence.{finding.confidence}'))}</p>")


show()
