"""The rules of all packs against the claims of a page: one search for terms, one for what stands beside them where a term is met.

Rules of several packs share their wording, so a wording is looked for once, and each of its rules speaks where it is met.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from classifier.domain import Claim, Finding, ProductKind, Qualifier
from classifier.fast.id_table import Ints
from classifier.fast.machine import Machine, Matches
from classifier.fast.page import Flags, Page, Runs
from classifier.fast.rows import spread
from classifier.fast.words import Words
from classifier.law.matching import LawOfDay, Parts, Place, finding_at, law_on, where_met
from classifier.law.rules import Rule, RulePack, Wording
from classifier.reading.memo import Memo
from classifier.reading.phrases import Match, PhraseSet
from classifier.reading.words import Reading

Setting = tuple[ProductKind | None, date, tuple[str, ...]]
"""What of an ad decides which rules speak: kind of product, date, jurisdictions."""
Speaking = tuple[int, Rule, LawOfDay]
"""A rule that speaks, with the place of its pack and the law of the day."""
_MASK = "mask"


@dataclass(slots=True)
class Found:
    """Phrases found in a claim, by wording and part, and the phrases that no rule may read a term into, by pack."""

    parts: dict[int, Parts] = field(default_factory=dict)
    masks: dict[int, list[Match]] = field(default_factory=dict)


class RuleFinder:
    """The phrases of all packs. A phrase's name is its part and the number of its wording, or of the pack whose mask it is."""

    def __init__(self, packs: tuple[RulePack, ...], classes: Sequence[str], words: Words) -> None:
        self.packs = packs
        masks = list(dict.fromkeys(pack.masks for pack in packs))
        self._rules: dict[tuple[Wording, int], list[tuple[int, Rule]]] = {}
        for number, pack in enumerate(packs):
            for rule in pack.active.values():
                self._rules.setdefault((rule.wording, masks.index(pack.masks)), []).append((number, rule))
        self._wordings = list(self._rules)
        self._speaking: Memo[Setting, list[list[Speaking]]] = Memo(self._speak, most=1 << 10)
        terms = [(phrase, f"term {n}") for n, (wording, _) in enumerate(self._wordings) for phrase in wording.terms]
        beside = [
            (phrase, f"{part} {n}")
            for n, (wording, _) in enumerate(self._wordings)
            for part, phrases in (("near", wording.near), ("unless", wording.unless))
            for phrase in phrases
        ]
        beside += [(phrase, f"{_MASK} {n}") for n, phrases in enumerate(masks) for phrase in phrases]
        self._term_names, self._beside_names = _distinct(terms), _distinct(beside)
        self._terms = Machine(PhraseSet(terms), self._term_names, classes, words)
        self._beside = Machine(PhraseSet(beside), self._beside_names, classes, words)

    def __len__(self) -> int:
        return len(self._terms) + len(self._beside)

    def find(self, page: Page, claims: Runs, which: Ints, folded: Flags, classes: Matches, settings: Sequence[Setting]) -> dict[int, Found]:
        """Give what was found in each claim in which a term of a rule is met that speaks of its ad.

        Parameters
        ----------
        which : array
            The claims to look at.
        folded : array
            For each word of the page whether it is compared without diacritics in its claim.
        classes : Matches
            The word classes of the claims.
        settings : sequence
            The setting of each text.
        """
        run = claims.of_word
        terms = self._terms.find(page.word, _ends(page, claims, which), folded, classes)
        told = [settings[text] for text in claims.text[run[terms.first]].tolist()]
        wordings = [int(self._term_names[name].split(" ")[1]) for name in terms.name.tolist()]
        speaks = [bool(self._speaking[setting][wording]) for setting, wording in zip(told, wordings, strict=True)]
        terms = terms.only(np.array(speaks, bool))
        met = np.unique(run[terms.first])
        beside = self._beside.find(page.word, _ends(page, claims, met), folded, classes)
        found = {claim: Found() for claim in met.tolist()}
        for matches, names in ((terms, self._term_names), (beside, self._beside_names)):
            claim = run[matches.first]
            begin = claims.first[claim]
            columns = (claim, matches.first - begin, matches.last - begin, matches.name)
            for number, first, last, name in zip(*(column.tolist() for column in columns), strict=True):
                part, _, of = names[name].partition(" ")
                if part == _MASK:
                    found[number].masks.setdefault(int(of), []).append(Match(first, last, part))
                else:
                    found[number].parts.setdefault(int(of), {}).setdefault(part, []).append(Match(first, last, part))
        return found

    def places(
        self, found: Found, reading: Reading, qualifiers: tuple[Qualifier, ...], setting: Setting
    ) -> list[tuple[list[Speaking], Place]]:
        """Give the places in a claim where rules are met, each with the rules that speak there."""
        told = []
        for wording, parts in found.parts.items():
            speaking = self._speaking[setting][wording]
            if speaking and "term" in parts:
                shape, masks = self._wordings[wording]
                place = where_met(shape, parts, found.masks.get(masks, []), reading, qualifiers)
                if place:
                    told.append((speaking, place))
        return told

    def findings(self, places: list[tuple[list[Speaking], Place]], claim: Claim) -> tuple[Finding, ...]:
        """Give the findings on a claim, pack by pack, in the order of the text."""
        told = [
            (number, [(span.start, span.end) for span in place.spans], rule.rule_id, finding_at(rule, law, place, claim))
            for speaking, place in places
            for number, rule, law in speaking
        ]
        told.sort(key=lambda one: one[:3])
        return tuple([one[3] for one in told])

    def _speak(self, setting: Setting) -> list[list[Speaking]]:
        """Give for each wording the rules that speak in a setting."""
        product, day, jurisdictions = setting
        return [
            [
                (number, rule, law)
                for number, rule in rules
                if self.packs[number].applies(jurisdictions) and rule.covers(product) and (law := law_on(rule, day))
            ]
            for rules in self._rules.values()
        ]


def _distinct(phrases: list[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for _, name in phrases))


def _ends(page: Page, claims: Runs, which: Ints) -> Ints:
    ends = np.zeros(len(page.word), np.int64)
    run, word = spread(claims.first[which], (claims.end - claims.first)[which])
    ends[word] = claims.end[which][run]
    return ends
