"""The HTTP service: what it answers, what it refuses, and what it does not have."""

import json
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from typer.testing import CliRunner

from conftest import CURE_EN, CURE_VI, HARMLESS
from review.record.store import Store
from ui.cli import app as cli
from ui.service.application import ServiceSettings, build_service
from ui.service.guard import Rates
from ui.service.ledger import Ledger

ADS = [{"id": "a", "text": CURE_VI}, {"id": "b", "text": HARMLESS}, {"id": "c", "text": ""}]


class Served:
    """A service on a record and a ledger of its own, and a client of it."""

    def __init__(self, folder: Path, **named: Any) -> None:
        self.folder, self.store = folder, f"sqlite:///{folder / 'r.db'}"
        ledger = Ledger(folder / "ledger.db")
        self.key = ledger.add_key("shop")
        ledger.close()
        self.app = build_service(ServiceSettings(ledger=folder / "ledger.db", store=self.store, **named))
        self.client = TestClient(self.app, headers={"Authorization": f"Bearer {self.key}"}, raise_server_exceptions=False)

    def assess(self, ads: Any = None, **named: Any) -> Any:
        return self.client.post("/v1/assess", json={"ads": ADS if ads is None else ads, **named})

    def queue(self, key: str = "key-00000001", ads: Any = None) -> Any:
        return self.client.post("/v1/queue", json={"ads": ads or ADS}, headers={"Idempotency-Key": key})

    def n_cases(self) -> int:
        store = Store(self.store)
        with store.reading() as connection:
            found = connection.execute(text("SELECT count(*) FROM review_case")).scalar()
        store.close()
        return int(found or 0)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Give a running service."""
    given = Served(tmp_path)
    with given.client:
        yield given


def test_assess_gives_the_rows_of_a_scan(served: Served, tmp_path: Path) -> None:
    """Results come in order, equal to those of the command line, and an ad alone has the digest it has in a batch."""
    dated = [{**ad, "as_of": "2026-10-01"} for ad in ADS]
    rows = served.assess(dated).json()["assessments"]
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    (tmp_path / "ads.jsonl").write_text("\n".join(json.dumps(ad) for ad in ADS), "utf-8")
    CliRunner().invoke(cli, ["scan", str(tmp_path / "ads.jsonl"), "--out", str(tmp_path / "o.jsonl"), "--as-of", "2026-10-01"])
    assert rows == [json.loads(line) for line in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()]
    assert served.assess(dated[:1]).json()["assessments"] == rows[:1]
    short = served.assess(dated, reasoning=False).json()["assessments"]
    assert [row["flagged"] for row in short] == [1, 0, 0] and "claims" not in short[0]


def test_what_is_known_of_an_ad_counts(served: Served) -> None:
    """Jurisdictions, kind of product and date reach the checker."""
    (row,) = served.assess([{"id": "a", "text": CURE_EN, "jurisdictions": ["us"], "product": "food", "as_of": "2026-10-01"}]).json()[
        "assessments"
    ]
    assert row["provenance"]["as_of"] == "2026-10-01" and {name for name, _ in row["provenance"]["packs"]} == {"common", "us"}


def test_channel_whole_ads_and_own_packs_count(tmp_path: Path, own_packs: Path) -> None:
    """A whole ad of a known kind is told which required sentence is missing; the service's own packs are asked too."""
    told = {"id": "a", "text": "Viên uống bổ gan, phở ngon nhất phố.", "product": "food", "channel": "influencer", "is_whole": True}
    served = Served(tmp_path, own_packs=own_packs)
    with served.client:
        (row,) = served.assess([told]).json()["assessments"]
        part = served.assess([{**told, "is_whole": False}]).json()["assessments"][0]
        assert "acme" in served.client.get("/v1/health").json()["packs"]
    assert row["missing_rules"] == [statement["rule_id"] for statement in row["missing"]] != []
    assert not part["missing_rules"] and "acme.example" in {f["rule_id"] for claim in row["claims"] for f in claim["findings"]}


