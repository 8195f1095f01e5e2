"""The values an advert passes through, from text to assessment.

All are immutable. Spans are half-open code-point offsets into the ad as received.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import overload

from classifier.authority import Authority, Penalty

CLAIM_TYPES = (
    "disease_cure",
    "medicine_lookalike",
    "replaces_treatment",
    "unauthorised_health_claim",
    "guaranteed_efficacy",
    "time_bound_result",
    "weight_loss_claim",
    "absolute_safety",
    "medical_endorsement",
    "patient_testimonial",
    "pseudo_science",
    "false_approval",
    "superlative",
    "comparison",
    "missing_statement",
    "miracle_secret",
    "fear_exploitation",
    "cosmetic_drug_effect",
    "prohibited_or_vulnerable",
    "hidden_advertising",
    "fake_social_proof",
    "price_urgency",
    "green_claim",
    "impersonation_synthetic",
)
"""Ids of the claim types, in the order of the taxonomy."""

JURISDICTIONS = ("vn", "eu", "uk", "us")


class Language(StrEnum):
    """Language an ad is written in."""

    VI = "vi"
    EN = "en"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class ProductKind(StrEnum):
    """What is advertised, as far as the law cares."""

    FOOD = "food"
    COSMETIC = "cosmetic"
    MEDICINE = "medicine"
    DEVICE = "device"
    SERVICE = "service"
    OTHER = "other"


class Scope(StrEnum):
    """Whether an ad may be assessed at all."""

    IN = "in"
    OUT = "out"
    CANNOT_ASSESS = "cannot_assess"


class Triage(StrEnum):
    """What to look at first. Not a verdict."""

    NONE = "none"
    REVIEW = "review"
    PRIORITY = "priority"


class Severity(StrEnum):
    """How much harm the claim does if it is untrue."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Confidence(StrEnum):
    """How sure it is that the rule meets these words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class VerdictType(StrEnum):
    """What stands between a claim and the law: it decides what is asked."""

    PROHIBITED = "prohibited"
    DOCUMENT = "document"
    FILING = "filing"
    WORDING = "wording"
    LAYOUT = "layout"
    DISCLOSURE = "disclosure"


class Channel(StrEnum):
    """Where an ad was shown, as far as the law cares."""

    WEB = "web"
    SOCIAL = "social"
    INFLUENCER = "influencer"
    LIVESTREAM = "livestream"
    BROADCAST = "broadcast"
    PRINT = "print"
    LABEL = "label"


class QualifierKind(StrEnum):
    """How words weaken, turn or attribute a claim."""

    NEGATION = "negation"
    HEDGE = "hedge"
    QUOTATION = "quotation"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points in the ad as received."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Give the words the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: "Span") -> bool:
        """Say whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Ad:
    """A text as submitted, unchanged, with what is known of its setting.

    ``raw_digest`` is the SHA-256 of the bytes as received, in hexadecimal. Only of a text that ``is_whole`` can it be said
    that a required sentence is missing.
    """

    text: str
    raw_digest: str
    as_of: date
    jurisdictions: tuple[str, ...] = JURISDICTIONS
    product: ProductKind | None = None
    channel: Channel | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One assertion about a product: a run of the ad."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualifier:
    """Words that weaken, negate, attribute or condition a claim."""

    kind: QualifierKind
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """Characters that hide words from a reader or a machine. A reason to look, not a proof."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule met one claim, at these words.

    ``beside`` are further authorities in force that day, such as what proof counts; ``set_aside`` names instruments that
    would have applied but were suspended; ``marks`` warn of the authority's own standing.
    """

    rule_id: str
    category: str
    verdict: VerdictType
    severity: Severity
    confidence: Confidence
    authority: Authority
    beside: tuple[Authority, ...]
    penalty: Penalty | None
    set_aside: tuple[str, ...]
    marks: tuple[str, ...]
    spans: tuple[Span, ...]
    reason_vi: str
    reason_en: str
    question_vi: str
    question_en: str
    qualifiers: tuple[Qualifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimType:
    """A kind of claim with its calibrated probability in [0, 1]."""

    type_id: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What the words of one span add to the decision value, in log-odds. Below zero they speak for the advertiser."""

    span: Span
    value: float


class Contributions(Sequence[Contribution]):
    """The contributions of a claim's words in order, kept as columns: an ad has many, and few are looked at one by one."""

    __slots__ = ("ends", "starts", "values")

    def __init__(self, starts: Sequence[int], ends: Sequence[int], values: Sequence[float]) -> None:
        self.starts, self.ends, self.values = starts, ends, values

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> Contribution: ...

    @overload
    def __getitem__(self, index: slice) -> "Contributions": ...

    def __getitem__(self, index: int | slice) -> "Contribution | Contributions":
        if isinstance(index, slice):
            return Contributions(self.starts[index], self.ends[index], self.values[index])
        return Contribution(span=Span(self.starts[index], self.ends[index]), value=self.values[index])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Contributions({list(self)!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """``base + sum of contributions + elsewhere`` equals ``decision_value`` to 1e-9; all in log-odds.

    ``elsewhere`` is what no single word of the claim carries: the rest of the ad, and how many claims it makes.
    """

    base: float
    contributions: Contributions
    elsewhere: float
    decision_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAssessment:
    """What the machine has to say about one claim."""

    claim: Claim
    risk: float
    claim_types: tuple[ClaimType, ...]
    findings: tuple[Finding, ...]
    qualifiers: tuple[Qualifier, ...]
    explanation: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRuling:
    """Whether the ad may be assessed, and if not why. ``reason`` is empty when it may.

    ``is_doubtful``: it may, yet it reads rather like information than like advertising.
    """

    scope: Scope
    reason: str
    language: Language
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChecked:
    """Something the machine did not check, and why: keys of sentences in ``ui/wording``."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to ask the advertiser, in both languages, with the rule it comes from. Unanswered, it is no pass."""

    rule_id: str
    verdict: VerdictType
    vi: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingStatement:
    """A required sentence that is not in a whole ad, or stands there in other words: then ``span`` covers those."""

    rule_id: str
    expected: str
    span: Span | None
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What an assessment was made with. ``packs`` are (name, digest) pairs."""

    code_version: str
    model_digest: str
    packs: tuple[tuple[str, str], ...]
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a table of many ads says of one. ``claim_types`` are those of a flagged ad's riskiest claims, most likely first."""

    ruling: ScopeRuling
    risk: float | None
    triage: Triage | None
    claim_types: tuple[str, ...]
    missing: tuple[MissingStatement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything the machine has to say about an ad.

    ``risk`` and ``triage`` are None when the ad was refused: then nothing was scored.
    ``digest`` is the SHA-256 of the whole record but itself; see :mod:`classifier.records`.
    """

    ad: Ad
    ruling: ScopeRuling
    risk: float | None
    triage: Triage | None
    claims: tuple[ClaimAssessment, ...]
    missing: tuple[MissingStatement, ...]
    disguises: tuple[Disguise, ...]
    questions: tuple[Question, ...]
    not_checked: tuple[NotChecked, ...]
    provenance: Provenance
    digest: str
