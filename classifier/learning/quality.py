"""How good the shipped model is, in every way the project promises, as ``docs/results/quality.md``."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from classifier.checker import Checker, assess, load_checker, make_ad
from classifier.domain import Assessment, Scope, Triage
from classifier.learning.ablation import ablation_lines
from classifier.learning.baselines import baseline_lines
from classifier.learning.behaviour import EXPECTED, failures, read_cases
from classifier.learning.corpus import LABELS, Passage, read_corpus
from classifier.learning.disguises import DISGUISES, MOST_LOST
from classifier.learning.evaluate import evaluate_table, table_lines
from classifier.learning.fairness import MANNERS
from classifier.learning.fitting import SEED

_AS_OF = date(2026, 11, 24)
_LEAST = 8
"""Fewest passages for which a share is told."""
PREVALENCE = 0.06
"""Share of misleading passages among health and beauty listings, as read in a sample of a marketplace."""


@dataclass(frozen=True)
class Told:
    """A passage of the test part and what the checker says of it."""

    passage: Passage
    assessment: Assessment

    @property
    def misleading(self) -> bool:
        """Say whether the passage is labelled misleading."""
        return self.passage.label == "misleading"

    @property
    def flagged(self) -> bool:
        """Say whether it would be put before a reviewer."""
        return self.assessment.triage in (Triage.REVIEW, Triage.PRIORITY)


def quality_lines(data: Path) -> Iterator[str]:
    """Give the whole report, in Markdown."""
    checker = load_checker()
    passages = read_corpus(data / "corpus")
    told = [Told(p, assess(make_ad(p.text, as_of=_AS_OF), checker)) for p in passages if p.is_for_testing]
    yield "# How good it is\n"
    yield f"Model {checker.scorer.model.digest[:12]}; made by `make evaluate`. Intervals are 95 % bootstrap intervals over passages."
    yield "The test part was written by the same hands as the rest of the corpus: expect less on adverts from elsewhere.\n"
    yield "## Test part\n"
    languages = sorted({t.passage.language for t in told})
    yield from table_lines(evaluate_table(language, _labelled(told, language)) for language in languages)
    yield from _by("kind of claim", lambda t: {n for names in t.passage.types for n in names}, [t for t in told if t.misleading])
    yield from _by("register", lambda t: {t.passage.register}, told)
    yield from _flag_lines(told, languages)
    yield from _coverage_lines(told, languages)
    yield from _calibration_lines(told, languages)
    yield from _behaviour_lines(data, checker)
    yield from _disguise_lines(told, checker, languages)
    yield from _fairness_lines(told, checker)
    yield from ablation_lines(passages, checker)
    yield from baseline_lines(passages)


def _labelled(told: Sequence[Told], language: str) -> list[tuple[str, str]]:
    return [(t.passage.text, t.passage.label) for t in told if t.passage.language == language]


def _by(name: str, keys: Callable[[Told], set[str]], counted: Sequence[Told]) -> Iterator[str]:
    """Give recall and false flags for each kind of passage that has enough of them."""
    groups: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for t in counted:
        for key in keys(t):
            groups[key, t.passage.language].append(t)
    yield f"\n## By {name}\n"
    yield f"| {name} | language | misleading | of them flagged | others | of them flagged |"
    yield "|---|---|---:|---:|---:|---:|"
    for (key, language), group in sorted(groups.items()):
        if len(group) >= _LEAST:
            bad, good = [t for t in group if t.misleading], [t for t in group if not t.misleading]
            yield f"| {key} | {language} | {len(bad)} | {_share(bad)} | {len(good)} | {_share(good)} |"


def _share(group: Sequence[Told]) -> str:
    return f"{np.mean([t.flagged for t in group]):.0%}" if len(group) >= _LEAST else "–"


def _flag_lines(told: Sequence[Told], languages: Sequence[str]) -> Iterator[str]:
    yield "\n## Flags per 1,000 passages\n"
    yield f"Where {PREVALENCE:.0%} of the passages are misleading, as among health and beauty listings.\n"
    yield "| threshold | language | flags per 1,000 | of them misleading |"
    yield "|---|---|---:|---:|"
    for language in languages:
        for name, levels in (("review or priority", (Triage.REVIEW, Triage.PRIORITY)), ("priority", (Triage.PRIORITY,))):
            of = [t for t in told if t.passage.language == language]
            hit, false = (
                float(np.mean([t.assessment.triage in levels for t in of if t.misleading is misleading])) for misleading in (True, False)
            )
            right, wrong = 1000 * PREVALENCE * hit, 1000 * (1 - PREVALENCE) * false
            yield f"| {name} | {language} | {right + wrong:.0f} | {right / max(1e-9, right + wrong):.0%} |"


def _coverage_lines(told: Sequence[Told], languages: Sequence[str]) -> Iterator[str]:
    """Give what is assessed, what is assessed with a doubt, and what is refused, for each label."""
    yield "\n## What is assessed\n"
    yield "With a doubt: it reads rather like information than advertising, and is flagged only from priority on."
    yield "Refused: it has no risk, and a reason.\n"
    yield "| language | label | passages | assessed | of them with a doubt | refused as not advertising | cannot be assessed |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for language in languages:
        for label in LABELS:
            rulings = [t.assessment.ruling for t in told if (t.passage.language, t.passage.label) == (language, label)]
            shares = {scope: np.mean([r.scope is scope for r in rulings]) for scope in Scope}
            doubt = np.mean([r.is_doubtful for r in rulings if r.scope is Scope.IN])
            cells = (shares[Scope.IN], doubt, shares[Scope.OUT], shares[Scope.CANNOT_ASSESS])
            yield f"| {language} | {label} | {len(rulings)} | " + " | ".join(f"{share:.1%}" for share in cells) + " |"


def _calibration_lines(told: Sequence[Told], languages: Sequence[str]) -> Iterator[str]:
    yield "\n## What a risk means\n"
    yield "Ten groups of equally many test passages, by risk: the mean risk told, and the share that is labelled misleading.\n"
    yield "| language | " + " | ".join(str(n) for n in range(1, 11)) + " |"
    yield "|---|" + "---|" * 10
    for language in languages:
        of = sorted((t for t in told if t.passage.language == language), key=lambda t: t.assessment.risk or 0.0)
        bins = np.array_split(np.arange(len(of)), 10)
        cells = [(np.mean([of[i].assessment.risk or 0.0 for i in b]), np.mean([of[i].misleading for i in b])) for b in bins]
        yield f"| {language} | " + " | ".join(f"{risk:.2f} → {share:.2f}" for risk, share in cells) + " |"


def _behaviour_lines(data: Path, checker: Checker) -> Iterator[str]:
    cases = read_cases(data / "behaviour")
    failed = set(failures(cases, checker))
    yield "\n## Behavioural suite\n"
    yield "| language | kind | expected | cases | passed |"
    yield "|---|---|---|---:|---:|"
    languages = sorted({case.where.split(":")[0] for case in cases})
    for language in languages:
        of = [case for case in cases if case.where.startswith(f"{language}:")]
        for kind, expected in EXPECTED.items():
            for expect in expected:
                group = [case for case in of if (case.kind, case.expect) == (kind, expect)]
                if group:
                    yield f"| {language} | {kind} | {expect} | {len(group)} | {1 - len(failed & set(group)) / len(group):.1%} |"
        yield f"| {language} | all | | {len(of)} | {1 - len(failed & set(of)) / max(1, len(of)):.1%} |"


def _disguise_lines(told: Sequence[Told], checker: Checker, languages: Sequence[str]) -> Iterator[str]:
    """Give the recall of flagged misleading passages after each disguise."""
    yield "\n## Disguise\n"
    yield "Of the misleading test passages that are flagged as written, the share that is no longer flagged when disguised.\n"
    yield "| disguise | kind | " + " | ".join(languages) + " | at most |"
    yield "|---|---|" + "---:|" * (len(languages) + 1)
    for name, (kind, disguise) in DISGUISES.items():
        cells = []
        for language in languages:
            draw = random.Random(SEED)  # noqa: S311 (no secret)
            texts = [t.passage.text for t in told if t.passage.language == language and t.misleading and t.flagged]
            lost = [not _flagged(assess(make_ad(disguise(text, draw), as_of=_AS_OF), checker)) for text in texts]
            cells.append(f"{np.mean(lost):.1%}")
        yield f"| {name} | {kind} | " + " | ".join(cells) + f" | {MOST_LOST[kind]:.0%} |"


def _fairness_lines(told: Sequence[Told], checker: Checker) -> Iterator[str]:
    """Give how many harmless passages a manner of writing alone brings before a reviewer."""
    yield "\n## Manners of writing\n"
    yield "Of the acceptable test passages not flagged as written, the share flagged in a manner that adds no claim.\n"
    yield "| manner | language | passages | flagged |"
    yield "|---|---|---:|---:|"
    for language, manners in MANNERS.items():
        texts = [t.passage.text for t in told if (t.passage.language, t.passage.label) == (language, "acceptable") and not t.flagged]
        for name, manner in manners.items():
            flagged = [_flagged(assess(make_ad(manner(text), as_of=_AS_OF), checker)) for text in texts]
            yield f"| {name} | {language} | {len(texts)} | {np.mean(flagged):.1%} |"


def _flagged(assessment: Assessment) -> bool:
    return assessment.ruling.scope is Scope.IN and assessment.triage in (Triage.REVIEW, Triage.PRIORITY)
