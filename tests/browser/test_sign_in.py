"""Signing in through OpenID Connect, at a provider of its own process; skips visibly where the test provider is not installed."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from playwright.sync_api import expect

from browser.conftest import ADCHECK, CURES, Console, free_port, serve, settle, wait_for
from record_queue import waiting_cases
from review.record.store import Store

pytestmark = pytest.mark.skipif(
    not (find_spec("oidc_provider_mock") and find_spec("authlib")), reason="oidc-provider-mock is not installed"
)
SECRETS = """
[auth]
redirect_uri = "{console}/oauth2callback"
cookie_secret = "a secret of this test alone, of no use elsewhere"
client_id = "adcheck"
client_secret = "of no use elsewhere"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""
SUBJECT = "248289761001"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Run a provider that asks for nothing but a subject."""
    address = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", address.rsplit(":", 1)[1]]
    provider = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"{address}/.well-known/openid-configuration", provider)
        yield address
    finally:
        provider.terminate()
        provider.wait(10)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Console]:
    """Serve a record whose people sign in at the provider."""
    folder, port = tmp_path_factory.mktemp("team"), free_port()
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "secrets.toml").write_text(SECRETS.format(console=f"http://127.0.0.1:{port}", issuer=issuer))
    Console("", folder / "record.db").add(*CURES)
    yield from serve(folder / "record.db", port, folder)


def account(team: Console, *words: str) -> None:
    """Run ``adcheck accounts``."""
    subprocess.run([*ADCHECK, "accounts", *words, "--store", f"sqlite:///{team.file}"], check=True, capture_output=True)


def sign_in(page, team: Console, subject: str = SUBJECT) -> None:
    """Go to the provider and say who one is."""
    page.goto(f"{team.address}/case?case=1&lang=en")
    page.get_by_role("button", name="Sign in through your organisation").click()
    page.locator("input[name=sub]").fill(subject)
    page.locator("input[name=sub]").press("Enter")
    page.wait_for_url(f"{team.address}/**")
    settle(page)


def is_out(page) -> None:
    """Check that nothing but the sign-in is there."""
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=60_000)
    assert page.get_by_role("link", name="Queue").count() == 0


def test_a_person_signs_in_at_the_provider(page, browser, team: Console, issuer: str) -> None:
    """Unsigned and unlinked nothing is shown; linked, the record names the person; a session ended stays ended, whatever cookie is kept."""
    page.goto(f"{team.address}/?lang=en")
    is_out(page)
    sign_in(page, team)
    expect(page.get_by_text(f"Give this to the administrator: {issuer} {SUBJECT}")).to_be_visible(timeout=60_000)
    is_out(page)

    account(team, "link", "Nguyễn Thị Lan", issuer, SUBJECT)
    page.goto(f"{team.address}/case?case=1&lang=en")
    expect(page.get_by_text("At work: Nguyễn Thị Lan")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="3 · Your first view")).to_be_visible(timeout=60_000)
    store = Store(f"sqlite:///{team.file}")
    assert [case.claimed_by for case in waiting_cases(store)] == ["Nguyễn Thị Lan", ""]
    store.close()

    kept = browser.new_context()
    kept.add_cookies(page.context.cookies())
    page.get_by_role("button", name="Sign out").click()
    copied = kept.new_page()
    copied.goto(f"{team.address}/?lang=en")
    is_out(copied)
    kept.close()

    page.context.clear_cookies()
    sign_in(page, team)
    expect(page.get_by_text("At work: Nguyễn Thị Lan")).to_be_visible(timeout=60_000)
    account(team, "remove", "Nguyễn Thị Lan")
    account(team, "link", "Minh", issuer, "another subject")
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible(timeout=60_000)
