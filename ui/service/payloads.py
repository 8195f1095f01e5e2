"""What the service takes and gives, as pydantic models: they check the requests and make the OpenAPI description."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from classifier.domain import Channel, ProductKind

MOST_ADS = 1_000
MOST_AD_CHARACTERS = 20_000
MOST_CHARACTERS = 2_000_000
"""Characters of all the ads of one request together."""
_NO_NUL = r"^[^\u0000]*$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_CURE = "Trà thảo mộc chữa dứt điểm tiểu đường chỉ sau 7 ngày, cam kết khỏi 100%"


def _only_days(value: Any) -> Any:
    """Let through only ``YYYY-MM-DD``: no instants, no numbers."""
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.match(value)):
        raise ValueError("expected the form 2026-10-01")
    return value


Day = Annotated[date, Field(strict=False), BeforeValidator(_only_days)]
Kind = Annotated[ProductKind, Field(strict=False)]
Place = Annotated[Channel, Field(strict=False)]


class _Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AdIn(_Payload):
    """An ad and what is known of it."""

    id: str = Field(min_length=1, max_length=200, pattern=_NO_NUL, description="Yours; comes back with the answer.", examples=["q1"])
    text: str = Field(max_length=MOST_AD_CHARACTERS, pattern=_NO_NUL, description="The ad, unchanged.", examples=[_CURE])
    jurisdictions: list[Literal["vn", "eu", "uk", "us"]] | None = Field(
        None, min_length=1, max_length=4, description="Whose rules apply; all when left out.", examples=[["vn"]]
    )
    product: Kind | None = Field(None, description="What is advertised.", examples=["food"])
    channel: Place | None = Field(None, description="Where it was shown; disclosure duties depend on it.", examples=["social"])
    is_whole: bool = Field(False, description="Whether the text is the whole ad; only then required sentences are said to be missing.")
    as_of: Day | None = Field(None, description="Date of the ad; today when left out.", examples=["2026-10-01"])


class AssessIn(_Payload):
    """Ads to assess."""

    ads: list[AdIn] = Field(min_length=1, max_length=MOST_ADS)
    reasoning: bool = Field(True, description="Whether to give everything behind each result, or only its summary.")


class QueueIn(_Payload):
    """Ads to open review cases for."""

    ads: list[AdIn] = Field(min_length=1, max_length=MOST_ADS)


class Assessed(BaseModel):
    """One result, the same as a row of ``adcheck scan``: a reason to look, not a verdict."""

    id: str
    scope: Literal["in", "out", "cannot_assess"]
    scope_reason: str
    language: Literal["vi", "en", "mixed", "unknown"]
    risk: float | None = Field(description="Calibrated probability in [0, 1] that reviewers would call it misleading; none when refused.")
    triage: Literal["none", "review", "priority"] | None
    flagged: int = Field(ge=0, le=1)
    claim_types: list[str]
    missing_rules: list[str] = Field(description="Rules whose required sentence a whole ad does not hold as prescribed.")
    claims: list[dict[str, Any]] = Field([], description="Spans, findings with rules and authorities, exact contributions.")
    missing: list[dict[str, Any]] = Field([], description="Required sentences that are missing, each with its finding.")
    disguises: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = Field([], description="What to ask the advertiser.")
    not_checked: list[dict[str, Any]] = Field([], description="What was not checked, and why.")
    provenance: dict[str, Any] = {}
    digest: str = ""


class AssessOut(BaseModel):
    """Results in the order of the ads."""

    assessments: list[Assessed]


class CaseOut(BaseModel):
    """The case opened for an ad. Its score is not told: a reviewer sees the reasons first."""

    id: str
    case_id: int
    is_new: bool = Field(description="False when the same ad of the same sender was queued before.")
    scope: Literal["in", "out", "cannot_assess"]
    scope_reason: str


class QueueOut(BaseModel):
    """Cases in the order of the ads."""

    cases: list[CaseOut]


class HealthOut(BaseModel):
    """What answers, and with which model and rules."""

    status: Literal["ok", "record_unreachable"]
    code_version: str
    model_digest: str
    packs: dict[str, str]


class FaultOut(BaseModel):
    """One thing that is wrong."""

    code: str = Field(description="Stable; for programs.")
    where: str
    message: str = Field(description="For people, in the language of Accept-Language: Vietnamese or English.")


class FaultsOut(BaseModel):
    """Everything that is wrong with a request."""

    problems: list[FaultOut]
