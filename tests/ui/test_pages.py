"""The pages, driven without a browser: what is there before the first view, and what is not."""

import html
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import create_engine, text
from streamlit.testing.v1 import AppTest

from classifier.domain import Assessment, ProductKind
from conftest import CURE_EN, CURE_VI, HARMLESS, ROOT
from record_support import figure
from review.cases import open_case
from review.record.store import STORE_VARIABLE, Store
from ui.accounts.store import accounts_of
from ui.wording import say

EVERY = ("waiting", "batch", "appeals", "my_work", "training", "lead", "rules", "model", "history")


@pytest.fixture
def url(tmp_path: Path, assessed: Callable[..., Assessment], monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the address of a record with two cases, as the launcher would; its clock may be moved by hand."""
    address = f"sqlite:///{tmp_path / 'r.db'}"
    store = Store(address, lambda: datetime.now(UTC))
    for number, ad in enumerate((CURE_VI, HARMLESS), 1):
        open_case(store, assessed(ad), source="a.csv", external_id=str(number), raw=ad.encode(), seller="Cửa hàng Mây")
    store.close()
    monkeypatch.setenv(STORE_VARIABLE, address)
    st.cache_resource.clear()
    st.cache_data.clear()
    return address


def page(name: str, *, reviewer: str = "Lan", language: str = "en", **query: str) -> AppTest:
    """Open a page."""
    at = AppTest.from_file(str(ROOT / "ui" / "pages" / f"{name}.py"), default_timeout=60)
    at.session_state["language"], at.session_state["reviewer"] = language, reviewer
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def everything(at: AppTest) -> str:
    """Give all the words of the page as one text."""
    kinds = (at.title, at.markdown, at.caption, at.success, at.error, at.info, at.warning, at.subheader, at.get("html"))
    return " ".join(str(getattr(element, "value", element.proto)) for kind in kinds for element in kind)


def scalar(url: str, query: str) -> object:
    """Read one value of the record."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalar()
    engine.dispose()
    return found


def press(at: AppTest, label: str) -> AppTest:
    """Press the first button that says so."""
    return next(button for button in at.button if button.label.removeprefix("✓ ") == label).click().run()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", EVERY)
def test_every_page_opens(url: str, name: str, language: str) -> None:
    """Each page opens in both languages, with a title and no error."""
    at = page(name, language=language)
    assert not at.exception and at.title and 'class=\\"said error\\"' not in everything(at)


def test_the_queue_finds_words_without_diacritics(url: str) -> None:
    """A search without diacritics finds the ad; one that meets nothing says so."""
    at = page("waiting")
    assert len(at.dataframe[0].value) == 2
    at.text_input(key="search").input("tieu duong").run()
    assert len(at.dataframe[0].value) == 1
    at.text_input(key="search").input("khong co tu nay").run()
    assert not at.dataframe and at.info


def test_the_queue_filters(url: str) -> None:
    """A filter leaves out what does not fit, and never speaks of triage."""
    at = page("waiting")
    at.selectbox(key="filter type").select("disease_cure").run()
    assert len(at.dataframe[0].value) == 1
    assert "triage" not in everything(at).lower() and "priority" not in str(at.dataframe[0].value).lower()


def test_the_queue_of_one_seller(url: str) -> None:
    """A seller's name, written as it came, narrows the queue; part of it does not, and no page of it names a seller."""
    at = page("waiting")
    assert "Cửa hàng Mây" not in everything(at) + str(at.dataframe[0].value)
    at.text_input(key="filter seller").input("Cửa hàng Mây").run()
    assert len(at.dataframe[0].value) == 2
    at.text_input(key="filter seller").input("Cửa hàng").run()
    assert not at.dataframe and at.info


def test_nobody_nameless_takes_a_case(url: str) -> None:
    """Without a name the buttons are dead and the case page shows no reasons."""
    assert all(button.disabled for button in page("waiting", reviewer="").button[:2])
    assert not page("case", reviewer="", case="1").subheader


def test_the_score_comes_after_the_first_view(url: str) -> None:
    """Before: reasons and the first view, no score, no decision form. After: both."""
    at = page("case", case="1")
    assert [s.value[0] for s in at.subheader] == ["1", "2", "3"] and not at.text_area
    assert "Speaks for the advertiser" in everything(at) and "Cửa hàng" not in everything(at)
    assert "Of 100 claims" not in everything(at)
    press(press(at, "Misleading"), "Record my view and show the score")
    assert [s.value[0] for s in at.subheader] == ["1", "2", "4", "5"] and at.text_area
    assert "Of 100 claims" in everything(at)


def test_no_first_view_no_score(url: str) -> None:
    """The button without a choice asks for one; no outcome is chosen beforehand."""
    at = page("case", case="1")
    assert not [button for button in at.button if button.label.startswith("✓")]
    press(at, "Record my view and show the score")
    assert "said error" in everything(at) and not at.text_area


def test_grounds_are_those_agreed_with(url: str) -> None:
    """Rules of agreed reasons stand as grounds; those of others do not."""
    at = page("case", case="1")
    press(at, "Agree")
    press(press(at, "Misleading"), "Record my view and show the score")
    grounds = next(m for m in at.multiselect if m.label == "Grounds")
    assert "vn.food.disease" in grounds.value and not [rule for rule in grounds.value if rule.endswith("guarantee")]


def test_words_taken_out_lower_the_risk_at_once(url: str) -> None:
    """Removing words and seeing works on the page, and says that it is no approval."""
    at = page("case", case="1")
    press(press(at, "Misleading"), "Record my view and show the score")
    trial = next(m for m in at.multiselect if m.label.startswith("Remove these words"))
    trial.set_value(trial.options).run()
    assert "before," in everything(at) and "not an approval" in everything(at)


def test_missed_words_are_marked(url: str) -> None:
    """Words written without diacritics are found in the ad and marked; words that are not there are refused."""
    at = page("case", case="1")
    at.text_input(key="missed").input("tra thao moc").run()
    press(at, "Mark them")
    assert "Marked by you" in everything(at)
    at.text_input(key="missed").input("elephant").run()
    press(at, "Mark them")
    assert "not in the ad" in everything(at)


def test_a_hasty_decision_is_refused_and_said(url: str) -> None:
    """Deciding at once gets the store's answer, in words, and records nothing."""
    at = page("case", case="1")
    press(press(at, "Misleading"), "Record my view and show the score")
    press(at, "Misleading")
    next(m for m in at.multiselect if m.label == "Grounds").set_value(["vn.food.disease"])
    at.text_area[0].input("Says it cures.")
    press(at, "Record the decision")
    assert "only a moment ago" in everything(at) and not at.success


def chosen(at: AppTest) -> list[str]:
    """Give the labels of the buttons that are ticked."""
    return [button.label.removeprefix("✓ ") for button in at.button if button.label.startswith("✓")]


def test_what_was_written_is_there_in_a_new_session(url: str) -> None:
    """Views, marks and the choice of a first view come back to the same reviewer, on reasons shown anew; nobody else sees them."""
    at = page("case", case="1")
    press(press(at, "Disagree"), "Misleading")
    at.text_input(key="missed").input("tra thao moc").run()
    press(at, "Mark them")
    again = page("case", case="1")
    assert chosen(again) == ["Disagree", "Misleading"] and "Marked by you" in everything(again) and not again.text_area
    assert scalar(url, "SELECT count(*) FROM receipt") == 2
    assert not page("case", reviewer="Minh", case="1").button, "another person sees a case in work"


def test_after_the_first_view_a_new_session_goes_on(url: str) -> None:
    """Who has seen the score goes on with the same receipt: no second first view; draft, grounds and outcome are there."""
    at = page("case", case="1")
    press(press(press(at, "Agree"), "Misleading"), "Record my view and show the score")
    press(at, "Ask for evidence")
    at.multiselect(key="grounds 1").set_value(["other"])
    at.text_area[0].input("Half a sentence")
    press(at, "Preview the notice")
    again = page("case", case="1")
    assert [s.value[0] for s in again.subheader] == ["1", "2", "4", "5"]
    assert (again.text_area[0].value, again.multiselect(key="grounds 1").value) == ("Half a sentence", ["other"])
    assert "Ask for evidence" in chosen(again) and again.text_input(key="change 1")
    assert scalar(url, "SELECT count(*) FROM receipt") == scalar(url, "SELECT count(*) FROM first_view") == 1


def test_a_receipt_gone_stale_is_offered_anew(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After half an hour the decision is refused; the reasons can be shown again, and what was written is still there."""
    at = page("case", case="1")
    press(press(at, "Misleading"), "Record my view and show the score")
    press(at, "Misleading")
    at.multiselect(key="grounds 1").set_value(["other"])
    at.text_area[0].input("Says it cures.")
    later = datetime.now(UTC) + timedelta(minutes=31)
    monkeypatch.setattr(Store, "now", property(lambda store: int(later.timestamp() * 1_000_000)))
    press(at, "Record the decision")
    press(at, "Show the reasons again; what you wrote stays")
    assert [s.value[0] for s in at.subheader] == ["1", "2", "3"] and chosen(at) == ["Misleading"]
    press(at, "Record my view and show the score")
    assert at.text_area[0].value == "Says it cures." and chosen(at) == []


@pytest.mark.parametrize("named", ["", "x", "-1", "9e99", "1 OR 1=1", "../../x", "99999999999999999999", "²"])
def test_a_wrong_address_finds_no_case(url: str, named: str) -> None:
    """Every odd case number gets the same answer."""
    assert "There is no such case." in everything(page("case", case=named))


def test_an_unknown_case_is_said_so(url: str) -> None:
    """A number without a case is answered in words."""
    assert "no such case" in everything(page("case", case="77"))


def test_pasted_ads_are_read_refused_and_queued(url: str) -> None:
    """Ads stand apart by an empty line; what is refused is listed with the reason; the others can be queued. No ad's risk is shown."""
    at = page("batch")
    at.text_area[0].input(f"{CURE_EN}\n\n!!! ???\n\n{HARMLESS}")
    press(at, "Read and assess")
    assert "3 ads" in everything(at) and "Not assessed" in str(at.expander[0].proto)
    assert "risk" not in [column.lower() for column in at.dataframe[0].value.columns]
    press(at, "Send to the queue")
    assert at.success[0].value.startswith("3 new cases")


def test_an_uploaded_table_with_a_broken_row(url: str) -> None:
    """A file is read by the intake: good rows become results, a broken one is named with the reason."""
    at = page("batch")
    at.file_uploader[0].set_value(("ads.jsonl", b'{"text": "Reverses type 2 diabetes in two weeks"}\n{broken\n', "application/json"))
    press(at, "Read and assess")
    assert "1 ads" in everything(at) and any("Could not be read" in expander.label for expander in at.expander)


def test_a_rule_is_browsed_and_tried(url: str) -> None:
    """The address names a rule; a text is tried against it; an unknown rule is said so."""
    at = page("rules", rule="vn.food.disease")
    assert "Authorities" in everything(at)
    at.text_area(key="tried text").input(CURE_VI).run()
    assert "The rule is met" in everything(at)
    assert "no rule" in everything(page("rules", rule="vn.nothing")).lower()


def test_practice_tells_the_answer_after_the_own_one(url: str) -> None:
    """The answer and the machine's view come after one's own; nothing is recorded."""
    at = page("training")
    assert "The machine says" not in everything(at)
    press(at, "Not misleading")
    assert "The answer is: Misleading." in everything(at) and "The machine says" in everything(at)


def test_a_stop_reaches_every_open_session(url: str) -> None:
    """T5.7: a lead stops scoring on the page; each session open before scores nothing at its next step; reading and appeals go on."""
    from review.domain import Role
    from review.people import change_role

    store = Store(url)
    change_role(store, "Minh", Role.LEAD, by="Minh", is_granted=True)
    store.close()
    practising = [page("training", reviewer=f"Reviewer {n}") for n in range(5)]
    pasting = [page("batch", reviewer=f"Reviewer {n}") for n in range(5)]
    lead = page("lead", reviewer="Minh")
    lead.text_input[0].input("a drill")
    press(lead, "Stop scoring")
    assessments = "SELECT count(*) FROM assessment"
    before = scalar(url, assessments)
    for at in pasting:
        at.text_area[0].input(CURE_EN)
    stopped = [*(at.run() for at in practising), *(press(at, "Read and assess") for at in pasting)]
    refused = sum("scoring is stopped by a lead" in everything(at) for at in stopped)
    scored = sum("The machine says" in everything(at) or bool(at.dataframe) for at in stopped)
    figure("T5.7 open sessions that score nothing after a stop", f"{refused} of {len(stopped)}, {scored} scores", "all, 0 scores")
    assert refused == len(stopped) and not scored and scalar(url, assessments) == before
    assert len(page("waiting").dataframe[0].value) == 2 and page("case", case="1").subheader
    assert "second" in everything(page("appeals")).lower() and "said error" not in everything(page("appeals"))


def test_break_is_proposed_after_fifty_minutes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After fifty minutes without a break one is proposed, and taking it begins the time anew."""
    import time

    at = AppTest.from_file(str(ROOT / "ui" / "script" / "console.py"), default_timeout=60)
    at.session_state["language"], at.session_state["reviewer"] = "en", "Lan"
    at.run()
    assert "without a break" not in everything(at)
    at.session_state["began at"] = time.monotonic() - 51 * 60
    at.run()
    assert "without a break" in everything(at)
    press(at, "I took a break")
    assert "without a break" not in everything(at)


def test_where_accounts_are_kept_nothing_is_shown_unsigned(url: str) -> None:
    """With an account there is no page but the sign-in."""
    accounts_of(url).keep("Lan", "a long enough password")
    at = AppTest.from_file(str(ROOT / "ui" / "script" / "console.py"), default_timeout=60)
    at.session_state["language"], at.session_state["reviewer"] = "en", "Somebody"
    at.run()
    assert [title.value for title in at.title] == ["Sign in"] and not at.dataframe


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_case_shows_missing_sentences_neighbours_and_law_by_kind(url: str, language: str, assessed: Callable[..., Assessment]) -> None:
    """Before the first view: what is missing with its law and sentence, the nearest passages, the law of a kind no rule met."""
    sold = "Em bán siro này, uống là mắt sáng lại như xưa, khỏi đeo kính luôn."
    told = assessed(sold, jurisdictions=("vn",), product=ProductKind.FOOD, is_whole=True)
    store = Store(url)
    case = open_case(store, told, source="b.csv", external_id="9", raw=sold.encode()).case_id
    store.close()
    seen = html_text(everything(page("case", language=language, case=str(case))))
    assert say(language, "reasoning.expected") in seen and "không có tác dụng thay thế thuốc chữa bệnh" in seen
    assert say(language, "reasoning.near") in seen and say(language, "report.ask") in seen
    by_kind = [c for c in told.claims if not c.findings and c.explanation.decision_value > 0]
    said = say(language, "reasoning.law_of_kind", kind="@").split("@")[0]
    assert not by_kind or said in seen


def html_text(page: str) -> str:
    """Undo escapes, as a browser does."""
    return html.unescape(page)
