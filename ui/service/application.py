"""The addresses of the service. There is none that decides: a decision is a person's, in the console."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from classifier.errors import AdCheckError, problem
from classifier.model.artifact import load_model
from classifier.records import canonical, digest_of
from ui.service.faults import Refused, answer, documented, field_problems, status_of
from ui.service.guard import MOST_BODY, BodyGuard, Gate, Rates
from ui.service.ledger import Ledger
from ui.service.measures import Measures
from ui.service.payloads import AssessIn, AssessOut, HealthOut, QueueIn, QueueOut
from ui.service.work import Desk

_DESCRIPTION = """Finds product adverts, in Vietnamese and English, that are likely to mislead, and opens review cases for them.
A result is a reason to look, not a verdict: whether an ad misleads is decided by a person, in the console, and there is no
address here that decides."""
_AUTH = HTTPBearer(auto_error=False, description="An API key made with `adcheck keys add NAME`.", scheme_name="key")
_JSON = "application/json"
_ASSESS, _QUEUE = "/v1/assess", "/v1/queue"
_METRICS = "text/plain; version=0.0.4; charset=utf-8"

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_AUTH)]
RequestKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern="^[A-Za-z0-9_-]{8,128}$",
        description="Yours, new for each request: the same key with the same body gives the same answer and opens nothing twice.",
        examples=["2026-10-01-batch-0017"],
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Where the record, the ledger and an organisation's own rule packs are, and how much is let in."""

    ledger: Path
    store: str | None = None
    own_packs: Path | None = None
    rates: Rates = field(default_factory=Rates)
    most_body: int = MOST_BODY


@dataclass(frozen=True, slots=True)
class _Parts:
    desk: Desk
    gate: Gate
    ledger: Ledger
    measures: Measures


def build_service(settings: ServiceSettings) -> FastAPI:
    """Give the service as an ASGI application.

    Raises
    ------
    InputError, StoreError
        The ledger or the record cannot be opened.
    """
    ledger = Ledger(settings.ledger)
    ledger.forget_unfinished()
    parts = _Parts(Desk(settings.store, settings.own_packs), Gate(ledger, settings.rates), ledger, Measures())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        parts.ledger.close()
        parts.desk.store.close()

    app = FastAPI(title="adcheck", version=version("adcheck"), description=_DESCRIPTION, docs_url=None, redoc_url=None, lifespan=lifespan)
    _add_work(app, parts)
    _add_watching(app, parts)
    _add_faults(app)
    app.add_middleware(BodyGuard, paths=frozenset({_ASSESS, _QUEUE}), most=settings.most_body)
    app.middleware("http")(_measuring(parts.measures))
    return app


def _add_work(app: FastAPI, parts: _Parts) -> None:
    refusals = documented(400, 401, 413, 415, 422, 429, 503)

    def holder(credentials: Credentials) -> str:
        return parts.gate.open(credentials.credentials if credentials else None)

    holder_name = Depends(holder)

    @app.post(_ASSESS, response_model=AssessOut, responses=refusals, summary="Assess ads", operation_id="assess")
    def assess(body: AssessIn, name: str = holder_name) -> Response:
        """Assess 1 to 1,000 ads; results come in the same order. Nothing is stored."""
        parts.gate.spend_ads(name, len(body.ads))
        rows = parts.desk.assess(body)
        parts.measures.count_ads(rows)
        return Response(canonical({"assessments": rows}), media_type=_JSON)

    @app.post(_QUEUE, response_model=QueueOut, responses=refusals | documented(409), summary="Open review cases", operation_id="queue")
    def queue(body: QueueIn, request_key: RequestKey, name: str = holder_name) -> Response:
        """Open a review case for each of 1 to 1,000 ads. The score is not told here: reviewers see reasons first."""
        digest = digest_of(body.model_dump(mode="json"))
        known = parts.ledger.begin(name, request_key, digest)
        if known is not None:
            return _known_answer(known.request_digest == digest, known.status, known.body)
        try:
            parts.gate.spend_ads(name, len(body.ads))
            cases = parts.desk.queue(body, name)
            told = canonical({"cases": cases}).decode()
            parts.ledger.finish(name, request_key, 200, told)
        except BaseException:
            parts.ledger.give_up(name, request_key)
            raise
        parts.measures.cases.inc(sum(case["is_new"] for case in cases))
        return Response(told, media_type=_JSON)


def _known_answer(is_same: bool, status: int | None, body: str | None) -> Response:
    if not is_same:
        raise Refused(409, problem("request_key_conflict", "Idempotency-Key"))
    if status is None:
        raise Refused(409, problem("request_key_under_way", "Idempotency-Key"), headers={"Retry-After": "5"})
    return Response(body, status_code=status, media_type=_JSON, headers={"Idempotent-Replayed": "true"})


def _add_watching(app: FastAPI, parts: _Parts) -> None:
    unready: dict[int | str, dict[str, Any]] = {503: {"model": HealthOut, "description": "The record cannot be reached."}}

    @app.get("/v1/health", response_model=HealthOut, responses=unready, summary="Health", operation_id="health")
    def health() -> Response:
        """Say whether the service can work, and with which model and rules."""
        ready = parts.desk.is_ready()
        told = {
            "status": "ok" if ready else "record_unreachable",
            "code_version": version("adcheck"),
            "model_digest": load_model().digest,
            "packs": {pack.name: pack.digest for pack in parts.desk.packs},
        }
        return Response(canonical(told), status_code=200 if ready else 503, media_type=_JSON)

    @app.get(
        "/metrics", response_class=Response, summary="Metrics", operation_id="metrics", responses={200: {"content": {"text/plain": {}}}}
    )
    def metrics() -> Response:
        """Give the counters in Prometheus' text format."""
        return Response(parts.measures.text(), headers={"content-type": _METRICS})


def _add_faults(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        return answer(error.status, error.problems, request.headers.get("accept-language", ""), error.headers)

    @app.exception_handler(AdCheckError)
    def ours(request: Request, error: AdCheckError) -> Response:
        return answer(status_of(error), error.problems, request.headers.get("accept-language", ""))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        problems = field_problems(error.errors())
        status = 400 if any(found.code == "body_json" for found in problems) else 422
        return answer(status, problems, request.headers.get("accept-language", ""))

    @app.exception_handler(HTTPException)
    def elsewhere(request: Request, error: HTTPException) -> Response:
        found = problem("method", request.method) if error.status_code == 405 else problem("address", request.url.path)
        if error.status_code not in (404, 405):
            found = problem("body_json", detail=str(error.detail)[:100])
        return answer(error.status_code, [found], request.headers.get("accept-language", ""), dict(error.headers or {}))


def _measuring(measures: Measures) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    async def measure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.perf_counter()
        with measures.under_way.track_inprogress():
            response = await call_next(request)
        route = request.scope.get("route")
        path = getattr(route, "path", "other")
        measures.requests.labels(path, str(response.status_code)).inc()
        measures.seconds.labels(path).observe(time.perf_counter() - began)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    return measure
