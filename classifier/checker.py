"""The whole path for ads: read, gate, split, match rules, score, explain."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from classifier.assembly import Judgement, complete, summary_of
from classifier.close_reading import judge_closely
from classifier.domain import JURISDICTIONS, Ad, Assessment, Channel, ProductKind, Summary
from classifier.fast.judging import PlainJudge
from classifier.fast.plain import plain_ones
from classifier.law.loading import load_packs
from classifier.law.rules import RulePack
from classifier.model.artifact import TrainedModel, load_model
from classifier.model.scoring import Scorer


@dataclass(frozen=True, eq=False)
class Checker:
    """Rule packs and a model, ready to assess. Safe to share between threads."""

    packs: tuple[RulePack, ...]
    scorer: Scorer

    @cached_property
    def plain(self) -> PlainJudge:
        """Give the judge of plain texts, who remembers words."""
        return PlainJudge(self.packs, self.scorer)


def load_checker(model: TrainedModel | None = None, own_packs: Path | None = None) -> Checker:
    """Give a checker with the packs and the model that ship with the package, or another model, or own packs besides."""
    return Checker(packs=load_packs(own_packs), scorer=Scorer(model or load_model()))


def make_ad(
    text: str,
    *,
    as_of: date,
    jurisdictions: tuple[str, ...] = JURISDICTIONS,
    product: ProductKind | None = None,
    channel: Channel | None = None,
    is_whole: bool = False,
    raw: bytes | None = None,
) -> Ad:
    """Make an ad of a text. ``raw`` is the bytes it was received in; by default its UTF-8."""
    received = text.encode("utf-8", "surrogatepass") if raw is None else raw
    digest = hashlib.sha256(received).hexdigest()
    return Ad(
        text=text,
        raw_digest=digest,
        as_of=as_of,
        jurisdictions=jurisdictions,
        product=product,
        channel=channel,
        is_whole=is_whole,
    )


def assess(ad: Ad, checker: Checker) -> Assessment:
    """Say everything the machine has to say about an ad.

    Pure: the same ad, packs, model and date give the same assessment, digest included, alone or among others.
    """
    return assess_together([ad], checker)[0]


def assess_together(ads: Sequence[Ad], checker: Checker) -> list[Assessment]:
    """Assess ads together: much faster than one by one, and the same numbers."""
    plain = plain_ones([ad.text for ad in ads])
    judged = iter(checker.plain.judge([ad for ad, is_plain in zip(ads, plain, strict=True) if is_plain]))
    odd = iter(_judge_odd(ads, plain, checker))
    digest = checker.scorer.model.digest
    return [complete(next(judged) if is_plain else next(odd), checker.packs, digest) for is_plain in plain]


def summarise_together(ads: Sequence[Ad], checker: Checker) -> list[Summary]:
    """Say of each ad what a table of many says: the same ruling, risk, triage and kinds as the whole assessment, and no reasons."""
    plain = plain_ones([ad.text for ad in ads])
    summaries = iter(checker.plain.summarise([ad for ad, is_plain in zip(ads, plain, strict=True) if is_plain]))
    odd = iter(_judge_odd(ads, plain, checker))
    return [next(summaries) if is_plain else summary_of(next(odd)) for is_plain in plain]


def _judge_odd(ads: Sequence[Ad], plain: list[bool], checker: Checker) -> list[Judgement]:
    return judge_closely([ad for ad, is_plain in zip(ads, plain, strict=True) if not is_plain], checker.packs, checker.scorer)
