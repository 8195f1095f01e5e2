"""Step 4 of a case: only now the risk, its meaning in words, how sure that is, and the words without which it would fall."""

import streamlit as st
from scipy.stats import binomtest

from classifier.reasoning.reasoning import Reasoning, Sureness
from review.similar import suggest
from ui.console.again import assessed, reasoning_of
from ui.console.local import number, share
from ui.document import render
from ui.marked_text import escaped, said_html
from ui.reasoning_document import full_blocks
from ui.record import record, saying_errors
from ui.session import CaseWork, language
from ui.wording import say


def show_score_of(work: CaseWork) -> None:
    """Show what the machine makes of the ad."""
    assert work.score is not None  # noqa: S101 (for the type checker; the page comes here only with a score)
    st.subheader(say(language(), "console.score"))
    count = min(99, max(1, round(100 * work.score.risk)))
    st.write(f"**{say(language(), f'triage.{work.score.triage}')}.** {say(language(), 'report.risk', count=count)}")
    with saying_errors():
        reasoning = reasoning_of(work.score.assessment)
        if reasoning is None:
            st.caption(say(language(), "case.other_version"))
        else:
            _sureness(reasoning)
            _full(reasoning)
        _without(work)
        _similar(work)
    st.caption(say(language(), "report.person_decides"))


def _sureness(reasoning: Reasoning) -> None:
    """Say what reviewers said of held-out texts with about this risk, with its interval, and where the model is weak."""
    riskiest = max(reasoning.claims, key=lambda claim: claim.sureness.risk, default=None)
    if riskiest is None:
        return
    told = riskiest.sureness
    if told.n and told.n_misleading is not None:
        st.write(f"{say(language(), 'reasoning.measured', n=told.n, count=told.n_misleading)} {_interval(told)}")
    for spot in told.weak_spots:
        kind = say(language(), f"weak.{spot.kind}")
        st.warning(say(language(), "reasoning.weak_spot", kind=kind, n=spot.n, count=spot.n_wrong))


def _interval(told: Sureness) -> str:
    around = binomtest(told.n_misleading or 0, told.n or 1).proportion_ci(0.95, method="wilson")
    return say(language(), "case.interval", low=share(float(around.low), language()), high=share(float(around.high), language()))


def _full(reasoning: Reasoning) -> None:
    with st.expander(say(language(), "case.full_reasoning")):
        st.html(render(full_blocks(reasoning, language()), "html"))


def _without(work: CaseWork) -> None:
    """Let words be taken out and say at once what is left."""
    assert work.score is not None  # noqa: S101 (for the type checker)
    told = work.score.assessment
    words = _weighing_words(told)
    if not words:
        return
    taken = st.multiselect(
        say(language(), "case.without"), words, placeholder=say(language(), "case.choose"), key=f"without {work.receipt.receipt_id}"
    )
    if not taken:
        st.caption(say(language(), "case.without_note"))
        return
    left = assessed(told["ad"], tuple(taken))
    rules = dict.fromkeys(finding.rule_id for claim in left.claims for finding in claim.findings)
    if left.risk is None:
        st.html(said_html(f"{say(language(), 'report.refused')} {say(language(), f'scope.{left.ruling.reason}')}"))
        return
    facts = {"before": number(100 * work.score.risk, language()), "after": number(100 * left.risk, language())}
    st.html(said_html(f"{say(language(), 'case.without_found', **facts)} {_rules_left(rules)} {say(language(), 'reasoning.no_approval')}"))


def _rules_left(rules: dict[str, None]) -> str:
    return say(language(), "case.rules_left", rules=", ".join(rules)) if rules else say(language(), "case.no_rules_left")


def _weighing_words(told: dict[str, object]) -> list[str]:
    """Give what can be taken out: the words of findings, then the words that weigh most."""
    ad, claims = told["ad"], told["claims"]
    assert isinstance(ad, dict) and isinstance(claims, list)  # noqa: S101 (for the type checker)
    text = ad["text"]
    met = [text[s["start"] : s["end"]] for claim in claims for finding in claim["findings"] for s in finding["spans"]]
    parts = [c for claim in claims for c in claim["explanation"]["contributions"] if c["value"] > 0]
    heavy = [text[c["span"]["start"] : c["span"]["end"]] for c in sorted(parts, key=lambda c: -c["value"])[:8]]
    return list(dict.fromkeys(word for word in (*met, *heavy) if word.strip()))


def _similar(work: CaseWork) -> None:
    found = suggest(record(), work.receipt.receipt_id)
    if not found:
        return
    with st.expander(say(language(), "case.similar", count=len(found))):
        for suggestion in found[:5]:
            outcome = say(language(), f"outcome.{suggestion.outcome}")
            line = say(
                language(), "case.similar_line", case=suggestion.case_id, share=share(suggestion.similarity, language()), outcome=outcome
            )
            st.html(f"<p>{escaped(line)}<br>{escaped(suggestion.rationale)}</p>")