def test_queue_opens_each_case_once_and_tells_no_score(served: Served) -> None:
    """Ads become cases; the same key gives the same answer; another key finds the same cases; no risk is in the answer."""
    first = served.queue()
    assert first.status_code == 200 and [case["is_new"] for case in first.json()["cases"]] == [True] * 3
    again = served.queue()
    assert again.content == first.content and again.headers["Idempotent-Replayed"] == "true"
    assert [case["is_new"] for case in served.queue("key-00000002").json()["cases"]] == [False] * 3
    assert served.n_cases() == 3 and "risk" not in first.text and "triage" not in first.text


def test_a_key_for_another_request_is_refused(served: Served) -> None:
    """The same idempotency key with another body is a conflict; without a key nothing happens."""
    served.queue()
    conflict = served.queue(ads=ADS[:1])
    assert conflict.status_code == 409 and conflict.json()["problems"][0]["code"] == "request_key_conflict"
    without = served.client.post("/v1/queue", json={"ads": ADS})
    assert without.status_code == 422 and without.json()["problems"][0]["where"] == "Idempotency-Key"
    assert served.n_cases() == 3


def test_the_same_request_at_once_is_done_once(served: Served) -> None:
    """Of several equal requests at the same moment one is worked on; the others are told so, or get its answer."""
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(served.queue())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {200, 409} and any(answer.status_code == 200 for answer in answers)
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1 and served.n_cases() == 3


