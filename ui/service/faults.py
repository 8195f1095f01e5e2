"""Everything that can be wrong with a request, as one form of answer: code, place, sentence."""

from collections.abc import Iterable
from typing import Any

from fastapi.responses import JSONResponse

from classifier.errors import AdCheckError, InputError, Problem, StoreError, problem
from ui.service.payloads import FaultsOut
from ui.shown import shown
from ui.wording import LANGUAGES, say_inert

_MEANINGS = {
    400: "The request cannot be read.",
    401: "The API key is missing or opens nothing.",
    404: "There is nothing at this address.",
    405: "The address does not take this method.",
    409: "The idempotency key belongs to another request, or to one under way.",
    413: "The request is too large.",
    415: "The body is not JSON.",
    422: "A field is missing, unknown or not what it must be.",
    429: "Too many requests or ads in this minute; see Retry-After.",
    503: "The record cannot be used now, or too many requests wait; nothing was written by this one.",
}


class Refused(Exception):
    """A request is answered with a status and problems."""

    def __init__(self, status: int, *problems: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, *problems)
        self.status, self.problems, self.headers = status, problems, headers or {}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of an address for OpenAPI."""
    return {status: {"model": FaultsOut, "description": _MEANINGS[status]} for status in statuses}


def answer(status: int, problems: Iterable[Problem], accepted: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Give the answer that tells what is wrong, in the language the sender accepts."""
    language = language_of(accepted)
    told = [
        {"code": found.code, "where": shown(found.where)[:200], "message": say_inert(language, f"error.{found.code}", found.facts)}
        for found in problems
    ]
    return JSONResponse({"problems": told}, status_code=status, headers=headers)


def status_of(error: AdCheckError) -> int:
    """Give the status an error of ours is answered with."""
    return 503 if isinstance(error, StoreError) else 422 if isinstance(error, InputError) else 500


def language_of(accepted: str) -> str:
    """Give the first language of Accept-Language that is spoken here; English when none is."""
    named = (part.partition(";")[0].strip().lower()[:2] for part in accepted.split(","))
    return next((language for language in named if language in LANGUAGES), "en")


def field_problems(errors: Iterable[dict[str, Any]]) -> list[Problem]:
    """Give what pydantic found, at most ten of it, as problems of ours."""
    return [_field_problem(error) for error in list(errors)[:10]]


def _field_problem(error: dict[str, Any]) -> Problem:
    where = _path([part for part in error["loc"] if part not in ("body", "header")])
    if error["type"] == "extra_forbidden":
        return problem("field_unknown", where)
    if error["type"] == "missing":
        return problem("field_missing", where)
    if error["type"] == "json_invalid":
        return problem("body_json", where, detail=str(error.get("ctx", {}).get("error", ""))[:100])
    return problem("field_wrong", where, detail=str(error["msg"])[:200])


def _path(parts: Iterable[Any]) -> str:
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path
