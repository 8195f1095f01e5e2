"""What the service does with ads: the same path as the command line, one request at a time."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from classifier.batch import assess_many
from classifier.checker import make_ad
from classifier.domain import JURISDICTIONS, Ad, Assessment, Channel, ProductKind
from classifier.errors import StoreError, problem
from classifier.law.loading import load_packs
from review.cases import open_case
from review.record.store import Store
from review.replay import archive
from ui.rows import full_row, summary_row
from ui.service.faults import Refused
from ui.service.payloads import MOST_CHARACTERS, AdIn, AssessIn, QueueIn

_PATIENCE = 30.0
"""Seconds a request waits for its turn before it is told to come back."""


class Desk:
    """Works on one request at a time; assessing keeps a processor busy, so more at once would only be slower."""

    def __init__(self, store_url: str | None, own_packs: Path | None = None) -> None:
        self.packs = load_packs(own_packs)
        self._own_packs = own_packs
        self.store = Store(store_url)
        archive(self.store, self.packs)
        self._turn = threading.Lock()

    def assess(self, request: AssessIn) -> list[dict[str, Any]]:
        """Give a result row for each ad, in order."""
        refuse_long(request.ads)
        shape = full_row if request.reasoning else summary_row
        with self._my_turn():
            return [{"id": ad.id, **row} for ad, row in zip(request.ads, self._assessed(request.ads, shape), strict=True)]

    def queue(self, request: QueueIn, sender: str) -> list[dict[str, Any]]:
        """Open a case for each ad, in order; the same ad of the same sender has one case."""
        refuse_long(request.ads)
        with self._my_turn():
            return [self._open(ad, found, sender) for ad, found in zip(request.ads, self._assessed(request.ads, _whole), strict=True)]

    def is_ready(self) -> bool:
        """Say whether the record answers."""
        try:
            with self.store.reading() as connection:
                connection.exec_driver_sql("SELECT 1")
        except StoreError:
            return False
        return True

    def _assessed(self, ads: Iterable[AdIn], shape: Callable[[Assessment], Any]) -> Iterator[Any]:
        return assess_many((_ad(ad) for ad in ads), shape, own_packs=self._own_packs)

    def _open(self, ad: AdIn, assessment: Assessment, sender: str) -> dict[str, Any]:
        raw = ad.text.encode("utf-8")
        opened = open_case(self.store, assessment, source=f"api:{sender}", external_id=ad.id, raw=raw, by=f"api:{sender}")
        ruling = assessment.ruling
        return {"id": ad.id, "case_id": opened.case_id, "is_new": opened.is_new, "scope": ruling.scope.value, "scope_reason": ruling.reason}

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=_PATIENCE):
            raise Refused(503, problem("service_busy"), headers={"Retry-After": "30"})
        try:
            yield
        finally:
            self._turn.release()


def refuse_long(ads: Iterable[AdIn]) -> None:
    """Refuse a request whose ads are longer together than one request may be."""
    if sum(len(ad.text) for ad in ads) > MOST_CHARACTERS:
        raise Refused(413, problem("ads_long", most=MOST_CHARACTERS))


def _ad(ad: AdIn) -> Ad:
    named = tuple(dict.fromkeys(ad.jurisdictions)) if ad.jurisdictions else JURISDICTIONS
    product = ProductKind(ad.product) if ad.product else None
    channel = Channel(ad.channel) if ad.channel else None
    day = ad.as_of or date.today()
    return make_ad(ad.text, as_of=day, jurisdictions=named, product=product, channel=channel, is_whole=ad.is_whole)


def _whole(assessment: Assessment) -> Assessment:
    return assessment
