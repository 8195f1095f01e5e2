"""The reasoning as text, Markdown and HTML in both languages; rule packs of one's own from the command line."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from classifier.checker import Checker
from classifier.domain import Assessment, ProductKind
from classifier.law.loading import load_packs
from classifier.reasoning.reason import reason_about
from conftest import CURE_EN, CURE_VI
from ui.cli import app
from ui.document import FORMS, heading, item, marked, paragraph, quoted, render
from ui.marked_text import visible
from ui.report import render_report

PARTS = (
    "report.kind",
    "report.rules",
    "report.for_advertiser",
    "reasoning.weighed",
    "reasoning.without",
    "reasoning.near",
    "reasoning.sure",
)
HOSTILE = '<script>alert(1)</script> & "x" \u202e **b** [a](javascript:x) Trà chữa dứt điểm ung thư'


def run(*args: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, list(args), env={"LANG": "en_US.UTF-8", "LC_ALL": ""})


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_the_full_form_has_every_part_in_order(language: str, form: str, assessed: Callable[..., Assessment], checker: Checker) -> None:
    """Kinds, rules, what speaks for the advertiser, weights, removal, neighbours and sureness stand in this order."""
    from ui.wording import say

    reasoning = reason_about(assessed(CURE_VI, product=ProductKind.FOOD, is_whole=True), checker)
    told = render_report(reasoning, language, in_full=True, form=form)
    places = [told.index(say(language, key, day="").strip()) for key in PARTS]
    assert places == sorted(places)
    assert say(language, "report.person_decides") in told


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("in_full", [True, False])
def test_the_machine_never_says_false_violation_or_compliant(
    language: str, in_full: bool, assessed: Callable[..., Assessment], checker: Checker
) -> None:
    """No word of a verdict is in any form, short or full."""
    for text in (CURE_VI, CURE_EN):
        told = render_report(reason_about(assessed(text), checker), language, in_full=in_full).lower()
        assert not re.findall(r"\b(?:violat|compliant|false|illegal|unlawful|fake|guilty)\w*", told)
        assert not {"vi phạm", "hợp pháp hoá", "sai sự thật"} & {w for w in ("vi phạm", "hợp pháp hoá", "sai sự thật") if w in told}


def test_hostile_text_stays_text(assessed: Callable[..., Assessment], checker: Checker) -> None:
    """Mark-up of the ad is inert in HTML and Markdown, and direction marks are made visible everywhere."""
    reasoning = reason_about(assessed(HOSTILE), checker)
    pages = {form: render_report(reasoning, "en", in_full=True, form=form) for form in FORMS}
    assert "<script" not in pages["html"] and "\\[a\\](javascript" in pages["markdown"]
    assert all("\u202e" not in page and "U+202E" in page.replace("\\", "") for page in pages.values())


class Text(HTMLParser):
    """Collects what a reader sees of HTML, and checks that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen, self.open = "", []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.seen += data


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp")), min_size=1, max_size=30))
def test_html_reads_back_as_the_words_it_was_made_of(text: str) -> None:
    """Escaped and parsed again, any words are the same words, hidden characters shown, and every tag is closed."""
    page = render([heading("H"), paragraph(marked(text)), item(quoted(text)), item("x", depth=2), paragraph("end")], "html")
    reader = Text()
    reader.feed(page)
    shown = re.sub(r"<(U\+[0-9A-F]{4,})>", r"\1", visible(text))
    assert reader.open == [] and reader.seen.count(shown) >= 2


def test_check_is_short_by_default_and_full_when_asked() -> None:
    """The short form gives a code and a sentence a claim; the full one far more; JSON carries the reasoning with --full."""
    short, full = run("check", CURE_EN), run("check", CURE_EN, "--full")
    assert "[code disease_cure/prohibited]" in short.stdout and len(full.stdout) > 3 * len(short.stdout)
    told = json.loads(run("check", CURE_EN, "--json", "--full").stdout)
    assert told["reasoning"][0]["code"] == "disease_cure/prohibited" and told["reasoning"][0]["neighbours"]
    assert "reasoning" not in json.loads(run("check", CURE_EN, "--json").stdout)


