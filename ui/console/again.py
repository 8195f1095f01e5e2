"""The ad of a case assessed again on the page: for its full reasoning, and with words taken out."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import streamlit as st

from classifier.checker import assess, make_ad
from classifier.domain import Ad, Assessment, Channel, ProductKind
from classifier.reasoning.reason import reason_about
from classifier.reasoning.reasoning import Reasoning
from ui.record import checker


def ad_of(told: dict[str, Any]) -> Ad:
    """Make an ad of what an assessment's record holds of it."""
    known = {field.name for field in fields(Ad)}
    ad = make_ad(told["text"], as_of=date.fromisoformat(told["as_of"]), jurisdictions=tuple(told["jurisdictions"]))
    product = ProductKind(told["product"]) if told["product"] else None
    channel = Channel(told["channel"]) if told.get("channel") else None
    rest = {"product": product, "channel": channel, "is_whole": bool(told.get("is_whole")), "raw_digest": told["raw_digest"]}
    return replace(ad, **{name: value for name, value in rest.items() if name in known})


def assessed(told: dict[str, Any], without: tuple[str, ...] = ()) -> Assessment:
    """Assess an ad as it is told, or with some of its words taken out."""
    ad = ad_of(told)
    text = ad.text
    for words in without:
        text = text.replace(words, "")
    return assess(ad if not without else replace(ad, text=text, raw_digest=""), checker())


@st.cache_data(max_entries=50, show_spinner=False)
def _reasoning(key: str, _told: dict[str, Any]) -> Reasoning:  # noqa: ARG001 (Streamlit remembers by the key)
    return reason_about(assessed(_told), checker())


def reasoning_of(record: dict[str, Any]) -> Reasoning | None:
    """Give the whole reasoning behind a kept assessment; None where this program would say something else today."""
    found = _reasoning(record["digest"], record["ad"])
    return found if found.assessment.digest == record["digest"] else None
