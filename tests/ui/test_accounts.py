"""Accounts and sessions of one machine."""

from pathlib import Path

import pytest

from classifier.errors import InputError
from ui.accounts.sessions import ABSOLUTE, IDLE
from ui.accounts.store import Accounts

WORD = "a long enough password"


class Timed(Accounts):
    """Accounts whose clock is moved by hand."""

    at = 1_000_000

    def now(self) -> int:
        return self.at


@pytest.fixture
def kept(tmp_path: Path) -> Timed:
    """Give accounts with one account."""
    accounts = Timed(tmp_path / "accounts")
    accounts.keep("Lan", WORD)
    return accounts


def test_the_password_stands_nowhere(kept: Timed) -> None:
    """The file holds an Argon2id hash, neither the password nor a session's token, and only its owner may read it."""
    token = kept.sign_in("Lan", WORD, 0)
    content = kept.file.read_bytes()
    assert b"$argon2id$" in content and WORD.encode() not in content and token.encode() not in content
    assert kept.file.stat().st_mode & 0o077 == 0


def test_only_the_right_password_begins_a_session(kept: Timed) -> None:
    """A wrong password, an unknown name and an empty one get the same answer."""
    assert kept.person_of_session(kept.sign_in("Lan", WORD, 3)) == ("Lan", 3)
    assert [kept.sign_in(name, word, 0) for name, word in (("Lan", "x" * 20), ("Minh", WORD), ("", ""))] == ["", "", ""]
    assert kept.person_of_session("forged") == ("", 0)


def test_sessions_end(kept: Timed) -> None:
    """Idle for half an hour, after twelve hours, at sign-out and at a new password."""
    idle = kept.sign_in("Lan", WORD, 0)
    kept.at += IDLE + 1
    assert kept.person_of_session(idle) == ("", 0)
    long = kept.sign_in("Lan", WORD, 0)
    for _ in range(ABSOLUTE // (IDLE // 2)):
        kept.at += IDLE // 2
        assert kept.person_of_session(long)[0] == "Lan"
    kept.at += IDLE // 2
    assert kept.person_of_session(long) == ("", 0)
    out, renewed = kept.sign_in("Lan", WORD, 0), kept.sign_in("Lan", WORD, 0)
    kept.sign_out(out)
    kept.keep("Lan", WORD + "!")
    assert kept.person_of_session(out) == kept.person_of_session(renewed) == ("", 0)


def test_guessing_is_slowed(kept: Timed) -> None:
    """After ten wrong passwords within a quarter of an hour the right one is refused too; later it is good again."""
    for _ in range(10):
        kept.sign_in("Lan", "wrong" * 4, 0)
    assert kept.sign_in("Lan", WORD, 0) == ""
    kept.at += 16 * 60
    assert kept.sign_in("Lan", WORD, 0)


def test_short_passwords_are_refused(kept: Timed) -> None:
    """A password needs twelve characters."""
    with pytest.raises(InputError):
        kept.keep("Minh", "short")


def test_an_identity_is_its_issuer_and_subject(kept: Timed) -> None:
    """An OpenID Connect identity is linked by issuer and subject together."""
    kept.link("Minh", "https://id.example", "17")
    assert kept.person_of_subject("https://id.example", "17") == "Minh"
    assert kept.person_of_subject("https://other.example", "17") == ""


def test_a_login_made_elsewhere_counts_as_long_as_a_session(kept: Timed) -> None:
    """It ends idle, after twelve hours and at sign-out, and the same login never begins again; a new one does."""
    for ending in ("idle", "absolute", "signed out", "new password"):
        login = f"login that ends {ending}"
        kept.begin_login(login, "Lan", kept.at, 4)
        assert kept.person_of_session(login) == ("Lan", 4)
        if ending == "idle":
            kept.at += IDLE + 1
        elif ending == "absolute":
            kept.at += ABSOLUTE + 1
        elif ending == "signed out":
            kept.sign_out(login)
        else:
            kept.keep("Lan", WORD + "?")
        began = kept.at - (ABSOLUTE + 1 if ending == "absolute" else 0)
        kept.begin_login(login, "Lan", began, 4)
        assert kept.person_of_session(login) == ("", 0), ending
    kept.begin_login("a login of long ago", "Lan", kept.at - ABSOLUTE - 1, 4)
    assert kept.person_of_session("a login of long ago") == ("", 0)
