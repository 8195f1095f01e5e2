"""The reasoning as values: what speaks first, what removing words does, which passages are near, how sure."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.checker import Checker, assess, make_ad
from classifier.domain import Assessment, Claim, Span
from classifier.law.examples import findings_in
from classifier.law.loading import load_packs
from classifier.learning.corpus import read_corpus
from classifier.learning.neighbour_index import MOST_BYTES, pack_index
from classifier.reasoning.asking import country_of
from classifier.reasoning.likely_law import law_of_kind
from classifier.reasoning.neighbours import load_index, nearest_passages
from classifier.reasoning.rationale import reason_words
from classifier.reasoning.reason import reason_about
from classifier.reasoning.removal import review_threshold, smallest_removal
from classifier.reasoning.sureness import how_sure, load_measured, text_kinds
from classifier.reasoning.weighed import phrase_units, weighed_words
from conftest import CURE_EN, CURE_VI, DAY, HARMLESS, ROOT

ADS = (CURE_VI, CURE_EN, "Gối ôm vải mềm. Uống là khỏi viêm xoang!", "This soap is gentle. It cures eczema overnight.")


@pytest.mark.parametrize("text", ADS)
def test_the_ten_parts_are_there_and_point_into_the_ad(text: str, assessed: Callable[..., Assessment], checker: Checker) -> None:
    """Every claim that speaks has a code, kinds, its rules, questions and an explanation that adds up; spans lie in the ad."""
    reasoning = reason_about(assessed(text), checker)
    assert reasoning.claims and reasoning.not_checked
    for claim in reasoning.claims:
        told = claim.explanation
        assert abs(told.base + sum(c.value for c in told.contributions) + told.elsewhere - told.decision_value) < 1e-9
        spans = [*(s for f in claim.findings for s in f.spans), *(c.span for c in (*claim.weighed.raising, *claim.weighed.lowering))]
        spans += [s for near in claim.neighbours for s in near.shared] + list(claim.removal.spans if claim.removal else ())
        assert spans and all(0 <= s.start < s.end <= len(text) for s in spans)
        assert claim.code.split("/")[0] == claim.kinds[0].type_id
        assert not claim.findings or claim.questions


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from([*" ".join(ADS).split(), "và", "in", "🔥", "c.u.r.e", "\u200b"]), max_size=25))
def test_what_the_model_weighed_adds_up_with_the_other_words(words: list[str], checker: Checker) -> None:
    """Words named on either side and all others together are what the claim carries; no small word is named by itself."""
    for claim in assess(make_ad(" ".join(words), as_of=DAY), checker).claims:
        told = weighed_words(claim)
        named = [*told.raising, *told.lowering]
        carried = sum(c.value for c in claim.explanation.contributions)
        assert abs(sum(unit.value for unit in (*phrase_units(claim),)) - carried) < 1e-9
        assert abs(sum(unit.value for unit in named) + told.others - carried) < 1e-9
        assert not {unit.span.of(" ".join(words)) for unit in named} & {"và", "in"}


def test_no_phrase_is_cut_in_half(assessed: Callable[..., Assessment]) -> None:
    """Words of a phrase are weighed as one: a disease of two syllables is named whole."""
    claim = assessed("Trà chữa dứt điểm tiểu đường.").claims[0]
    named = {unit.span.of("Trà chữa dứt điểm tiểu đường.") for unit in phrase_units(claim)}
    assert {"chữa dứt điểm", "tiểu đường"} <= named


def test_each_thing_is_asked_once_and_foreign_law_is_named(assessed: Callable[..., Assessment], checker: Checker) -> None:
    """A Vietnamese cure claim asks nothing of foreign law; an English one names the country whose law asks."""
    home, abroad = (reason_about(assessed(text), checker) for text in (CURE_VI, "This soap is gentle. It cures eczema overnight."))
    asked = [question for claim in home.claims for question in claim.questions]
    assert asked and not any(country_of(question, home.assessment) for question in asked)
    assert next(country_of(q, abroad.assessment) for c in abroad.claims for q in c.questions) in {"eu", "uk", "us"}
    american = reason_about(assessed("It cures eczema overnight.", jurisdictions=("us",)), checker)
    assert not any(country_of(q, american.assessment) for c in american.claims for q in c.questions)


def test_the_most_serious_rule_speaks_first(assessed: Callable[..., Assessment], checker: Checker) -> None:
    """A disease claim is said before a deadline in the same sentence."""
    claim = reason_about(assessed("Trà chữa dứt điểm tiểu đường, chỉ còn hôm nay"), checker).claims[0]
    assert claim.lead is not None and claim.lead.category == "disease_cure" and claim.code == "disease_cure/prohibited"


def test_a_harmless_ad_has_no_claims_to_reason_about(assessed: Callable[..., Assessment], checker: Checker) -> None:
    """Where nothing speaks, the reasoning says how much was quiet and what was not checked."""
    reasoning = reason_about(assessed(HARMLESS), checker)
    assert not reasoning.claims and reasoning.n_quiet and reasoning.not_checked


@pytest.mark.parametrize("text", ADS)
def test_a_removal_does_what_it_says(text: str, assessed: Callable[..., Assessment], checker: Checker) -> None:
    """Where a removal is told, taking the words out and assessing anew brings the claim under the threshold."""
    before = assessed(text)
    for claim in before.claims:
        removal = smallest_removal(claim, before, checker)
        if removal is None:
            continue
        left = text
        for span in reversed(removal.spans):
            left = left[: span.start] + left[span.end :]
        after = assess(replace(before.ad, text=left), checker)
        assert removal.risk_before == claim.risk >= removal.threshold == review_threshold(before, checker)
        assert removal.risk_after < removal.threshold
        assert removal.risk_after in {one.risk for one in after.claims} | {0.0}


def test_below_the_threshold_nothing_is_removed(assessed: Callable[..., Assessment], checker: Checker) -> None:
    """A claim that is not put up for review needs no removal."""
    told = assessed(HARMLESS)
    assert [smallest_removal(claim, told, checker) for claim in told.claims] == [None] * len(told.claims)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*" ".join(ADS).split(), "🔥", "c.u.r.e", "\u200b", "và"]), max_size=25).map(" ".join))
def test_reason_words_are_runs_of_the_claim_in_order(text: str) -> None:
    """On any text the reason is made of separate runs, in order, inside the claim."""
    from classifier.checker import load_checker, make_ad

    for claim in assess(make_ad(text, as_of=DAY), load_checker()).claims:
        runs = reason_words(claim)
        inside = claim.claim.span
        assert all(inside.start <= run.start < run.end <= inside.end for run in runs)
        assert all(left.end <= right.start for left, right in pairwise(runs))


def test_the_law_of_a_kind_is_cited_only_where_no_rule_of_it_is_met(assessed: Callable[..., Assessment], checker: Checker) -> None:
    """By kind the law is cited with low confidence, of the ad's jurisdictions only, never beside a rule of that kind."""
    told = assessed(CURE_VI, jurisdictions=("vn",))
    for claim in told.claims:
        without = replace(claim, findings=())
        cited = law_of_kind(without, told, checker.packs)
        assert cited and all(f.confidence == "low" and f.rule_id.split(".")[0] in ("vn", "common") for f in cited)
        kind = cited[0].category
        assert law_of_kind(replace(claim, findings=tuple(replace(f, category=kind) for f in claim.findings)), told, checker.packs) == ()


