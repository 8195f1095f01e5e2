"""The model: what it is, how well its risk is calibrated, where it is weak, and how sure each kind of claim must be."""

from dataclasses import asdict, dataclass

import altair as alt
import streamlit as st
from scipy.stats import binomtest

from classifier.domain import CLAIM_TYPES
from classifier.model.artifact import load_model
from classifier.reasoning.sureness import load_measured
from ui.console.local import number, share
from ui.marked_text import table_html
from ui.record import saying_errors
from ui.session import language
from ui.wording import LANGUAGES, say


def show() -> None:
    """Show the page."""
    st.title(say(language(), "page.model"))
    with saying_errors():
        _card()
        if load_measured()["model_digest"] == load_model().digest:
            _calibration()
            _weak_spots()
        else:
            st.warning(say(language(), "card.not_measured"))
        _kinds()


def _card() -> None:
    model = load_model()
    rows = [
        (say(language(), "card.what"), say(language(), "card.what_told")),
        (say(language(), "card.for"), say(language(), "card.for_told")),
        (say(language(), "card.not_for"), say(language(), "card.not_for_told")),
        (say(language(), "card.data"), say(language(), "card.data_told")),
        (say(language(), "card.digest"), model.digest),
        (say(language(), "card.features"), number(len(model.features), language())),
    ]
    for code in LANGUAGES:
        facts = {name: share(model.thresholds[f"{name}:{code}"], language()) for name in ("review", "priority", "with_finding")}
        rows.append(
            (say(language(), "card.thresholds", named=say(language(), f"language.{code}")), say(language(), "card.threshold", **facts))
        )
    st.html(table_html((say(language(), "case.what"), say(language(), "case.told")), rows))


def _calibration() -> None:
    """Draw the share reviewers called misleading against the risk, with intervals, from texts held out of training."""
    st.subheader(say(language(), "card.calibration"))
    st.write(say(language(), "card.calibration_note"))
    points = [point for code in LANGUAGES for point in _points(code)]
    zero_to_one = alt.Scale(domain=[0, 1])
    drawn = alt.Data(values=[asdict(point) for point in points])
    base = alt.Chart(drawn).encode(x=alt.X("risk:Q", title=say(language(), "card.risk"), scale=zero_to_one))
    dots = base.mark_point(size=70, filled=True).encode(
        y=alt.Y("share:Q", title=say(language(), "card.share"), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("language:N", title=None),
        shape=alt.Shape("language:N", title=None),
    )
    bars = base.mark_rule().encode(y="low:Q", y2="high:Q", color=alt.Color("language:N", title=None))
    ideal = alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(strokeDash=[4, 4]).encode(x="x:Q", y="y:Q")
    st.altair_chart((ideal + bars + dots).properties(height=340), alt=say(language(), "card.calibration"))
    heads = [say(language(), f"card.{name}") for name in ("language", "risk_upto", "texts", "misleading", "interval")]
    rows = [
        (p.language, share(p.most, language()), number(p.n, language()), share(p.share, language()), _interval(p.low, p.high))
        for p in points
    ]
    with st.expander(say(language(), "card.as_table")):
        st.html(table_html(heads, rows, numbers=(1, 2, 3, 4)))


@dataclass(frozen=True, slots=True)
class _Point:
    """A group of held-out texts: their risk, and the share called misleading with its interval."""

    language: str
    risk: float
    most: float
    n: int
    share: float
    low: float
    high: float


def _points(code: str) -> list[_Point]:
    points: list[_Point] = []
    least = 0.0
    for told in load_measured()["bins"][code]:
        around = binomtest(told["misleading"], told["n"]).proportion_ci(0.95, method="wilson")
        named, middle, called = say(language(), f"language.{code}"), (least + told["most"]) / 2, told["misleading"] / told["n"]
        points.append(_Point(named, middle, told["most"], told["n"], called, float(around.low), float(around.high)))
        least = told["most"]
    return points


def _interval(low: float, high: float) -> str:
    return f"{share(low, language())} – {share(high, language())}"


def _weak_spots() -> None:
    st.subheader(say(language(), "card.weak"))
    kinds = load_measured()["kinds"]
    rows = []
    for kind, seen in kinds.items():
        named = say(language(), "card.all") if kind == "all" else say(language(), f"weak.{kind}")
        around = binomtest(seen["wrong"], seen["n"]).proportion_ci(0.95, method="wilson")
        wrong = seen["wrong"] / seen["n"]
        rows.append((named, number(seen["n"], language()), share(wrong, language()), _interval(float(around.low), float(around.high))))
    heads = [say(language(), f"card.{name}") for name in ("kind", "texts", "wrong", "interval")]
    st.html(table_html(heads, rows, numbers=(1, 2, 3)))


def _kinds() -> None:
    st.subheader(say(language(), "card.kinds"))
    st.write(say(language(), "card.kinds_note"))
    thresholds = load_model().type_thresholds
    rows = [
        (say(language(), f"type.{name}"), share(thresholds[name], language()) if name in thresholds else say(language(), "card.rules_only"))
        for name in CLAIM_TYPES
    ]
    st.html(table_html((say(language(), "report.kind"), say(language(), "card.least")), rows, numbers=(1,)))


show()