def test_a_permitted_claim_is_told_with_its_condition() -> None:
    """An authorised wording is no finding, but its authorisation and condition are said, in the EU only."""
    said = run("check", "Vitamin D contributes to the maintenance of normal bones.", "--jurisdiction", "eu").stdout
    assert "Permitted in the EU" in said and "at least a source" in said and "Nothing found" in said
    assert "Permitted in the EU" not in run("check", "Vitamin D for normal bones.", "--jurisdiction", "us").stdout


def test_whole_ads_and_channels_are_asked_for() -> None:
    """--whole with a product finds the missing sentence; --channel an undisclosed sponsor; an unknown channel is refused."""
    said = run("check", "Viên uống đẹp da", "--whole", "--product", "food", "--lang", "vi").stdout
    assert "Thực phẩm này không phải là thuốc" in said and "missing_statement/wording" in said
    said = run("check", "Mình mê em serum này", "--whole", "--product", "cosmetic", "--channel", "influencer").stdout
    assert "missing_statement/disclosure" in said
    refused = run("check", "x", "--channel", "moon")
    assert refused.exit_code == 2 and "influencer" in refused.stderr
    assert run("check", "x", "--form", "pdf").exit_code == 2


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Start a pack of one's own and make its rule active."""
    folder = tmp_path / "packs"
    assert run("rules", "new", "acme", "--packs", str(folder)).exit_code == 0
    file = folder / "acme.toml"
    file.write_text(file.read_text("utf-8").replace('"draft"  ', '"active"'), "utf-8")
    return folder


def test_an_own_pack_is_started_tested_and_used(own: Path) -> None:
    """A new pack loads, its examples hold, its rules are met beside ours, and its name cannot be taken twice."""
    assert f"{sum(pack.n_active for pack in load_packs()) + 1} active" in run("rules", "test", "--packs", str(own)).stdout
    assert "superlative/document" in run("check", "Phở ngon nhất phố", "--packs", str(own)).stdout
    assert "Our advertising policy" in run("rules", "show", "acme.example", "--packs", str(own)).stdout
    again = run("rules", "new", "acme", "--packs", str(own))
    assert again.exit_code == 2 and "there already" in again.stderr
    assert run("rules", "new", "vn", "--packs", str(own)).exit_code == 2
    assert run("rules", "list", "--packs", str(own / "none")).exit_code == 2


def test_two_versions_of_a_pack_are_compared(own: Path, tmp_path: Path) -> None:
    """The ads that change are named, with what is new and what is gone."""
    changed = tmp_path / "new.toml"
    changed.write_text((own / "acme.toml").read_text("utf-8").replace('"best in town", ', '"cheapest in town", '), "utf-8")
    ads = tmp_path / "ads.csv"
    ads.write_text("id,text\na,Best in town tea\nb,Cheapest in town tea\nc,Plain tea\n", "utf-8")
    told = run("rules", "diff", str(own / "acme.toml"), str(changed), str(ads))
    assert told.stdout.splitlines() == ["a\t-acme.example", "b\t+acme.example"]
    assert "3 ads compared, 2 change" in told.stderr


def test_the_page_of_rules_names_every_rule() -> None:
    """docs/rules.md is made by the command and holds every active rule that ships; make rules writes it anew."""
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
    ids = {rule.rule_id for pack in load_packs() for rule in pack.rules}
    assert {line.removeprefix("### ") for line in page.splitlines() if line.startswith("### ")} == ids


def test_there_are_enough_rules_over_all_kinds() -> None:
    """At least 160 active rules, over every claim type, in five packs."""
    packs = load_packs()
    from classifier.domain import CLAIM_TYPES

    assert sum(pack.n_active for pack in packs) >= 160
    assert {rule.category for pack in packs for rule in pack.rules} == set(CLAIM_TYPES)
