"""What stands before every address: the size and kind of a body, the key, the rate."""

from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier.errors import Problem, problem
from ui.service.faults import Refused, answer
from ui.service.ledger import Ledger

MOST_BODY = 10 * 1024**2
_JSON = ("application/json",)


class BodyGuard:
    """Answers 413 and 415 before a body is read into memory or parsed, at the addresses that take one."""

    def __init__(self, app: ASGIApp, paths: frozenset[str], most: int = MOST_BODY) -> None:
        self.app, self.paths, self.most = app, paths, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body, read no further than allowed."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in self.paths:
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(headers)
        body = b"" if refused else await self._body(receive)
        if refused is None and body is None:
            refused = 413, problem("body_large", most=self.most)
        if refused is not None:
            await answer(refused[0], [refused[1]], headers.get("accept-language", ""))(scope, receive, send)
            return
        await self.app(scope, _replaying(body or b"", receive), send)

    def _refused(self, headers: dict[str, str]) -> tuple[int, Problem] | None:
        if headers.get("content-type", "").partition(";")[0].strip().lower() not in _JSON:
            return 415, problem("body_kind", found=headers.get("content-type", "")[:80])
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self.most:
            return 413, problem("body_large", most=self.most)
        return None

    async def _body(self, receive: Receive) -> bytes | None:
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self.most:
                return None
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Give the body once, then whatever comes after it."""
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How much one key may ask for in a minute."""

    requests: int = 120
    ads: int = 60_000


class Gate:
    """Tells whose key a request carries, and whether there is room for it this minute."""

    def __init__(self, ledger: Ledger, rates: Rates) -> None:
        self._ledger, self._rates = ledger, rates
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def open(self, key: str | None) -> str:
        """Give the name of the key's holder.

        Raises
        ------
        Refused
            401 without a key that opens, 429 when there were too many requests.
        """
        name = self._ledger.name_of(key) if key else None
        if name is None:
            raise Refused(401, problem("key_missing"), headers={"WWW-Authenticate": "Bearer"})
        self._spend(name, "requests", self._rates.requests, 1)
        return name

    def spend_ads(self, name: str, n_ads: int) -> None:
        """Count the ads of a request against the holder's minute."""
        self._spend(name, "ads", self._rates.ads, n_ads)

    def _spend(self, name: str, what: str, most: int, cost: int) -> None:
        if not self._limiter.hit(RateLimitItemPerMinute(most), what, name, cost=cost):
            raise Refused(429, problem("rate", what=what, most=most), headers={"Retry-After": "60"})