def test_a_failed_request_can_be_sent_again(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the record refuses, the answer is 503 and the key is free; what was under way at a crash is forgotten at start."""
    from classifier.errors import StoreError, problem

    with monkeypatch.context() as patch:
        patch.setattr("ui.service.work.open_case", lambda *_, **__: (_ for _ in ()).throw(StoreError(problem("store_busy"))))
        assert served.queue().status_code == 503
    assert served.queue().status_code == 200
    ledger = Ledger(served.folder / "ledger.db")
    ledger.begin("shop", "crashed-1", "x")
    ledger.close()
    later = build_service(ServiceSettings(ledger=served.folder / "ledger.db", store=served.store))
    with TestClient(later, headers={"Authorization": f"Bearer {served.key}", "Idempotency-Key": "crashed-1"}) as client:
        assert client.post("/v1/queue", json={"ads": ADS}).status_code == 200


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic YTpi", "Bearer adck_\u00e9"])
def test_without_a_key_nothing_opens(served: Served, header: str | None) -> None:
    """A missing or wrong key is 401 on every address that works, before the body is looked at."""
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    client = TestClient(served.app)
    for address in ("/v1/assess", "/v1/queue"):
        refused = client.post(address, json={"nonsense": 1}, headers=headers)  # type: ignore[arg-type]
        assert refused.status_code == 401 and refused.json()["problems"][0]["code"] == "key_missing"
        assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_keys_are_hashed_and_can_be_revoked(served: Served) -> None:
    """The ledger holds no key, is readable by its owner only, and a revoked key opens nothing."""
    file = served.folder / "ledger.db"
    assert served.key.encode() not in file.read_bytes() and stat.S_IMODE(file.stat().st_mode) == 0o600
    run = lambda *args: CliRunner().invoke(cli, ["keys", *args, "--ledger", str(file), "--lang", "en"])  # noqa: E731
    made = run("add", "second").stdout.strip()
    assert made.startswith("adck_") and "shop: made" in run("list").stdout and made not in run("list").stdout
    assert run("add", "second").exit_code == 2 and run("revoke", "nobody").exit_code == 2
    assert run("revoke", "shop").exit_code == 0
    assert served.assess().status_code == 401
    assert served.client.post("/v1/assess", json={"ads": ADS}, headers={"Authorization": f"Bearer {made}"}).status_code == 200


BODIES: dict[str, tuple[Callable[[], Any], int, str]] = {
    "no ads": (lambda: {"ads": []}, 422, "field_wrong"),
    "too many ads": (lambda: {"ads": [{"id": "a", "text": "x"}] * 1001}, 422, "field_wrong"),
    "U18 unknown field": (lambda: {"ads": ADS, "approved": True}, 422, "field_unknown"),
    "U18 unknown field of an ad": (lambda: {"ads": [{**ADS[0], "decision": "ok"}]}, 422, "field_unknown"),
    "missing": (dict, 422, "field_missing"),
    "NUL": (lambda: {"ads": [{"id": "a", "text": "a\x00b"}]}, 422, "field_wrong"),
    "too long": (lambda: {"ads": [{"id": "a", "text": "x" * 20_001}]}, 422, "field_wrong"),
    "too long together": (lambda: {"ads": [{"id": "a", "text": "x" * 20_000}] * 101}, 413, "ads_long"),
    "wrong date": (lambda: {"ads": [{**ADS[0], "as_of": "2026-13-01"}]}, 422, "field_wrong"),
    "instant for a date": (lambda: {"ads": [{**ADS[0], "as_of": 0}]}, 422, "field_wrong"),
    "number for a text": (lambda: {"ads": [{"id": "a", "text": 1}]}, 422, "field_wrong"),
    "no such law": (lambda: {"ads": [{**ADS[0], "jurisdictions": ["mars"]}]}, 422, "field_wrong"),
    "a list": (lambda: ADS, 422, "field_wrong"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_refused_with_its_place(served: Served, name: str) -> None:
    """A wrong body gets a code, a place and a sentence; in Vietnamese for who asks for it; nothing is stored."""
    body, status, code = BODIES[name]
    for language in ("en", "vi-VN,vi;q=0.9"):
        refused = served.client.post("/v1/queue", json=body(), headers={"Idempotency-Key": "key-00000001", "Accept-Language": language})
        problem = refused.json()["problems"][0]
        assert (refused.status_code, problem["code"]) == (status, code) and problem["message"]
    assert served.n_cases() == 0


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"ads": [', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"ads": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"ads": [{"id": "a", "text": "\\ud83d"}]}', "application/json", 422),
        (b"\xff\xfe{}", "application/json", 400),
        (b'{"ads": []}', "text/plain", 415),
        (b"", "application/json", 422),
        (b" " * 20_000, "application/json", 413),
    ],
)
def test_raw_nonsense_is_refused(tmp_path: Path, content: bytes, kind: str, status: int) -> None:
    """Broken, deep, huge, foreign bodies never reach a parser unguarded and never give a stack trace."""
    served = Served(tmp_path, most_body=15_000 if status == 413 else 10**7)
    refused = served.client.post("/v1/assess", content=content, headers={"Content-Type": kind})
    assert refused.status_code == status and refused.json()["problems"][0]["message"] and "Traceback" not in refused.text


def test_a_body_without_a_length_is_bounded_too(tmp_path: Path) -> None:
    """A stream that does not say its length is cut off at the limit."""
    served = Served(tmp_path, most_body=1_000)
    refused = served.client.post("/v1/assess", content=(b" " * 100 for _ in range(100)), headers={"Content-Type": "application/json"})
    assert refused.status_code == 413


def test_rates_are_kept_for_each_key(tmp_path: Path) -> None:
    """U20: beyond its rate a key gets 429 and when to come back; another key is not touched; ads count as well."""
    served = Served(tmp_path, rates=Rates(requests=3, ads=1000))
    statuses = [served.assess(ADS[:1]).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert served.assess(ADS[:1]).headers["Retry-After"] == "60"
    ledger = Ledger(tmp_path / "ledger.db")
    other = ledger.add_key("other")
    assert served.client.post("/v1/assess", json={"ads": ADS[:1]}, headers={"Authorization": f"Bearer {other}"}).status_code == 200
    few = Served(tmp_path / "few", rates=Rates(requests=100, ads=2)) if (tmp_path / "few").mkdir() is None else served
    assert few.assess(ADS).status_code == 429 and few.queue(ads=ADS).status_code == 429 and few.n_cases() == 0


def test_no_address_decides(served: Served) -> None:
    """The service has these addresses and no others: none takes a decision, a first view or a receipt."""
    described = served.client.get("/openapi.json").json()
    assert {(path, method) for path, methods in described["paths"].items() for method in methods} == {
        ("/v1/assess", "post"),
        ("/v1/queue", "post"),
        ("/v1/health", "get"),
        ("/metrics", "get"),
    }
    for address in ("/v1/decide", "/v1/cases/1/decision", "/docs", "/v1/queue/1"):
        refused = served.client.post(address, json={})
        assert refused.status_code == 404 and refused.json()["problems"][0]["code"] == "address"
    assert served.client.delete("/v1/queue").status_code == 405


def test_the_description_has_examples_that_work(served: Served) -> None:
    """The examples in OpenAPI are accepted as they stand."""
    schemas = served.client.get("/openapi.json").json()["components"]["schemas"]
    ad = {name: field["examples"][0] for name, field in schemas["AdIn"]["properties"].items() if "examples" in field}
    assert {"id", "text", "jurisdictions"} <= set(ad) and served.assess([ad]).status_code == 200


def test_health_and_metrics_tell_without_a_key(served: Served) -> None:
    """Health names the model and the packs; the metrics count requests and ads and hold no text and no key."""
    served.assess()
    served.queue()
    client = TestClient(served.app)
    health = client.get("/v1/health").json()
    assert health["status"] == "ok" and set(health["packs"]) == {"common", "vn", "eu", "uk", "us"}
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain") and served.key not in told.text and "tiểu đường" not in told.text
    assert 'adcheck_ads_total{outcome="priority"} 1.0' in told.text and "adcheck_cases_opened_total 3.0" in told.text
    assert 'adcheck_requests_total{path="/v1/assess",status="200"} 1.0' in told.text


def test_health_says_when_the_record_is_gone(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that does not answer makes health 503."""
    monkeypatch.setattr("ui.service.work.Desk.is_ready", lambda _: False)
    assert served.client.get("/v1/health").status_code == 503


def test_serve_wants_a_key_first(tmp_path: Path) -> None:
    """Without a key in use the service does not start, and says how to make one."""
    result = CliRunner().invoke(cli, ["serve", "--ledger", str(tmp_path / "l.db"), "--lang", "en"])
    assert result.exit_code == 2 and "adcheck keys add NAME" in result.stderr


def test_forty_calls_made_by_hand_decide_nothing(served: Served) -> None:
    """T5.4: whatever is asked of the service in the way of views, decisions and roles is refused, and no row of that sort is written."""
    served.queue()
    written = (
        "receipt",
        "first_view",
        "score_view",
        "decision",
        "claim",
        "appeal",
        "paper",
        "setting",
        "stop",
        "role_change",
        "foreign_record",
    )

    def counts() -> list[int]:
        store = Store(served.store)
        with store.reading() as connection:
            found = [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() or 0 for table in written]
        store.close()
        return found

    before = counts()
    view = {"case_id": 1, "reviewer": "Lan", "outcome": "not_misleading", "rationale": "ok by the platform", "grounds": ["other"]}
    places = ("decisions", "cases/1/decision", "cases/1/first-view", "cases/1/reasons", "receipts", "score", "appeals", "roles", "stop")
    calls = [(method, f"/v1/{place}", view) for method in ("POST", "PUT", "DELETE") for place in places]
    added = ({"approved": True}, {"decision": view}, {"outcome": "not_misleading"}, {"reviewer": "Lan"}, {"shown": 1}, {"role": "senior"})
    calls += [("POST", place, {"ads": [{**ADS[0], **more}]}) for place in ("/v1/assess", "/v1/queue") for more in added]
    calls += [("PATCH", "/v1/queue", {"ads": ADS})]
    assert len(calls) == 40
    headers = {"Idempotency-Key": "key-of-a-forger"}
    answers = [served.client.request(method, place, json=body, headers=headers).status_code for method, place, body in calls]
    assert all(400 <= answer < 500 for answer in answers), list(zip(calls, answers, strict=True))
    assert counts() == before