def test_neighbours_are_near_and_never_from_the_test_part() -> None:
    """A labelled passage is nearest to itself; every neighbour is labelled and shares words; test passages are not indexed."""
    index = load_index()
    passage_id, label, _, text = max(index.passages, key=lambda row: len(row[3]))
    near = nearest_passages(Claim(span=Span(5, 5 + len(text)), text=text))
    assert near[0].passage_id == passage_id and near[0].label == label and near[0].similarity > 0.99
    assert all(n.shared and all(5 <= s.start < s.end <= 5 + len(text) for s in n.shared) for n in near)
    assert [n.similarity for n in near] == sorted((n.similarity for n in near), reverse=True)
    assert nearest_passages(Claim(span=Span(0, 6), text="qwzx jj")) == ()


def test_the_index_leaves_the_test_part_out_and_stays_small() -> None:
    """Packing is the same every time, below its limit, and the index holds no frozen passage of the corpus as it is."""
    passages = read_corpus(ROOT / "data" / "corpus")[:300]
    packed = pack_index(p for p in passages if not p.is_for_testing)
    assert packed == pack_index(p for p in passages if not p.is_for_testing) and len(packed) < MOST_BYTES
    frozen = {p.text for p in read_corpus(ROOT / "data" / "corpus") if p.is_for_testing}
    assert not frozen & {row[3] for row in load_index().passages}


def test_sureness_is_told_only_of_the_model_that_was_measured(assessed: Callable[..., Assessment]) -> None:
    """Another model than the measured one gets no borrowed figures."""
    told = assessed(CURE_VI)
    other = replace(told, provenance=replace(told.provenance, model_digest="another"))
    assert how_sure(told.claims[0], other).n is None
    if load_measured()["model_digest"] == told.provenance.model_digest:
        sure = how_sure(told.claims[0], told)
        assert sure.n and sure.n_misleading is not None and 0 <= sure.n_misleading <= sure.n


def test_kinds_of_text_are_recognised(assessed: Callable[..., Assessment]) -> None:
    """Missing diacritics, brevity and disguise are seen."""
    assert "no_diacritics" in text_kinds(assessed("tra nay chua khoi benh tieu duong cho ca nha minh nha"))
    assert {"short", "disguised"} <= set(text_kinds(assessed("C.u.r.e.s diabetes")))


def test_quoted_words_of_rules_are_words_of_the_ad() -> None:
    """On a part of the corpus every quotation is inside the text, with words in it; the whole is measured by make evaluate."""
    for passage in read_corpus(ROOT / "data" / "corpus")[::25]:
        for pack in load_packs():
            for finding in findings_in(passage.text, pack, DAY):
                assert all(span.of(passage.text).strip() and span.end <= len(passage.text) for span in finding.spans)


def test_rules_leave_acceptable_passages_alone() -> None:
    """Of the acceptable passages of the corpus at most one in a thousand meets a rule, of whatever severity."""
    fine = [p for p in read_corpus(ROOT / "data" / "corpus") if p.label == "acceptable"]
    met = {p.passage_id for p in fine for pack in load_packs() for _ in findings_in(p.text, pack, DAY)}
    assert len(met) <= 0.001 * len(fine), met
