"""The reasoning behind an assessment as values: ten parts a claim, for any surface to show in either language."""

from dataclasses import dataclass

from classifier.domain import (
    Assessment,
    Claim,
    ClaimType,
    Explanation,
    Finding,
    MissingStatement,
    NotChecked,
    Qualifier,
    Question,
    Span,
)
from classifier.law.permitted import PermittedMatch
from classifier.reasoning.weighed import WeighedWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The smallest deletion found that brings a claim under the threshold of review, verified by assessing the rest.

    ``gone`` are the categories no rule finds any more, ``kept`` the questions that stay. It never approves what is left.
    """

    spans: tuple[Span, ...]
    risk_before: float
    risk_after: float
    threshold: float
    gone: tuple[str, ...]
    kept: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A labelled passage near to a claim. ``shared`` are the claim's words that make it near; similarity in [0, 1]."""

    passage_id: str
    text: str
    label: str
    types: tuple[str, ...]
    similarity: float
    shared: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakSpot:
    """A kind of text on which the model was measured to be wrong more often than elsewhere."""

    kind: str
    n: int
    n_wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """How sure, with the measured meaning.

    Of ``n`` held-out passages with about this risk, reviewers called ``n_misleading`` misleading; both are None where the
    model in use was not measured.
    """

    risk: float
    n: int | None
    n_misleading: int | None
    weak_spots: tuple[WeakSpot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReasoning:
    """All ten parts for one claim: its words, kinds, rules, what speaks for the advertiser, and so on.

    ``code`` is ``<claim type>/<verdict type>``, or ``<claim type>/words`` where only the model speaks. ``words`` are the runs of the
    claim that are the reason. ``lead`` is the finding said first; None where there is none. ``law_of_kind`` is what would apply to
    the likeliest kind, though no phrase of it is met. ``weighed`` are the words that
    moved the risk, those on the advertiser's side among them. ``threshold`` is the risk from which a claim is put up for review.
    """

    code: str
    claim: Claim
    words: tuple[Span, ...]
    kinds: tuple[ClaimType, ...]
    lead: Finding | None
    findings: tuple[Finding, ...]
    law_of_kind: tuple[Finding, ...]
    qualifiers: tuple[Qualifier, ...]
    permitted: tuple[PermittedMatch, ...]
    weighed: WeighedWords
    questions: tuple[Question, ...]
    explanation: Explanation
    threshold: float
    removal: Removal | None
    neighbours: tuple[Neighbour, ...]
    sureness: Sureness


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning:
    """The reasoning about one ad: the claims there is something to say of, and what holds for all of it.

    ``permitted`` are the permitted EU claims that the ``n_quiet`` other claims come near to.
    """

    assessment: Assessment
    claims: tuple[ClaimReasoning, ...]
    n_quiet: int
    permitted: tuple[PermittedMatch, ...]
    missing: tuple[MissingStatement, ...]
    not_checked: tuple[NotChecked, ...]
