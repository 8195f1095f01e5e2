"""The pages, driven without a browser: what is there before the first view, and what is not."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from classifier.domain import Assessment
from conftest import CURE_VI, ROOT
from review.cases import open_case
from review.domain import Outcome
from review.record.store import STORE_VARIABLE, Store


@pytest.fixture
def url(tmp_path: Path, assessed: Callable[..., Assessment], monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the address of a record with one case, as the launcher would."""
    address = f"sqlite:///{tmp_path / 'r.db'}"
    store = Store(address)
    open_case(store, assessed(CURE_VI), source="a.csv", external_id="1", raw=CURE_VI.encode())
    store.close()
    monkeypatch.setenv(STORE_VARIABLE, address)
    st.cache_resource.clear()
    return address


def page(name: str, *, reviewer: str = "Lan", language: str = "en", **query: str) -> AppTest:
    """Open a page."""
    at = AppTest.from_file(str(ROOT / "ui" / "pages" / f"{name}.py"), default_timeout=30)
    at.session_state["language"], at.session_state["reviewer"] = language, reviewer
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def everything(at: AppTest) -> str:
    """Give all the words of the page as one text."""
    kinds = (at.markdown, at.caption, at.success, at.error, at.info, at.warning, at.subheader, at.get("html"))
    return " ".join(str(getattr(element, "value", element.proto)) for kind in kinds for element in kind)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_queue_lists_what_waits(url: str, language: str) -> None:
    """The queue shows the ad in both languages, and finds it without diacritics."""
    at = page("waiting", language=language)
    assert not at.exception and len(at.dataframe[0].value) == 1
    at.text_input(key="search").input("tieu duong").run()
    assert len(at.dataframe[0].value) == 1
    at.text_input(key="search").input("khong co tu nay").run()
    assert not at.dataframe and at.info


def test_nobody_nameless_takes_a_case(url: str) -> None:
    """Without a name the button is dead and the case page shows no reasons."""
    assert page("waiting", reviewer="").button[0].disabled
    assert not page("case", reviewer="", case="1").subheader


def test_the_score_comes_after_the_first_view(url: str) -> None:
    """Before: reasons and the first-view form, no score, no decision form. After: both."""
    at = page("case", case="1")
    assert [s.value[0] for s in at.subheader] == ["1", "2", "3"] and not at.text_area
    assert "Speaks for the advertiser" in everything(at)
    assert "Of 100 claims" not in everything(at)
    at.radio[-1].set_value(Outcome.MISLEADING)
    at.button[0].click().run()
    assert [s.value[0] for s in at.subheader] == ["1", "2", "4", "5"] and at.text_area
    assert "Of 100 claims" in everything(at)


def test_no_first_view_no_score(url: str) -> None:
    """The button without a choice asks for one."""
    at = page("case", case="1")
    at.button[0].click().run()
    assert at.error and not at.text_area


def test_a_hasty_decision_is_refused_and_said(url: str) -> None:
    """Deciding at once gets the store's answer, in words, and records nothing."""
    at = page("case", case="1")
    at.radio[-1].set_value(Outcome.MISLEADING)
    at.button[0].click().run()
    at.radio[0].set_value(Outcome.MISLEADING)
    at.multiselect[0].set_value(["vn.food.disease"])
    at.text_area[0].input("Says it cures.")
    at.button[0].click().run()
    assert "only a moment ago" in at.error[0].value.replace("\\", "") and not at.success


@pytest.mark.parametrize("named", ["", "x", "-1", "9e99", "1 OR 1=1", "../../x", "99999999999999999999", "²"])
def test_a_wrong_address_finds_no_case(url: str, named: str) -> None:
    """Every odd case number gets the same answer."""
    assert [e.value for e in page("case", case=named).error] == ["There is no such case."]


def test_an_unknown_case_is_said_so(url: str) -> None:
    """A number without a case is answered in words."""
    assert "no such case" in page("case", case="77").error[0].value
