"""Signing in and out over plain HTTP, because only an HTTP answer can set a cookie no script reads."""

import html
import os
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from review.looking import newest_role_change
from review.record.store import STORE_VARIABLE, Store
from ui.accounts.sessions import ABSOLUTE, SESSION_COOKIE
from ui.accounts.store import accounts
from ui.wording import LANGUAGES, say, system_language

_MOST_BODY = 4_096
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>:root{{color-scheme:light dark}}body{{font:1.1rem/1.5 "Source Sans",system-ui,sans-serif;
max-width:24rem;margin:12vh auto;padding:0 1rem}}
label,input,button{{display:block;width:100%;box-sizing:border-box;font:inherit}}input,button{{padding:.5rem;margin:.2rem 0 1rem}}
p[role=alert]{{border-left:5px double;padding:.4rem .8rem}}</style></head>
<body><main><h1>{title}</h1>{message}<form method="post" action="/sign-in?lang={language}">
<label for="name">{name}</label><input id="name" name="name" maxlength="80" autocomplete="username" required autofocus>
<label for="password">{password}</label>
<input id="password" name="password" type="password" maxlength="200" autocomplete="current-password" required>
<button type="submit">{button}</button></form></main></body></html>"""


async def sign_in(request: Request) -> Response:
    """Show the form, or check what was sent in it."""
    asked = request.query_params.get("lang", "")
    language = asked if asked in LANGUAGES else system_language()
    if request.method == "GET":
        return HTMLResponse(_page(language))
    body = await request.body()
    if len(body) > _MOST_BODY or not _is_own(request):
        return PlainTextResponse("", 400)
    told = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=4)
    token = await run_in_threadpool(_begin, told.get("name", [""])[0], told.get("password", [""])[0])
    if not token:
        return HTMLResponse(_page(language, "signin.refused"), 401)
    answer = RedirectResponse(f"/?lang={language}", 303)
    answer.set_cookie(SESSION_COOKIE, token, max_age=ABSOLUTE, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


async def sign_out(request: Request) -> Response:
    """End the session at once."""
    await run_in_threadpool(accounts().sign_out, request.cookies.get(SESSION_COOKIE, ""))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
    return answer


ROUTES = [Route("/sign-in", sign_in, methods=["GET", "POST"]), Route("/sign-out", sign_out, methods=["GET", "POST"])]


def _begin(name: str, password: str) -> str:
    store = Store(os.environ.get(STORE_VARIABLE))
    try:
        return accounts().sign_in(name, password, newest_role_change(store, name))
    finally:
        store.close()


def _is_own(request: Request) -> bool:
    """Say whether the form was sent from our own page: a form of another site names another origin."""
    origin = request.headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")


def _page(language: str, refused: str = "") -> str:
    message = f'<p role="alert">{html.escape(say(language, refused))}</p>' if refused else ""
    words = {name: html.escape(say(language, f"signin.{name}")) for name in ("title", "name", "password", "button")}
    return _PAGE.format(language=language, message=message, **words)
