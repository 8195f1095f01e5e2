"""Plain ads judged together: gate, claims, kinds, findings, and each word's part in the risk."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np

from classifier.assembly import Judgement, standing_apart
from classifier.domain import (
    Ad,
    Claim,
    ClaimAssessment,
    ClaimType,
    Confidence,
    Contributions,
    Explanation,
    Finding,
    Language,
    MissingStatement,
    Qualifier,
    Scope,
    ScopeRuling,
    Severity,
    Span,
    Summary,
    Triage,
)
from classifier.fast.languages import languages_of
from classifier.fast.names import NameIndex
from classifier.fast.rules import RuleFinder, Speaking
from classifier.fast.weighing import Weigher
from classifier.gate import rule_by_values
from classifier.law.matching import Place, confidence_at
from classifier.law.missing import find_missing
from classifier.law.rules import RulePack
from classifier.model.scoring import OWN_SHARE, Scorer, calibrated, probability
from classifier.reading.lexicon import load_lexicon
from classifier.reading.normalise import NormalisedText
from classifier.reading.phrases import Match
from classifier.reading.qualifiers import QUALIFYING, find_qualifiers
from classifier.reading.words import Reading, read_words
from classifier.triage import FLAGGED, LEAST_OF_RISKIEST, leading_types, triage, types_among

UNKNOWN_LANGUAGE = ScopeRuling(scope=Scope.CANNOT_ASSESS, reason="language", language=Language.UNKNOWN)


class PlainJudge:
    """Judges plain ads. One page at a time: what it remembers is shared."""

    def __init__(self, packs: tuple[RulePack, ...], scorer: Scorer) -> None:
        self._packs, self._scorer, self._turn = packs, scorer, Lock()
        self._weigher: Weigher | None = None

    def judge(self, ads: Sequence[Ad]) -> list[Judgement]:
        """Judge plain ads, with explanations."""
        if not ads:
            return []
        with self._turn:
            return self._page(ads).judgements()

    def summarise(self, ads: Sequence[Ad]) -> list[Summary]:
        """Judge plain ads without working out what a summary does not tell."""
        if not ads:
            return []
        with self._turn:
            return self._page(ads).summaries()

    def _page(self, ads: Sequence[Ad]) -> "_JudgedPage":
        if self._weigher is None or self._weigher.is_full:
            self._weigher = Weigher(self._scorer, self._index)
            self._rules = RuleFinder(self._packs, self._weigher.classes.names, self._weigher.words)
        return _JudgedPage(ads, self._scorer, self._weigher, self._rules)

    @cached_property
    def _index(self) -> NameIndex:
        return NameIndex(self._scorer.model.names)


class _Told(NamedTuple):
    """What of a finding counts in a summary."""

    category: str
    severity: Severity
    confidence: Confidence


class _JudgedClaim(NamedTuple):
    """What decides the triage of an ad and its kinds."""

    risk: float
    claim_types: tuple[ClaimType, ...]
    findings: tuple[_Told, ...]


class _Found(NamedTuple):
    """What stands in a claim besides what is weighed."""

    reading: Reading
    qualifiers: tuple[Qualifier, ...]
    places: list[tuple[list[Speaking], Place]]


class _JudgedPage:
    """One page: first the gate, then the claims of the ads that pass it. What stands in lists is asked for claim by claim."""

    def __init__(self, ads: Sequence[Ad], scorer: Scorer, weigher: Weigher, rules: RuleFinder) -> None:
        self.ads, self.scorer, self.weigher, self.rules = ads, scorer, weigher, rules
        self.page = weigher.read([ad.text for ad in ads])
        self.whole = weigher.weigh_texts(self.page)
        languages = languages_of(self.page)
        self.rulings = [
            rule_by_values(language, values, scorer) if language is not Language.UNKNOWN else UNKNOWN_LANGUAGE
            for language, values in zip(languages, self.whole.values, strict=True)
        ]
        passed = np.array([ruling.scope is Scope.IN for ruling in self.rulings])
        self.alone = weigher.weigh_claims(self.page, self.page.of_claims.only(passed[self.page.of_claims.text]), self.whole)
        claims = self.claims = self.alone.runs
        self.output = np.array([scorer.position[calibrated("risk", language)] for language in languages])
        output = self.output[claims.text]
        own, around = self.alone.values[np.arange(len(claims)), output], self.whole.values[claims.text, output]
        self.claims_of = np.searchsorted(claims.text, np.arange(len(ads) + 1)).tolist()
        sizes = [max(1, end - first) for first, end in pairwise(self.claims_of)]
        crowds = [scorer.crowd(column, size) for column, size in zip(self.output.tolist(), sizes, strict=True)]
        self.crowd = np.array(crowds)[claims.text]
        self.decisions = OWN_SHARE * own + (1 - OWN_SHARE) * around + self.crowd
        self.risks = [probability(value) for value in self.decisions.tolist()]
        self.text, self.first, self.end = claims.text.tolist(), claims.first.tolist(), claims.end.tolist()
        begins = self.page.begins[claims.text]
        self.start, self.stop = (claims.starts - begins).tolist(), (claims.ends - begins).tolist()
        self.settings = [(ad.product, ad.as_of, ad.jurisdictions) for ad in ads]

    def summaries(self) -> list[Summary]:
        """Give summaries. Findings and kinds are looked for only in ads that the risk flags, or that a finding could."""
        which = [i for n in range(len(self.ads)) for i in self._deciding(n)]
        found = self._found(which)
        told = {
            i: tuple(
                [_Told(rule.category, rule.severity, confidence_at(rule, place)) for speaking, place in places for _, rule, _ in speaking]
            )
            for i, (_, _, places) in found.items()
        }
        types = self._types(which, told)
        judged = {i: _JudgedClaim(self.risks[i], kinds, told.get(i, ())) for i, kinds in zip(which, types, strict=True)}
        return [self._summary(n, [judged[i] for i in self._claims_of(n) if i in judged]) for n in range(len(self.ads))]

    def judgements(self) -> list[Judgement]:
        """Give everything that was found out."""
        which = range(len(self.claims))
        found = self._found(which)
        findings = {
            i: self.rules.findings(places, Claim(span=Span(self.start[i], self.stop[i]), text=""))
            for i, (_, _, places) in found.items()
            if places
        }
        types = self._types(which, findings)
        explanations = self._explanations()
        claims = [self._claim(i, types[i], findings.get(i, ()), found, explanations[i]) for i in which]
        return [self._judgement(n, tuple(claims[self.claims_of[n] : self.claims_of[n + 1]])) for n in range(len(self.ads))]

    def _claims_of(self, n: int) -> range:
        """Give the claims of an ad."""
        return range(self.claims_of[n], self.claims_of[n + 1])

    def _deciding(self, n: int) -> list[int]:
        """Give the claims of an ad whose findings or kinds a summary tells or depends on."""
        ruling, claims = self.rulings[n], self._claims_of(n)
        highest = max([self.risks[i] for i in claims], default=0.0)
        priority, review, with_finding = self._thresholds[ruling.language]
        leading = LEAST_OF_RISKIEST * highest
        if highest >= (priority if ruling.is_doubtful else min(priority, review)):
            return [i for i in claims if self.risks[i] >= leading]
        if ruling.is_doubtful or highest < with_finding:
            return []
        return [i for i in claims if self.risks[i] >= min(leading, with_finding)]

    @cached_property
    def _thresholds(self) -> dict[Language, tuple[float, ...]]:
        told = self.scorer.model.thresholds
        names = ("priority", "review", "with_finding")
        return {one: tuple([told[calibrated(name, one)] for name in names]) for one in Language}

    def _summary(self, n: int, claims: list[_JudgedClaim]) -> Summary:
        ruling = self.rulings[n]
        if ruling.scope is not Scope.IN:
            return Summary(ruling=ruling, risk=None, triage=None, claim_types=())
        risk = max(self.risks[self.claims_of[n] : self.claims_of[n + 1]], default=0.0)
        said = triage(claims, ruling, self.scorer.model.thresholds) if claims else Triage.NONE
        types = leading_types(claims) if said in FLAGGED else ()
        return Summary(ruling=ruling, risk=risk, triage=said, claim_types=types, missing=self._missing(n))

    def _judgement(self, n: int, claims: tuple[ClaimAssessment, ...]) -> Judgement:
        ad, ruling = self.ads[n], self.rulings[n]
        disguises = read_words(ad.text).disguises if self.page.is_odd[n] else ()
        if ruling.scope is not Scope.IN:
            return Judgement(ad, ruling, None, None, (), disguises, ())
        risk = max([claim.risk for claim in claims], default=0.0)
        return Judgement(ad, ruling, risk, triage(claims, ruling, self.scorer.model.thresholds), claims, disguises, self._missing(n))

    def _missing(self, n: int) -> tuple[MissingStatement, ...]:
        ad = self.ads[n]
        return find_missing(ad, read_words(ad.text), self.rules.packs) if ad.is_whole else ()

    def _claim(
        self, i: int, types: tuple[ClaimType, ...], findings: tuple[Finding, ...], found: dict[int, _Found], explanation: Explanation
    ) -> ClaimAssessment:
        start = self.start[i]
        span = Span(start, self.stop[i])
        qualifiers: tuple[Qualifier, ...] = ()
        if i in found:
            said = found[i].qualifiers
            qualifiers = tuple([Qualifier(kind=q.kind, span=Span(start + q.span.start, start + q.span.end)) for q in said])
        return ClaimAssessment(
            claim=Claim(span=span, text=span.of(self.ads[self.text[i]].text)),
            risk=self.risks[i],
            claim_types=types,
            findings=findings,
            qualifiers=standing_apart(qualifiers, findings) if findings else qualifiers,
            explanation=explanation,
        )

    def _types(self, which: Sequence[int], findings: Mapping[int, Sequence[_Told | Finding]]) -> list[tuple[ClaimType, ...]]:
        """Give the kinds of claims."""
        if not which:
            return []
        columns = np.array([column for _, column, _ in self.scorer.types])
        values = self.alone.values[which]
        learnt = values[:, columns]
        best = learnt.argmax(axis=1)
        reached = learnt >= np.array([least for _, _, least in self.scorer.types])
        reached[np.arange(len(best)), best] = True
        of, likely = np.nonzero(reached)
        begins, likely_columns = np.searchsorted(of, np.arange(len(best) + 1)).tolist(), columns[likely].tolist()
        return [
            types_among(likely_columns[begins[n] : begins[n + 1]], likeliest, own, findings.get(i, ()), self.scorer)
            for n, (i, likeliest, own) in enumerate(zip(which, columns[best].tolist(), values.tolist(), strict=True))
        ]

    def _found(self, which: Sequence[int]) -> dict[int, _Found]:
        """Give what stands in claims that have a qualifier or meet a term: the reading, the qualifiers, the places of rules."""
        run, word = self.claims.words
        folded = np.zeros(len(self.page.word), bool)
        folded[word] = self.page.unmarked(self.claims)[run]
        asked = np.array(which, np.int64)
        met = self.rules.find(self.page, self.claims, asked, folded, self.alone.classes, self.settings)
        qualifying = self._qualifying()
        told = {}
        for i in which:
            if i in met or i in qualifying:
                reading = self._reading(i)
                reading.kept[load_lexicon()] = qualifying.get(i, [])
                qualifiers = find_qualifiers(reading) if i in qualifying else ()
                setting = self.settings[self.text[i]]
                told[i] = _Found(reading, qualifiers, self.rules.places(met[i], reading, qualifiers, setting) if i in met else [])
        return told

    def _qualifying(self) -> dict[int, list[Match]]:
        """Give for each claim the word classes that qualify what it says."""
        names = self.weigher.classes.names
        wanted = np.array([name in QUALIFYING for name in names])
        classes = self.alone.classes.only(wanted[self.alone.classes.name])
        claim = self.claims.of_word[classes.first]
        begin = self.claims.first[claim]
        told: dict[int, list[Match]] = {}
        columns = (claim, classes.first - begin, classes.last - begin, classes.name)
        for i, first, last, name in zip(*(column.tolist() for column in columns), strict=True):
            told.setdefault(i, []).append(Match(first, last, names[name]))
        return told

    def _reading(self, i: int) -> Reading:
        """Give the reading of a claim: the places of its words in its own text."""
        text = self.ads[self.text[i]].text[self.start[i] : self.stop[i]]
        words, begin = slice(self.first[i], self.end[i]), self.start[i]
        starts, ends = self.places
        view = NormalisedText(text, text, (), (), (), is_plain=True, reads_alike_in_parts=True)
        return Reading(view, (), [start - begin for start in starts[words]], [end - begin for end in ends[words]])

    @cached_property
    def places(self) -> tuple[list[int], list[int]]:
        """Give where each word begins and ends in its own text."""
        page = self.page
        begins = np.repeat(page.begins[:-1], page.of_texts.end - page.of_texts.first)
        return (page.starts - begins).tolist(), (page.ends - begins).tolist()

    def _explanations(self) -> list[Explanation]:
        """Explain the risk of each claim. What the rest of the ad adds is all that it adds but what stands in the claim, and the crowd."""
        page, slopes = self.page, self.scorer.slopes[self.output]
        of_text = np.repeat(np.arange(len(self.ads)), page.of_texts.end - page.of_texts.first)
        around = self.weigher.risk_of_words(page, self.whole) * ((1 - OWN_SHARE) * slopes)[of_text]
        own = self.weigher.risk_of_words(page, self.alone) * (OWN_SHARE * slopes)[of_text]
        run, word = self.claims.words
        every = np.bincount(of_text, weights=around, minlength=len(self.ads))
        inside = np.bincount(run, weights=around[word], minlength=len(self.claims))
        elsewhere = (every[self.claims.text] - inside + self.crowd).tolist()
        bases, decisions = self.scorer.base[self.output][self.claims.text].tolist(), self.decisions.tolist()
        values, (starts, ends) = (own + around).tolist(), self.places
        return [
            Explanation(
                base=bases[i],
                contributions=Contributions(starts[first:end], ends[first:end], values[first:end]),
                elsewhere=elsewhere[i],
                decision_value=decisions[i],
            )
            for i, (first, end) in enumerate(zip(self.first, self.end, strict=True))
        ]
