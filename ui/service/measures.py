"""What the service counts, for Prometheus. No text of an ad and no key is in it."""

from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Measures:
    """Counters of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("adcheck_requests", "Requests answered.", ("path", "status"), registry=self.registry)
        self.seconds = Histogram("adcheck_request_seconds", "Time to answer.", ("path",), registry=self.registry)
        self.ads = Counter("adcheck_ads", "Ads assessed, by what became of them.", ("outcome",), registry=self.registry)
        self.cases = Counter("adcheck_cases_opened", "Review cases opened.", registry=self.registry)
        self.under_way = Gauge("adcheck_requests_under_way", "Requests being worked on.", registry=self.registry)

    def count_ads(self, rows: Iterable[dict[str, Any]]) -> None:
        """Count results by triage, or by why they have none."""
        for row in rows:
            self.ads.labels(row["triage"] or row["scope"]).inc()

    def text(self) -> bytes:
        """Give everything counted in Prometheus' text format."""
        return generate_latest(self.registry)
