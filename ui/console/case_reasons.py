"""Step 2 of a case: the reasons, claim by claim, evidence beside counter-evidence, each to agree or disagree with. No score."""

import html
from datetime import date
from typing import Any

import streamlit as st

from classifier.domain import Claim, Span
from classifier.law.loading import load_packs
from classifier.law.permitted import match_permitted
from classifier.reasoning.likely_law import laws_about
from classifier.reasoning.neighbours import nearest_passages
from review.domain import ReasonView
from ui.console.again import ad_of
from ui.document import render
from ui.marked_text import escaped, plain_html
from ui.reason_blocks import categories, category_html, claims_with_reasons, counter_html, missing_html
from ui.reasoning_document import neighbour_blocks
from ui.rule_text import citation_line
from ui.session import CaseWork, language
from ui.wording import say

_KEYS = {ReasonView.AGREE: "a", ReasonView.DISAGREE: "d", ReasonView.UNSURE: "u"}


def claims_in_order(reasons: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the claims there is something to say of: those a rule met first, each part in the order of the ad."""
    return sorted(claims_with_reasons(reasons), key=lambda claim: not claim["findings"])


def reasons_in_order(reasons: dict[str, Any]) -> list[tuple[str, dict[str, Any], str]]:
    """Give each reason a view is asked of: its key, which is number of the claim and kind of claim; the claim; the kind."""
    numbered = enumerate(claims_in_order(reasons), 1)
    return [(f"{number}:{category}", claim, category) for number, claim in numbered for category in categories(claim)]


def show_reasons_of(work: CaseWork) -> None:
    """Show the reasons; before the first view each has its three buttons, and keys for the one whose turn it is."""
    reasons = work.receipt.reasons
    st.subheader(say(language(), "console.reasons"))
    is_open = work.score is None
    if is_open:
        st.caption(say(language(), "console.reasons_note"))
    speaking = claims_in_order(reasons)
    if not speaking:
        st.write(say(language(), "report.nothing_found"))
    turn = turn_of(work) if is_open else ""
    for number, claim in enumerate(speaking, 1):
        _claim(work, number, claim, turn, is_open=is_open)
    _missing(reasons)
    _questions(reasons)
    with st.expander(say(language(), "report.not_checked"), expanded=False):
        for missing in reasons["not_checked"]:
            st.write(f"{say(language(), 'not_checked.' + missing['what'])}: {say(language(), 'why.' + missing['why'])}")


def turn_of(work: CaseWork) -> str:
    """Give the key of the reason whose turn it is; nothing when each has its view."""
    return next((key for key, _, _ in reasons_in_order(work.receipt.reasons) if key not in work.views), "")


def _claim(work: CaseWork, number: int, claim: dict[str, Any], turn: str, *, is_open: bool) -> None:
    text = work.receipt.reasons["ad"]["text"]
    with st.container(border=True):
        st.html(f"<p><strong>{html.escape(say(language(), 'report.claim', number=number))}</strong></p>")
        st.html(plain_html(claim["claim"]["text"], small=True))
        ad = work.receipt.reasons["ad"]
        evidence, counter = st.columns([3, 2])
        with counter:
            st.html(counter_html(claim, text, language()) + _permitted_html(claim, ad) + _near_html(claim, ad))
        with evidence:
            for category in categories(claim):
                key = f"{number}:{category}"
                st.markdown(f"**{say(language(), f'type.{category}')}**")
                law = _law_about(claim, category, ad)
                st.html(category_html(claim, category, text, language()) + _rule_links(claim, category) + law)
                if is_open:
                    _views(work, key, is_turn=key == turn)
                elif key in work.views:
                    st.caption(f"{say(language(), 'case.your_view')}: {say(language(), f'view.{work.views[key]}')}")


def _law_about(claim: dict[str, Any], category: str, ad: dict[str, Any]) -> str:
    """Give the law about a kind of claim that the model alone names; nothing where a rule was met."""
    if any(finding["category"] == category for finding in claim["findings"]):
        return ""
    told = ad_of(ad)
    laws = [(citation_line(law, told.as_of, language()), rule.rule_id) for rule, law in laws_about(category, told, load_packs())]
    lines = "".join(f"<li>{escaped(line)} [{escaped(rule_id)}]</li>" for line, rule_id in laws)
    kind = say(language(), f"type.{category}")
    said = say(language(), "reasoning.law_of_kind", kind=kind[:1].lower() + kind[1:])
    return f"<details><summary>{escaped(said)}</summary><ul>{lines}</ul></details>" if laws else ""


def _near_html(claim: dict[str, Any], ad: dict[str, Any]) -> str:
    """Give the nearest labelled passages, folded away: how they were labelled may sway whoever has not looked yet."""
    span = Span(claim["claim"]["span"]["start"], claim["claim"]["span"]["end"])
    near = nearest_passages(Claim(span=span, text=claim["claim"]["text"]))
    told = render(list(neighbour_blocks(near, ad["text"], language())), "html")
    return f"<details><summary>{escaped(say(language(), 'reasoning.near'))}</summary>{told}</details>"


def _views(work: CaseWork, key: str, *, is_turn: bool) -> None:
    """Give the three buttons; the chosen one is marked by a tick as well as by its colour."""
    with st.container(horizontal=True, key="turn" if is_turn else None):
        for view in ReasonView:
            is_chosen = work.views.get(key) is view
            st.button(
                ("✓ " if is_chosen else "") + say(language(), f"view.{view}"),
                key=f"{view} {key} {work.receipt.receipt_id}",
                type="primary" if is_chosen else "secondary",
                shortcut=_KEYS[view] if is_turn else None,
                on_click=_keep,
                args=(work, key, view),
            )


def _keep(work: CaseWork, key: str, view: ReasonView) -> None:
    work.views[key] = view


def _rule_links(claim: dict[str, Any], category: str) -> str:
    """Give links to the pages of the rules."""
    named = dict.fromkeys(finding["rule_id"] for finding in claim["findings"] if finding["category"] == category)
    links = (f'<a href="rules?rule={html.escape(rule)}" target="_blank">{html.escape(rule)}</a>' for rule in named)
    return f'<p class="no-print">{" · ".join(links)}</p>' if named else ""


def _permitted_html(claim: dict[str, Any], ad: dict[str, Any]) -> str:
    """Give the claims the EU permits for what the words name: they speak for the advertiser, as far as the words stay within."""
    if "eu" not in ad["jurisdictions"]:
        return ""
    span = Span(claim["claim"]["span"]["start"], claim["claim"]["span"]["end"])
    lines = []
    for match in match_permitted(Claim(span=span, text=claim["claim"]["text"]), date.fromisoformat(ad["as_of"])):
        told = match.permitted
        facts = {name: getattr(told, f"{name}_{language()}") for name in ("nutrient", "effect", "condition")}
        lines.append(say(language(), "reasoning.permitted", instrument=told.instrument, **facts))
        if match.beyond:
            lines.append(f"{say(language(), 'reasoning.beyond')}: {', '.join(part.of(ad['text']) for part in match.beyond)}")
    return "".join(f"<p>{escaped(line)}</p>" for line in lines)


def _missing(reasons: dict[str, Any]) -> None:
    for statement in reasons.get("missing", ()):
        with st.container(border=True):
            st.markdown(f"**{say(language(), 'type.missing_statement')}**")
            st.html(missing_html(statement, reasons["ad"]["text"], language()))


def _questions(reasons: dict[str, Any]) -> None:
    if reasons["questions"]:
        asked = "".join(f"<li>{escaped(question[language()])}</li>" for question in reasons["questions"])
        st.html(f"<p><strong>{html.escape(say(language(), 'report.ask'))}</strong></p><ul>{asked}</ul>")
