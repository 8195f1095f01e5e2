"""The console as a web application: our pages, our headers, our sign-in."""

import base64
import hashlib
import re
import threading
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier.law.loading import load_packs
from classifier.law.permitted import load_permitted
from classifier.model.artifact import load_model
from classifier.reasoning.neighbours import load_index
from ui.accounts.form import ROUTES

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _own_scripts() -> str:
    """Give the digests of the scripts that stand in Streamlit's own page: no other inline script runs."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(page))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


_CSP = (
    f"default-src 'self'; script-src 'self' blob: {_own_scripts()}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _CSP,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
}


class Guarded:
    """Adds headers that forbid what the console never does, and lets only our own pages open a connection to it.

    Streamlit itself lets whoever names no origin, or another port of this machine, talk to a session.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with our headers, or turn a stranger's connection away."""
        if scope["type"] == "websocket" and not _is_own(scope):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def _is_own(scope: Scope) -> bool:
    """Say whether a connection comes from a page of the host it asks for: one host, one origin, the same."""
    hosts, origins = ([told.decode("latin-1") for name, told in scope["headers"] if name == wanted] for wanted in (b"host", b"origin"))
    if len(hosts) != 1 or len(origins) != 1:
        return False
    origin = urlsplit(origins[0])
    return origin.scheme in ("http", "https") and origin.netloc == hosts[0]


def _warm_up() -> None:
    """Read what the first case will need, so that nobody waits for it."""
    load_packs()
    load_model()
    load_permitted()
    load_index()


threading.Thread(target=_warm_up, daemon=True).start()
app = st.App(Path(__file__).parent / "script" / "console.py", routes=ROUTES, middleware=[Middleware(Guarded)])
